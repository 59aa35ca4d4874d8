import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

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
  // CommonJS packages in the bundle still call require() for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const documents = await Promise.all(MANIFESTS.map((path) => readFile(join(root, path), 'utf8')));
await writeFile(join(dist, 'install.yaml'), documents.map((text) => `---\n${text.trim()}\n`).join(''));
