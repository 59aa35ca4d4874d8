import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3, type SchemaObject } from 'openapi-typescript';
import { parse } from 'yaml';

/** A committed file of types and the text that its sources call for now. Paths are relative to the project. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

const ROOT = import.meta.dirname;
const CRDS = ['crds/splithorizonhosts.yaml', 'crds/splithorizonvantages.yaml', 'crds/splithorizonzones.yaml'];
const TECHNITIUM = 'src/technitium/openapi.yaml';

/** What is read here of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
interface Crd {
  spec: { names: { kind: string }; versions: [{ schema: { openAPIV3Schema: SchemaObject } }] };
}

const readYaml = async (path: string): Promise<unknown> => parse(await readFile(join(ROOT, path), 'utf8'));

/** One OpenAPI document, never written, whose components are the kinds of the CRDs. */
const crdDocument = async (): Promise<OpenAPI3> => {
  const crds = (await Promise.all(CRDS.map(readYaml))) as Crd[];
  const schemas = crds.map(({ spec }) => [spec.names.kind, spec.versions[0].schema.openAPIV3Schema] as const);
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

/** What every generated file should hold, made from the sources as they are now. */
export const generate = async (): Promise<Generated[]> => [
  { path: 'src/model/crds.gen.ts', text: await typesOf('crds/*.yaml', await crdDocument()) },
  {
    path: 'src/technitium/schema.gen.ts',
    text: await typesOf(TECHNITIUM, (await readYaml(TECHNITIUM)) as OpenAPI3),
  },
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
    for (const { path, text } of await generate()) await writeFile(join(ROOT, path), text);
  }
}
