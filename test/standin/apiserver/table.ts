import { ageOf } from './age.ts';
import { jsonPath } from './json-path.ts';
import { isObject, textOf, valueAt, type Json, type KubeObject } from './objects.ts';
import type { Column, Resource } from './resources.ts';

type Cell = (object: KubeObject) => unknown;

const at =
  (...path: string[]): Cell =>
  (object) =>
    valueAt(object, path);

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const joined = (values: unknown[]): string => values.filter(Boolean).join(',') || '<none>';

const balancerAddresses: Cell = (object) =>
  list(valueAt(object, ['status', 'loadBalancer', 'ingress']))
    .map((entry) => (isObject(entry) ? textOf(entry['ip'] ?? entry['hostname']) : ''))
    .join(',');

const servicePort = (port: Json): string =>
  isObject(port) ? `${textOf(port['port'])}/${textOf(port['protocol'])}` : '';

const ingressHosts: Cell = (object) =>
  list(valueAt(object, ['spec', 'rules']))
    .map((rule) => (isObject(rule) ? textOf(rule['host']) : ''))
    .filter(Boolean)
    .join(',') || '*';

/** The columns of built-in kinds between Name and Age, as the real server has them. */
const BUILTIN_COLUMNS: Record<string, Record<string, Cell>> = {
  Namespace: { Status: at('status', 'phase') },
  Ingress: {
    Class: (object) => valueAt(object, ['spec', 'ingressClassName']) ?? '<none>',
    Hosts: ingressHosts,
    Address: balancerAddresses,
    Ports: (object) => (list(valueAt(object, ['spec', 'tls'])).length > 0 ? '80, 443' : '80'),
  },
  Service: {
    Type: at('spec', 'type'),
    'Cluster-IP': (object) => valueAt(object, ['spec', 'clusterIP']) ?? '<none>',
    'External-IP': (object) => balancerAddresses(object) || '<none>',
    'Port(s)': (object) => joined(list(valueAt(object, ['spec', 'ports'])).map(servicePort)),
  },
  Event: {
    Type: at('type'),
    Reason: at('reason'),
    Object: (object) =>
      [at('involvedObject', 'kind')(object), at('involvedObject', 'name')(object)].join('/').toLowerCase(),
    Message: at('message'),
  },
};

interface TableColumn extends Column {
  readonly cell: (object: KubeObject, now: number) => unknown;
}

/** A column of a CRD: absent is null, a date is an age, what is no scalar is shown as JSON. */
const customColumn = (column: Column): TableColumn => {
  const read = jsonPath(column.jsonPath ?? '');
  const cell: TableColumn['cell'] = (object, now) => {
    const value = read(object);
    if (value === undefined || value === null) return null;
    if (column.type === 'date') return ageOf(value, now);
    return column.type === 'string' && typeof value !== 'string' ? JSON.stringify(value) : value;
  };
  return { ...column, cell };
};

const NAME: TableColumn = { name: 'Name', type: 'string', cell: ({ metadata }) => metadata.name };
const AGE: TableColumn = {
  name: 'Age',
  type: 'string',
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};

const columnsOf = ({ kind, custom, columns = [] }: Resource): TableColumn[] => {
  if (!custom) {
    const own = Object.entries(BUILTIN_COLUMNS[kind] ?? {});
    return [NAME, ...own.map(([name, cell]): TableColumn => ({ name, type: 'string', cell })), AGE];
  }
  if (columns.length === 0) return [NAME, AGE];
  return [NAME, ...columns.map(customColumn)];
};

/** Whether the client asked for a table, as `kubectl get` does. */
export const wantsTable = (accept: string): boolean => accept.includes('as=Table');

/** The objects as a `meta.k8s.io/v1` Table, whose columns `kubectl get` prints. */
export const tableOf = (resource: Resource, objects: readonly KubeObject[], metadata: object, now: number): object => {
  const columns = columnsOf(resource);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, priority }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
};
