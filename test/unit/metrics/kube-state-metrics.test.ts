import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

/** What is read here of a schema of OpenAPI. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

type Paths = Readonly<Record<string, readonly string[]>>;

interface Source {
  readonly path: readonly string[];
  readonly labelsFromPath: Paths;
  readonly valueFrom?: readonly string[];
  readonly labelName?: string;
  readonly list?: readonly string[];
}

interface Resource {
  readonly groupVersionKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly metricNamePrefix: string;
  readonly labelsFromPath: Paths;
  readonly metrics: readonly {
    readonly name: string;
    readonly help: string;
    readonly each: {
      readonly type: string;
      readonly stateSet?: Source;
      readonly info?: Source;
      readonly gauge?: Source;
    };
  }[];
}

const read = (path: string): unknown => parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));
const crds = ['zones', 'hosts', 'vantages'].map((kind) => read(`crds/splithorizon${kind}.yaml`) as Crd);
const { kind, spec } = read('deploy/kube-state-metrics.yaml') as { kind: string; spec: { resources: Resource[] } };

/** The schema at a path; a list stands for its items. */
const at = (schema: Schema | undefined, path: readonly string[]): Schema | undefined =>
  path.reduce<Schema | undefined>((found, step) => {
    const object = found?.items ?? found;
    return object?.properties?.[step];
  }, schema);

const sourceOf = ({ stateSet, info, gauge }: Resource['metrics'][number]['each']): Source => {
  const source = stateSet ?? info ?? gauge;
  if (source === undefined) throw new Error('a metric without a source');
  return source;
};
const pathsOf = ({ labelsFromPath, valueFrom }: Omit<Source, 'path'>): (readonly string[])[] => [
  ...Object.values(labelsFromPath),
  ...(valueFrom === undefined ? [] : [valueFrom]),
];

test('the configuration is about the three kinds, as they are served', () => {
  expect(kind).toBe('CustomResourceStateMetrics');
  const served = crds.flatMap(({ spec: { group, names, versions } }) =>
    versions.map(({ name }) => ({ group, version: name, kind: names.kind })),
  );
  expect(spec.resources.map(({ groupVersionKind }) => groupVersionKind)).toEqual(served);
});

describe.each(spec.resources)('of $groupVersionKind.kind', (resource) => {
  const crd = crds.find(({ spec: { names } }) => names.kind === resource.groupVersionKind.kind);
  const schema = crd?.spec.versions[0]?.schema.openAPIV3Schema;

  test('every path leads to a text of the schema', () => {
    for (const path of Object.values(resource.labelsFromPath))
      expect(at(schema, path)?.type, path.join('.')).toBe('string');
    for (const { each } of resource.metrics) {
      const { path, ...labels } = sourceOf(each);
      const list = at(schema, path);
      expect(list?.type).toBe('array');
      for (const inner of pathsOf(labels)) expect(at(list, inner)?.type, inner.join('.')).toBe('string');
    }
  });

  test('every condition is told with its type, each of its statuses and its reason', () => {
    const [status, reason, time] = resource.metrics;
    expect([status?.each.type, reason?.each.type, time?.each.type]).toEqual(['StateSet', 'Info', 'Gauge']);
    expect(status?.each.stateSet).toMatchObject({ labelName: 'status', list: ['True', 'False', 'Unknown'] });
    expect(Object.keys(reason?.each.info?.labelsFromPath ?? {})).toEqual(['type', 'status', 'reason']);
  });
});
