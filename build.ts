import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** `npm run build`: dist/splithorizon.mjs, one file that plain Node runs, and dist/install.yaml, one `kubectl apply`. */
const root = import.meta.dirname;
const dist = join(root, 'dist');

/** In the order in which the API server needs them: kinds first, then the namespace, rights, the operator. */
const MANIFESTS = [
  'crds/splithorizonzones.yaml',
  'crds/splithorizonhosts.yaml',
  'crds/splithorizonvantages.yaml',
  'deploy/namespace.yaml',
  'deploy/rbac.yaml',
  'deploy/deployment.yaml',
];

/** client-node does not say that importing it does nothing by itself, so all of its API would be bundled. */
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === leaveOutUnused || !`${where.importer} ${path}`.includes('@kubernetes/client-node')) return;
      const resolved = await resolve(path, { ...where, pluginData: leaveOutUnused });
      return resolved.path.includes('@kubernetes/client-node') ? { ...resolved, sideEffects: false } : resolved;
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await build({
  entryPoints: [join(root, 'src', 'main.ts')],
  outfile: join(dist, 'splithorizon.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [leaveOutUnused],
  // CommonJS packages in the bundle still call require() for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const documents = await Promise.all(MANIFESTS.map((path) => readFile(join(root, path), 'utf8')));
await writeFile(join(dist, 'install.yaml'), documents.map((text) => `---\n${text.trim()}\n`).join(''));
