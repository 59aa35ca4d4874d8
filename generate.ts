import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3, type SchemaObject } from 'openapi-typescript';
import { parse } from 'yaml';
import { kindPage, type Crd } from './generate/fields.ts';
import { flagsPage } from './generate/flags.ts';
import { formatted } from './generate/markdown.ts';
import { metricsPage, type RuleFile } from './generate/metrics.ts';
import { createProgram } from './src/cli/program.ts';
import { METRICS } from './src/metrics/catalogue.ts';

/** A committed file, types or a page of the reference, and the text that its sources call for now. Paths are relative to the project. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

const ROOT = import.meta.dirname;
const CRDS = ['crds/splithorizonhosts.yaml', 'crds/splithorizonvantages.yaml', 'crds/splithorizonzones.yaml'];
const TECHNITIUM = 'src/technitium/openapi.yaml';
const ALERTS = 'deploy/alerts.yaml';

const readYaml = async (path: string): Promise<unknown> => parse(await readFile(join(ROOT, path), 'utf8'));

/** One OpenAPI document, never written, whose components are the kinds of the CRDs. */
const crdDocument = async (): Promise<OpenAPI3> => {
  const crds = (await Promise.all(CRDS.map(readYaml))) as Crd[];
  const schemas = crds.map(
    ({ spec }) => [spec.names.kind, spec.versions[0].schema.openAPIV3Schema as SchemaObject] as const,
  );
  return {
    openapi: '3.1.0',
    info: { title: 'splithorizon.dev', version: 'v1alpha1' },
    paths: {},
    components: { schemas: Object.fromEntries(schemas) },
  };
};

/** Properties with a default become required: the types are those of what is read. */
const typesOf = async (source: string, document: OpenAPI3): Promise<string> => {
  const types = astToString(await openapiTS(document, { immutable: true, defaultNonNullable: true, silent: true }));
  return `// Made from ${source} by \`npm run generate\`; edit that instead.\n\n${types}`;
};

/** `crds/splithorizonzones.yaml` makes `docs/reference/zone.md`. */
const kindReference = async (source: string): Promise<Generated> => {
  const crd = (await readYaml(source)) as Crd;
  const name = crd.spec.names.kind.replace('SplitHorizon', '').toLowerCase();
  return { path: `docs/reference/${name}.md`, text: await formatted(kindPage(crd, source)) };
};

/** The specs by kind, without what only the API server understands or people read. */
const specSchemas = async (): Promise<string> => {
  const crds = (await Promise.all(CRDS.map(readYaml))) as Crd[];
  const specs = crds.map(({ spec }) => [spec.names.kind, spec.versions[0].schema.openAPIV3Schema.properties?.['spec']]);
  const isLeftOut = (key: string, value: unknown): boolean =>
    key.startsWith('x-kubernetes-') || (key === 'description' && typeof value === 'string');
  return `${JSON.stringify(Object.fromEntries(specs), (key, value: unknown) => (isLeftOut(key, value) ? undefined : value), 1)}\n`;
};

/** What every generated file should hold, made from the sources as they are now. */
export const generate = async (): Promise<Generated[]> => [
  { path: 'src/model/crds.gen.ts', text: await typesOf('crds/*.yaml', await crdDocument()) },
  { path: 'src/kube/crds.gen.json', text: await specSchemas() },
  {
    path: 'src/technitium/schema.gen.ts',
    text: await typesOf(TECHNITIUM, (await readYaml(TECHNITIUM)) as OpenAPI3),
  },
  { path: 'docs/reference/flags.md', text: await formatted(flagsPage(createProgram(), 'src/cli')) },
  {
    path: 'docs/reference/metrics.md',
    text: await formatted(metricsPage(METRICS, (await readYaml(ALERTS)) as RuleFile)),
  },
  ...(await Promise.all(CRDS.map(kindReference))),
];

/** The paths of the generated files that are not what their sources call for. */
export const staleFiles = async (): Promise<string[]> => {
  const stale = async ({ path, text }: Generated): Promise<string[]> => {
    const current = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    return current === text ? [] : [path];
  };
  return (await Promise.all((await generate()).map(stale))).flat();
};

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await staleFiles();
    for (const path of stale) console.error(`${path} is stale: run \`npm run generate\``);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    await mkdir(join(ROOT, 'docs', 'reference'), { recursive: true });
    for (const { path, text } of await generate()) await writeFile(join(ROOT, path), text);
  }
}
