import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../src/kube/kube.ts';
import { KubeError } from '../../../src/kube/kube-error.ts';
import { kubeconfigText } from '../../support/kubeconfig.ts';
import { apiClient, type ApiObject } from '../../support/api-client.ts';
import { apiServers } from '../../support/api-servers.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { connectTo, surroundings, withKubeconfig } from './connect-to.ts';
import { watched } from './watched.ts';

const { signal } = new AbortController();
const SOON = { timeout: 20_000, interval: 20 };
const TOKEN = 'a-token-that-nobody-may-see';

/** All that an error gives to whoever prints it. */
const everythingIn = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return `${String(error.stack)} ${JSON.stringify(error)} ${error.cause === undefined ? '' : everythingIn(error.cause)}`;
};

const thrownBy = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return everythingIn(error);
  }
  return 'nothing was thrown';
};

describe('connecting', () => {
  it('never guesses where the API server is', () => {
    expect(thrownBy(() => connect(surroundings))).toContain('no API server: give a kubeconfig, or run in a pod');
  });

  it('says which kubeconfig is missing', () => {
    expect(thrownBy(() => connect({ ...surroundings, kubeconfig: '/absent/config' }))).toContain(
      'kubeconfig /absent/config: ENOENT',
    );
  });

  it.each([
    { name: 'is no YAML', text: `users: [{token: ${TOKEN}\n  *&` },
    { name: 'has no users', text: `clusters: [{name: ${TOKEN}}]` },
    {
      name: 'has no current context',
      text: kubeconfigText({ url: 'https://127.0.0.1:1', token: TOKEN }).replace('current-context: test', ''),
    },
  ])('refuses a kubeconfig that $name without quoting it', ({ text }) => {
    const problem = withKubeconfig(text, (kubeconfig) => thrownBy(() => connect({ ...surroundings, kubeconfig })));
    expect(problem).toContain('kubeconfig');
    expect(problem).not.toContain(TOKEN);
  });

  it('gives errors without credentials where a plugin for them fails', async () => {
    const user = {
      name: 'test',
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'sh',
          args: ['-c', `echo ${TOKEN} >&2; exit 1`],
        },
      },
    };
    const text = kubeconfigText({ url: 'http://127.0.0.1:1', token: '' }).replace(
      /users:[\s\S]*?(?=contexts:)/,
      `users: [${JSON.stringify(user)}]\n`,
    );
    const kube = withKubeconfig(text, (kubeconfig) => connect({ ...surroundings, kubeconfig }));
    const error: unknown = await kube.readClusterUid(signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 0, reason: 'NoCredentials' });
    expect(everythingIn(error)).not.toContain(TOKEN);
  });

  it('says that nobody listens', async () => {
    const kube = connectTo({ url: 'http://127.0.0.1:1', token: TOKEN });
    const error: unknown = await kube.readClusterUid(signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 0, reason: 'ECONNREFUSED' });
    expect(everythingIn(error)).not.toContain(TOKEN);
  });
});

