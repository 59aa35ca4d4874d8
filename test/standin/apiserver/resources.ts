import type { Schema } from './schema.ts';

/** A printer column of `kubectl get`; its value comes of a JSONPath (CRDs) or is asked by name (built-in kinds). */
export interface Column {
  name: string;
  type: string;
  jsonPath?: string;
  /** 0 is always shown, more with `-o wide` only. */
  priority?: number;
}

/** One kind that the server serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Has `/status`, and therefore a status that no other write touches. */
  readonly hasStatus: boolean;
  /** Counts changes of spec in metadata.generation. */
  readonly hasGeneration: boolean;
  /** Custom resources only: what is pruned and defaulted by. */
  readonly schema?: Schema | undefined;
  readonly columns?: readonly Column[] | undefined;
  /** Came of a CRD. */
  readonly custom: boolean;
}

export const apiVersionOf = ({ group, version }: Resource): string => (group === '' ? version : `${group}/${version}`);

/** Names the stored objects of a resource, whatever version they are read by. */
export const storageKey = ({ group, plural }: Resource): string =>
  plural === 'events' ? 'events' : `${group}/${plural}`;

type Builtin = Partial<Resource> & Pick<Resource, 'plural' | 'kind'>;

const builtin = (given: Builtin): Resource => ({
  group: '',
  version: 'v1',
  singular: given.kind.toLowerCase(),
  namespaced: true,
  shortNames: [],
  categories: [],
  hasStatus: false,
  hasGeneration: false,
  custom: false,
  ...given,
});

const NETWORKING = { group: 'networking.k8s.io', hasGeneration: true };

/** The built-in kinds that the operator reads or writes, and what its tests need to set them up. */
export const BUILTIN_RESOURCES: readonly Resource[] = [
  builtin({ plural: 'namespaces', kind: 'Namespace', namespaced: false, shortNames: ['ns'], hasStatus: true }),
  builtin({ plural: 'nodes', kind: 'Node', namespaced: false, shortNames: ['no'], hasStatus: true }),
  builtin({ plural: 'services', kind: 'Service', shortNames: ['svc'], hasStatus: true }),
  builtin({ plural: 'secrets', kind: 'Secret' }),
  builtin({ plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'] }),
  builtin({ plural: 'events', kind: 'Event', shortNames: ['ev'] }),
  builtin({ plural: 'events', kind: 'Event', shortNames: ['ev'], group: 'events.k8s.io' }),
  builtin({ plural: 'endpointslices', kind: 'EndpointSlice', group: 'discovery.k8s.io', hasGeneration: true }),
  builtin({ plural: 'leases', kind: 'Lease', group: 'coordination.k8s.io' }),
  builtin({ ...NETWORKING, plural: 'ingresses', kind: 'Ingress', shortNames: ['ing'], hasStatus: true }),
  builtin({ ...NETWORKING, plural: 'ingressclasses', kind: 'IngressClass', namespaced: false }),
  builtin({
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    group: 'apiextensions.k8s.io',
    namespaced: false,
    shortNames: ['crd', 'crds'],
    hasStatus: true,
    hasGeneration: true,
  }),
];

interface CrdVersion {
  name: string;
  served: boolean;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: object };
  additionalPrinterColumns?: Column[];
}

/** spec of a CustomResourceDefinition, as far as it is used here. */
export interface CrdSpec {
  group: string;
  scope: 'Namespaced' | 'Cluster';
  names: { plural: string; singular?: string; kind: string; shortNames?: string[]; categories?: string[] };
  versions: CrdVersion[];
}

/** The resources that a CRD adds: one for each served version. */
export const resourcesOfCrd = ({ group, scope, names, versions }: CrdSpec): Resource[] =>
  versions
    .filter(({ served }) => served)
    .map((version) => ({
      group,
      version: version.name,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      kind: names.kind,
      namespaced: scope === 'Namespaced',
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      hasStatus: version.subresources?.status !== undefined,
      hasGeneration: true,
      schema: version.schema?.openAPIV3Schema,
      columns: version.additionalPrinterColumns,
      custom: true,
    }));
