import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import { noticesOf } from './notices.ts';

/**
 * `npm run build [-- --image NAME]`: dist/splithorizon.mjs, one file that plain Node runs, and dist/install.yaml, one
 * `kubectl apply` of an operator that runs the image of that name.
 */
const ROOT = import.meta.dirname;

/**
 * client-node does not say that importing it does nothing by itself, so all of its API would be bundled. Its thousands of
 * files import each other by whole relative paths, which are joined here: asking esbuild takes ten times as long. Its
 * fetch-based clients, which nothing here uses, need undici, whose 1.2 MB would cost every process 15 MiB.
 */
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /^@kubernetes\/client-node$/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === leaveOutUnused) return;
      return { ...(await resolve(path, { ...where, pluginData: leaveOutUnused })), sideEffects: false };
    });
    onResolve({ filter: /^\.\.?\/.+\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes('/@kubernetes/client-node/') ? { path: join(resolveDir, path), sideEffects: false } : undefined,
    );
    onResolve({ filter: /^undici$/ }, ({ importer, path }) =>
      importer.includes('/@kubernetes/client-node/') ? { path, namespace: 'left-out' } : undefined,
    );
    onLoad({ filter: /^undici$/, namespace: 'left-out' }, () => ({
      contents: 'export const Agent = undefined, ProxyAgent = undefined, fetch = undefined;',
    }));
  },
};

/**
 * Bundles an entry point, by default the operator's, with all that it imports into one file for Node. Beside it stand the
 * notices of the packages that are in it.
 */
export const bundle = async (outfile: string, entryPoint = join(ROOT, 'src', 'main.ts')): Promise<void> => {
  const { metafile } = await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [leaveOutUnused],
    // CommonJS packages in the bundle still call require() for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  await writeFile(join(dirname(outfile), 'THIRD-PARTY-NOTICES.txt'), await noticesOf(metafile));
};

/** The files that a folder's kustomization lists, those of the folders among them included, in its order. */
const resourcesOf = async (folder: string): Promise<string[]> => {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const { resources } = parse(await read('kustomization.yaml').catch(() => read('Kustomization'))) as {
    resources: string[];
  };
  const files = await Promise.all(
    resources.map(async (name) => {
      const path = join(folder, name);
      return (await stat(path)).isDirectory() ? resourcesOf(path) : [path];
    }),
  );
  return files.flat();
};

/** What `kubectl kustomize deploy` makes, with its comments; the Deployment runs `image`. */
export const installManifest = async (image = 'splithorizon'): Promise<string> => {
  const files = await resourcesOf(join(ROOT, 'deploy'));
  const documents = await Promise.all(files.map((path) => readFile(path, 'utf8')));
  const text = documents.map((document) => `---\n${document.trim()}\n`).join('');
  return text.replace(/^( +image: )splithorizon$/m, (_, field: string) => field + image);
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { image: { type: 'string' } } });
  const dist = join(ROOT, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  await bundle(join(dist, 'splithorizon.mjs'));
  await writeFile(join(dist, 'install.yaml'), await installManifest(values.image));
}