describe('a request', () => {
  let server: http.Server;
  let url: string;
  const asked: http.IncomingMessage[] = [];
  let answer: (response: http.ServerResponse) => void;

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      asked.push(request);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('names the operator and its version', async () => {
    answer = (response) => response.end(JSON.stringify({ metadata: { uid: 'some-uid' } }));
    expect(await connectTo({ url, token: TOKEN }).readClusterUid(signal)).toBe('some-uid');
    expect(asked.at(-1)?.headers).toMatchObject({
      'user-agent': 'splithorizon/1.2.3',
      authorization: `Bearer ${TOKEN}`,
    });
  });

  it('goes over the connection of the one before', async () => {
    answer = (response) => response.end(JSON.stringify({ metadata: { uid: 'some-uid' } }));
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    const kube = connectTo({ url, token: TOKEN });
    for (let time = 0; time < 20; time += 1) await kube.readClusterUid(signal);
    expect(sockets.size).toBe(1);
  });

  it('ends with the signal, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('shutting down');
    answer = () => stop.abort(reason);
    await expect(connectTo({ url, token: TOKEN }).readClusterUid(stop.signal)).rejects.toBe(reason);
  });

  it.each([
    { name: 'a page of a proxy', status: 502, body: `<html>${TOKEN}</html>`, want: '502 Unknown' },
    {
      name: 'a Status that quotes much',
      status: 422,
      body: JSON.stringify({ kind: 'Status', reason: 'Invalid', message: 'x\n'.repeat(9_000) }),
      want: '422 Invalid: x x x',
    },
  ])('turns $name into a short error', async ({ status, body, want }) => {
    answer = (response) => response.writeHead(status, { 'retry-after': '3' }).end(body);
    const error: unknown = await connectTo({ url, token: TOKEN })
      .readClusterUid(signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ code: status, retryAfterMs: 3_000 });
    expect(String(error)).toContain(want);
    expect(String(error).length).toBeLessThan(450);
    expect(everythingIn(error)).not.toContain(TOKEN);
  });

  it('for a stream whose listing always breaks off comes ever more slowly', async () => {
    const stop = new AbortController();
    const told = watched<object>();
    answer = (response) => {
      response.write(
        `${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'one', resourceVersion: '7' } } })}\n`,
      );
      setTimeout(() => response.end(), 60);
    };
    const { stream } = connectTo({ url, token: TOKEN }, { random: () => 1 });
    const timing = { firstMs: 10, mostMs: 50, shortMs: 30 };
    const toView = (raw: unknown): object => ({ raw });
    const ended = stream({ path: '/api/v1/things', toView, handlers: told, signal: stop.signal, timing });
    await vi.waitFor(() => expect(told.problems).toHaveLength(5), 10_000);
    const waits = told.problems.map((problem) => (problem.kind === 'Interrupted' ? problem.retryMs : 0));
    expect(waits).toEqual([10, 20, 40, 50, 50]);
    expect(told.listings).toEqual([]);
    // No version of a half listing is one to resume from.
    expect(asked.slice(-5).every(({ url }) => url?.includes('sendInitialEvents=true'))).toBe(true);
    stop.abort();
    await ended;
  });

  it('fails where the answer breaks off', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"metadata":');
      response.destroy();
    };
    await expect(connectTo({ url, token: TOKEN }).readClusterUid(signal)).rejects.toMatchObject({ code: 0 });
  });
});

describe.each(apiServers('service accounts').filter(({ name }) => name === 'kube-apiserver'))(
  'in a pod, on the $name',
  ({ lend }) => {
    let server: ApiServer;
    beforeAll(async () => {
      server = await lend();
    });
    afterAll(() => server.stop());

    it('takes the address from its environment and token and authority from its service account', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'splithorizon-service-account-'));
      await writeFile(join(folder, 'token'), server.token);
      await writeFile(join(folder, 'ca.crt'), server.ca ?? '');
      const inCluster = { host: '127.0.0.1', port: new URL(server.url).port };
      const kube = connect({ ...surroundings, inCluster, serviceAccountFolder: folder });
      expect(await kube.readClusterUid(signal)).toMatch(/^[0-9a-f-]{36}$/);
      await rm(folder, { recursive: true });
    });

    it('takes up another token as soon as it is in the file', async () => {
      const client = apiClient(server);
      const create = async (path: string, object: object): Promise<ApiObject> => {
        const { status, body } = await client.post(path, object);
        expect(status, body.message).toBe(201);
        return body;
      };
      const accounts = '/api/v1/namespaces/default/serviceaccounts';
      const tokenOf = async (name: string): Promise<string> => {
        await create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
        await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
          subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
        });
        const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec: {} };
        const { status } = await create(`${accounts}/${name}/token`, request);
        return (status as { token: string }).token;
      };
      const [former, next] = [await tokenOf('former'), await tokenOf('next')];
      const folder = await mkdtemp(join(tmpdir(), 'splithorizon-service-account-'));
      await writeFile(join(folder, 'token'), former);
      await writeFile(join(folder, 'ca.crt'), server.ca ?? '');
      const inCluster = { host: '127.0.0.1', port: new URL(server.url).port };
      const kube = connect({ ...surroundings, inCluster, serviceAccountFolder: folder });
      // Bindings take a moment to count.
      await expect.poll(() => kube.readClusterUid(signal).catch(() => ''), SOON).not.toBe('');
      await writeFile(join(folder, 'token'), next);
      await client.delete(`${accounts}/former`);
      const stale = apiClient({ ...server, token: former });
      await expect.poll(async () => (await stale.get('/api/v1/namespaces')).status, SOON).toBe(401);
      expect(await kube.readClusterUid(signal)).toMatch(/^[0-9a-f-]{36}$/);
      stale.close();
      client.close();
      await rm(folder, { recursive: true });
    });
  },
);
