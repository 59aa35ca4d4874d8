import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { staleFiles } from '../../generate.ts';

/** What the rules below look at of a structural schema (apiextensions.k8s.io/v1 JSONSchemaProps). */
interface Schema {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly { message?: string; messageExpression?: string }[];
}

interface Column {
  readonly name: string;
  readonly priority?: number;
}

interface Crd {
  readonly spec: {
    readonly names: { kind: string; shortNames: string[]; categories: string[] };
    readonly scope: string;
    readonly versions: {
      name: string;
      subresources: object;
      additionalPrinterColumns: Column[];
      schema: { openAPIV3Schema: Schema };
    }[];
  };
}

/** One place in a schema: `SplitHorizonZone.spec.targets[].record`, with the schema that holds it. */
interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly parent: Schema | undefined;
}

const FOLDER = join(import.meta.dirname, '..', '..', 'crds');
const crds = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => parse(readFileSync(join(FOLDER, name), 'utf8')) as Crd);

const walk = (path: string, schema: Schema, parent?: Schema): Field[] => [
  { path, schema, parent },
  ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => walk(`${path}.${name}`, child, schema)),
  ...(schema.items === undefined ? [] : walk(`${path}[]`, schema.items, schema)),
];

const fields = crds.flatMap(({ spec }) => walk(spec.names.kind, spec.versions[0]!.schema.openAPIV3Schema));
const paths = (wanted: (field: Field) => boolean): string[] => fields.filter(wanted).map(({ path }) => path);
const isStatus = ({ path }: Field): boolean => /^\w+\.status\b/.test(path);

describe('every schema', () => {
  const rules: { name: string; broken: (field: Field) => boolean }[] = [
    // The API server refuses one on metadata itself, which is implied.
    {
      name: 'describes each field',
      broken: ({ path, schema }) => !schema.description && !path.endsWith('.metadata'),
    },
    { name: 'bounds each list', broken: ({ schema }) => schema.type === 'array' && schema.maxItems === undefined },
    { name: 'bounds each string', broken: ({ schema }) => schema.type === 'string' && schema.maxLength === undefined },
    {
      name: 'says of each list how two writers merge it',
      broken: ({ schema }) => schema.type === 'array' && schema['x-kubernetes-list-type'] === undefined,
    },
    {
      name: 'requires the keys of a keyed list',
      broken: ({ schema }) =>
        schema['x-kubernetes-list-map-keys']?.some((key) => schema.items?.required?.includes(key) !== true) ?? false,
    },
    {
      name: 'bounds each number of a spec on both sides',
      broken: (field) =>
        !isStatus(field) &&
        field.schema.type === 'integer' &&
        (field.schema.minimum === undefined || field.schema.maximum === undefined),
    },
    {
      name: 'gives a default to the parent of a defaulted field',
      broken: ({ path, schema, parent }) =>
        schema.type === 'object' &&
        parent?.type === 'object' &&
        parent.required?.includes(path.split('.').at(-1)!) !== true &&
        Object.values(schema.properties ?? {}).some((child) => child.default !== undefined) &&
        schema.default === undefined,
    },
    { name: 'has no enum in a status', broken: (field) => isStatus(field) && field.schema.enum !== undefined },
    {
      name: 'keeps rules out of a status, which a newer operator may write',
      broken: (field) => isStatus(field) && field.schema['x-kubernetes-validations'] !== undefined,
    },
    {
      name: 'has a message of its own for each rule',
      broken: ({ schema }) =>
        schema['x-kubernetes-validations']?.some((rule) => !rule.message && !rule.messageExpression) ?? false,
    },
  ];
  test.each(rules)('$name', ({ broken }) => {
    expect(paths(broken)).toEqual([]);
  });

  test('keys its lists as designed', () => {
    const keyed = fields.flatMap(({ path, schema }) => {
      const keys = schema['x-kubernetes-list-map-keys'];
      return keys ? [`${path} by ${keys.join('+')}`] : [];
    });
    expect(keyed).toEqual([
      'SplitHorizonHost.status.audiences by name',
      'SplitHorizonHost.status.conditions by type',
      'SplitHorizonVantage.status.conditions by type',
      'SplitHorizonZone.spec.technitium.servers by name',
      'SplitHorizonZone.spec.targets by record',
      'SplitHorizonZone.spec.sources by kind',
      'SplitHorizonZone.spec.publicAddresses by cidr',
      'SplitHorizonZone.spec.acceptedFallbacks by address',
      'SplitHorizonZone.status.targets by record',
      'SplitHorizonZone.status.servers by name',
      'SplitHorizonZone.status.conditions by type',
    ]);
  });
});

describe('every kind', () => {
  const columns = (found: readonly Column[], wide: boolean): string =>
    found
      .filter(({ priority }) => (priority === 1) === wide)
      .map(({ name }) => name.toUpperCase())
      .join(' ');

  test.each([
    {
      kind: 'SplitHorizonHost',
      shortName: 'shh',
      narrow: 'TARGET NODES PODS LAN READY REASON SINCE AGE',
      wide: 'SOURCE RECORD MESSAGE',
    },
    {
      kind: 'SplitHorizonVantage',
      shortName: 'shv',
      narrow: 'AUDIENCE RESOLVERS INTERNAL REPORTING AGE',
      wide: 'REASON MESSAGE',
    },
    { kind: 'SplitHorizonZone', shortName: 'shz', narrow: 'TARGET HOSTS READY STATUS AGE', wide: 'MESSAGE' },
  ])('$kind has its short name, category, scope, status subresource and columns', (want) => {
    const { spec } = crds.find((crd) => crd.spec.names.kind === want.kind)!;
    const version = spec.versions[0]!;
    expect(spec.names.shortNames).toEqual([want.shortName]);
    expect(spec.names.categories).toEqual(['splithorizon']);
    expect(spec.scope).toBe('Cluster');
    expect(version.name).toBe('v1alpha1');
    expect(version.subresources).toEqual({ status: {} });
    expect(columns(version.additionalPrinterColumns, false)).toBe(want.narrow);
    expect(columns(version.additionalPrinterColumns, true)).toBe(want.wide);
  });
});

// Compiling types and formatting pages takes seconds on a busy machine.
test('the generated files are those of their sources', { timeout: 60_000 }, async () => {
  expect(await staleFiles()).toEqual([]);
});
