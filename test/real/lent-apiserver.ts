import { setTimeout as delay } from 'node:timers/promises';
import { apiClient, type ApiClient, type ApiObject } from '../support/api-client.ts';
import { installCrds } from '../support/crds.ts';
import { startRealApiServer, type RealApiServer } from './apiserver.ts';

/** A running server, and the uids of what it has of itself. */
interface Lent {
  readonly server: RealApiServer;
  readonly own: ReadonlySet<string>;
}

/** A kind of objects: the path of its group and version, and its plural name. */
interface Resource {
  readonly base: string;
  readonly plural: string;
}

/** More than one test file of this process has at a time; others are ended. */
const MOST_IDLE = 2;
const CLEAN_MS = 20_000;
const NAMESPACES: Resource = { base: '/api/v1', plural: 'namespaces' };
const CRDS: Resource = { base: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };
/** What the server keeps itself, and what is deleted last. */
const NOT_CLEANED = new Set(['ipaddresses', 'servicecidrs', 'apiservices', NAMESPACES.plural, CRDS.plural]);

const idle: Lent[] = [];

const resourcesOf = async (client: ApiClient): Promise<Resource[]> => {
  const { body } = await client.get('/apis');
  const groups = body['groups'] as { preferredVersion: { groupVersion: string } }[];
  const bases = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = await Promise.all(
    bases.map(async (base) => {
      const { body: list } = await client.get(base);
      const resources = (list['resources'] ?? []) as { name: string; verbs: string[] }[];
      return resources
        .filter(({ name, verbs }) => ['list', 'deletecollection'].every((verb) => verbs.includes(verb)) && name !== '')
        .map(({ name }): Resource => ({ base, plural: name }));
    }),
  );
  return found.flat().filter(({ plural }) => !NOT_CLEANED.has(plural));
};
const listOf = async (client: ApiClient, { base, plural }: Resource): Promise<ApiObject[]> =>
  (await client.get(`${base}/${plural}`)).body.items ?? [];
const uidOf = ({ metadata }: ApiObject): string => metadata.uid ?? '';

const uidsOf = async (client: ApiClient): Promise<Set<string>> => {
  const resources = [...(await resourcesOf(client)), NAMESPACES, CRDS];
  const lists = await Promise.all(resources.map((resource) => listOf(client, resource)));
  return new Set(lists.flat().map(uidOf));
};

/** Deletes what is not the server's own of one kind: all of a namespace at once, where nothing of it is. */
const cleanKind = async (client: ApiClient, resource: Resource, own: ReadonlySet<string>): Promise<number> => {
  const all = Map.groupBy(await listOf(client, resource), ({ metadata }) => metadata.namespace ?? '');
  let count = 0;
  for (const [namespace, objects] of all) {
    const path = `${resource.base}/${namespace === '' ? '' : `namespaces/${namespace}/`}${resource.plural}`;
    const foreign = objects.filter((object) => !own.has(uidOf(object)));
    count += foreign.length;
    if (foreign.length === objects.length) await client.delete(path);
    else await Promise.all(foreign.map(({ metadata }) => client.delete(`${path}/${metadata.name ?? ''}`)));
  }
  return count;
};
/** Nobody here does what the namespace controller does. */
const cleanNamespaces = async (client: ApiClient, own: ReadonlySet<string>): Promise<void> => {
  for (const object of await listOf(client, NAMESPACES)) {
    if (own.has(uidOf(object))) continue;
    const path = `/api/v1/namespaces/${object.metadata.name ?? ''}`;
    await client.delete(path);
    await client.put(`${path}/finalize`, {
      ...object,
      spec: { finalizers: [] },
      metadata: { name: object.metadata.name },
    });
  }
};

/** Takes away all that a test left; gives whether that worked. */
const clean = async ({ server, own }: Lent): Promise<boolean> => {
  const client = apiClient(server);
  const deadline = performance.now() + CLEAN_MS;
  try {
    while (performance.now() < deadline) {
      const counts = await Promise.all((await resourcesOf(client)).map((resource) => cleanKind(client, resource, own)));
      await cleanKind(client, CRDS, own);
      await cleanNamespaces(client, own);
      if (counts.every((count) => count === 0)) break;
      await delay(20);
    }
    const left = await uidsOf(client);
    return left.size === own.size && [...own].every((uid) => left.has(uid));
  } catch {
    return false;
  } finally {
    client.close();
  }
};

const startLent = async (): Promise<Lent> => {
  const server = await startRealApiServer();
  await installCrds(server);
  const client = apiClient(server);
  const own = await uidsOf(client);
  client.close();
  return { server, own };
};

/**
 * A real API server with the CRDs, as new: one that another test file of this process had and gave back by `stop`, or one
 * that is started. Those that wait for the next one end with this process.
 */
export const lendRealApiServer = async (): Promise<RealApiServer> => {
  const lent = idle.pop() ?? (await startLent());
  const giveBack = async (): Promise<void> => {
    if (idle.length < MOST_IDLE && (await clean(lent))) idle.push(lent);
    else await lent.server.stop();
  };
  return { ...lent.server, stop: giveBack };
};
