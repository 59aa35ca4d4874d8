import type { HostStatus, VantageSpec, VantageStatus, ZoneStatus } from '../model/api.ts';
import { QUESTIONS_KEY, QUESTIONS_PREFIX, questionsNumber } from '../model/questions.ts';
import { objectNameOf } from '../model/host-name.ts';
import type { HostView } from '../model/views.ts';
import { fields, listOf, optional, text, type Fields } from './decode.ts';
import { isNotFound } from './kube-error.ts';
import { API_VERSION, AS_MANAGER, FIELD_MANAGER, PATHS } from './paths.ts';
import { APPLY_PATCH, MERGE_PATCH, type Rest } from './rest.ts';
import { GENERATED_LABEL, type Views } from './views.ts';

/** A JSON merge patch (RFC 7386) of a T: a missing field stays, null removes it, a list is replaced as a whole. */
export type MergePatch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Name in keyof T]?: MergePatch<T[Name]> | null | undefined }
    : T;

/** Which object a request is meant for: if it is another one by now, the request fails (see isConflict). */
export interface Preconditions {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** A host as it is at this moment. */
export interface FreshHost {
  readonly view: HostView;
  readonly resourceVersion: string;
  /** Whether somebody else than the operator set a field of the spec. */
  readonly hasForeignSpec: boolean;
  /** When the operator last wrote its status (ms); undefined where it never did. */
  readonly statusWrittenAt: number | undefined;
}

/** Single reads and writes. Each throws a KubeError when it fails, and is done once: trying again is up to who asks. */
export interface Objects {
  /** Creates the SplitHorizonHost of a host with the label of generated ones; isAlreadyExists where there is one. */
  createHost(host: string, signal: AbortSignal): Promise<void>;
  /** Reads a SplitHorizonHost by its object name, past every cache; undefined where there is none. */
  readHost(name: string, signal: AbortSignal): Promise<FreshHost | undefined>;
  /** Deletes a SplitHorizonHost; that it is gone already is no error. */
  deleteHost(name: string, preconditions: Preconditions, signal: AbortSignal): Promise<void>;
  /** Makes a generated SplitHorizonHost a person's own. */
  dropGeneratedLabel(name: string, signal: AbortSignal): Promise<void>;
  createVantage(name: string, spec: VantageSpec, signal: AbortSignal): Promise<void>;
  /** Deletes a SplitHorizonVantage, the one with that uid; that it is gone already is no error. */
  deleteVantage(name: string, uid: string, signal: AbortSignal): Promise<void>;
  /** Deletes the Lease of a vantage's agent; that it is gone already is no error. */
  deleteAgentLease(vantage: string, signal: AbortSignal): Promise<void>;
  patchZoneStatus(name: string, status: MergePatch<ZoneStatus>, signal: AbortSignal): Promise<void>;
  patchHostStatus(name: string, status: MergePatch<HostStatus>, signal: AbortSignal): Promise<void>;
  patchVantageStatus(name: string, status: MergePatch<VantageStatus>, signal: AbortSignal): Promise<void>;
  /** The keys of a Secret with their values as text (UTF-8). */
  readSecret(namespace: string, name: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The uid of the namespace kube-system, by which clusters are told apart. */
  readClusterUid(signal: AbortSignal): Promise<string>;
  /** The texts of the questions that agents are to ask, by the numbers of their ConfigMaps. */
  listQuestions(signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
  /** Makes this the text of the ConfigMap with that number, which is created where there is none. */
  applyQuestions(number: number, text: string, signal: AbortSignal): Promise<void>;
  /**
   * Whether a CRD (`splithorizonhosts.splithorizon.dev`) is being deleted or gone. Its objects are then deleted one by
   * one, and the watch tells each as seen; but nobody meant to delete these.
   */
  isCrdGoing(name: string, signal: AbortSignal): Promise<boolean>;
}

/** The objects behind `rest`. */
export function createObjects(rest: Rest, views: Views): Objects {
  const get = (path: string, signal: AbortSignal): Promise<unknown> => rest({ method: 'GET', path, signal });
  const create = async (path: string, body: object, signal: AbortSignal): Promise<void> => {
    await rest({ method: 'POST', path: path + AS_MANAGER, body: { apiVersion: API_VERSION, ...body }, signal });
  };
  const patch = async (path: string, body: object, signal: AbortSignal): Promise<void> => {
    await rest({ method: 'PATCH', path: path + AS_MANAGER, body, contentType: MERGE_PATCH, signal });
  };
  const patchStatus =
    (list: string) =>
    (name: string, status: object, signal: AbortSignal): Promise<void> =>
      patch(`${list}/${name}/status`, { status }, signal);

  return {
    createHost: (host, signal) => {
      const metadata = { name: objectNameOf(host), labels: { [GENERATED_LABEL]: 'true' } };
      return create(PATHS.hosts, { kind: 'SplitHorizonHost', metadata, spec: { host } }, signal);
    },
    readHost: async (name, signal) => {
      const raw = await get(`${PATHS.hosts}/${name}`, signal).catch(absent);
      if (raw === undefined) return undefined;
      const metadata = metadataOf(raw);
      const resourceVersion = text(metadata['resourceVersion'], 'metadata.resourceVersion');
      return {
        view: views.host(raw),
        resourceVersion,
        hasForeignSpec: hasForeignSpec(metadata),
        statusWrittenAt: statusWrittenAt(metadata),
      };
    },
    deleteHost: async (name, preconditions, signal) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
      await rest({ method: 'DELETE', path: `${PATHS.hosts}/${name}`, body, signal }).catch(absent);
    },
    dropGeneratedLabel: (name, signal) =>
      patch(`${PATHS.hosts}/${name}`, { metadata: { labels: { [GENERATED_LABEL]: null } } }, signal),
    createVantage: (name, spec, signal) =>
      create(PATHS.vantages, { kind: 'SplitHorizonVantage', metadata: { name }, spec }, signal),
    deleteVantage: async (name, uid, signal) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
      await rest({ method: 'DELETE', path: `${PATHS.vantages}/${name}`, body, signal }).catch(absent);
    },
    deleteAgentLease: async (vantage, signal) => {
      await rest({ method: 'DELETE', path: `${PATHS.leases}/${vantage}`, signal }).catch(absent);
    },
    patchZoneStatus: patchStatus(PATHS.zones),
    patchHostStatus: patchStatus(PATHS.hosts),
    patchVantageStatus: patchStatus(PATHS.vantages),
    readSecret: async (namespace, name, signal) => {
      const secret = await get(`/api/v1/namespaces/${namespace}/secrets/${name}`, signal);
      const data = Object.entries(optional(fields)(fields(secret, 'Secret')['data'], 'data') ?? {});
      const decoded = data.map(([key, value]) => [key, Buffer.from(text(value, key), 'base64').toString('utf8')]);
      return Object.fromEntries(decoded) as Record<string, string>;
    },
    readClusterUid: async (signal) =>
      text(metadataOf(await get('/api/v1/namespaces/kube-system', signal))['uid'], 'metadata.uid'),
    listQuestions: async (signal) => {
      const { items } = fields(await get(PATHS.questions, signal), 'ConfigMapList');
      const parts = listOf(views.questions)(items ?? [], 'items').flatMap(({ name, text: part }) => {
        const number = questionsNumber(name);
        return number === undefined || part === undefined ? [] : [[number, part] as const];
      });
      return new Map(parts);
    },
    applyQuestions: async (number, part, signal) => {
      const name = `${QUESTIONS_PREFIX}${number}`;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { [QUESTIONS_KEY]: part } };
      const path = `${PATHS.questions}/${name}${AS_MANAGER}&force=true`;
      await rest({ method: 'PATCH', path, body, contentType: APPLY_PATCH, signal });
    },
    isCrdGoing: async (name, signal) => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      const crd = await get(path, signal).catch(absent);
      return crd === undefined || metadataOf(crd)['deletionTimestamp'] !== undefined;
    },
  };
}

/** Turns the failure to find an object into undefined. */
function absent(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

function metadataOf(raw: unknown): Fields {
  return fields(fields(raw, 'object')['metadata'], 'metadata');
}

/** By the manager of the status subresource that is the operator. */
function statusWrittenAt(metadata: Fields): number | undefined {
  const written = managersOf(metadata).flatMap(({ manager, subresource, time }) =>
    manager === FIELD_MANAGER && subresource === 'status' && typeof time === 'string' ? Date.parse(time) : [],
  );
  return written.length === 0 ? undefined : Math.max(...written);
}

function managersOf(metadata: Fields): readonly Fields[] {
  return optional(listOf(fields))(metadata['managedFields'], 'metadata.managedFields') ?? [];
}

/** Whether managedFields name another manager under `f:spec` (Kubernetes docs, "Server-Side Apply", field management). */
function hasForeignSpec(metadata: Fields): boolean {
  return managersOf(metadata).some(
    ({ manager, fieldsV1 }) =>
      manager !== FIELD_MANAGER &&
      optional(fields)(fieldsV1, 'metadata.managedFields[].fieldsV1')?.['f:spec'] !== undefined,
  );
}
