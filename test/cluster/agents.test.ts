import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startRealApiServer, type RealApiServer } from '../real/apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { createMachine } from '../support/agent.ts';
import { apiClient, type ApiClient, type ApiResponse } from '../support/api-client.ts';
import { startedBy } from '../support/api-servers.ts';
import { NAMESPACE, openWorld, SOON, type OperatorWorld } from '../support/operator.ts';
import { auditEvents, grantsOf, uses, type Role } from '../support/rights.ts';
import { vantageSample } from '../support/samples.ts';

const AGENTS = join(import.meta.dirname, '..', '..', 'deploy', 'agents');
const RBAC = join(AGENTS, '..', 'rbac.yaml');
const IN = 'splithorizon-vantages';
const VANTAGES = '/apis/splithorizon.dev/v1alpha1/splithorizonvantages';
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${IN}/leases`;
const AS_AGENT = '?fieldManager=splithorizon-agent&force=true';
const ANSWERS = { timeout: 40_000, interval: 200 };

/** What an agent applies. */
const reportOf = (name: string, status: object): object => ({
  apiVersion: 'splithorizon.dev/v1alpha1',
  kind: 'SplitHorizonVantage',
  metadata: { name },
  status,
});
const REPORT = { report: { questions: '1', resolvers: [{ address: '192.0.2.1' }] } };
const agentVantage = (name: string, audience: string) => ({
  ...vantageSample(name, audience),
  spec: { audience, agent: {} },
});
const outcome = ({ status, body }: ApiResponse): string => `${status} ${body.message ?? ''}`;

/** Left out where there is no kube-apiserver, which is an error in CI. */
describe.skipIf(!findKubeTools() && !process.env['CI'])(
  'with the rights and the admission policy of deploy/agents',
  () => {
    let server: RealApiServer;
    let world: OperatorWorld;

    /** A token of an account in the agents' namespace, bound to a pod on a node where one is named. */
    const tokenOf = async (account: string, node?: string): Promise<string> => {
      const bound = node === undefined ? [] : ['--bound-object-kind', 'Pod', '--bound-object-name', `agent-${node}`];
      const { stdout, code } = await server.kubectl(['-n', IN, 'create', 'token', account, ...bound]);
      expect(code).toBe(0);
      return stdout.trim();
    };
    const addNode = async (name: string): Promise<void> => {
      await world.client.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } });
      const spec = {
        nodeName: name,
        serviceAccountName: 'splithorizon-agent',
        containers: [{ name: 'a', image: 'a' }],
      };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `agent-${name}`, namespace: IN }, spec };
      expect(await world.client.post(`/api/v1/namespaces/${IN}/pods`, pod)).toMatchObject({ status: 201 });
    };

    beforeAll(async () => {
      server = await startRealApiServer({ audit: true });
      world = await openWorld(startedBy('kube-apiserver', () => Promise.resolve(server)));
      for (const file of ['namespace.yaml', 'rbac.yaml', 'admission.yaml', 'daemonset.yaml']) {
        expect(await server.kubectl(['apply', '-f', join(AGENTS, file)])).toMatchObject({ code: 0, stderr: '' });
      }
      expect(await server.kubectl(['apply', '-f', RBAC])).toMatchObject({ code: 0 });
      for (const node of ['a', 'b']) await addNode(node);
    });
    afterAll(() => world.stop());

    const clientOf = async (account: string, node?: string): Promise<ApiClient> =>
      apiClient({ ...server, token: await tokenOf(account, node) });
    const apply = (client: ApiClient, name: string, status: object): Promise<ApiResponse> =>
      client.patch(`${VANTAGES}/${name}/status${AS_AGENT}`, reportOf(name, status), 'apply');

    test('an agent writes what is its own, and nothing of its neighbour', async () => {
      const [a, b] = [await clientOf('splithorizon-agent', 'a'), await clientOf('splithorizon-agent', 'b')];
      await expect
        .poll(async () => outcome(await a.post(VANTAGES, agentVantage('node-b', 'Nodes'))), SOON)
        .toMatch(/^422 .*"node-b" is not of this agent, which is account "splithorizon-agent" on node "a"/);
      expect(outcome(await a.post(VANTAGES, agentVantage('node-a', 'Nodes')))).toMatch(/^201/);
      expect(outcome(await a.post(VANTAGES, agentVantage('pods-a', 'Pods')))).toMatch(/^201/);
      expect(outcome(await apply(a, 'node-a', REPORT))).toMatch(/^200/);
      expect(outcome(await apply(b, 'node-a', REPORT))).toMatch(/^422 .*"node-a" is not of this agent/);
      const faked = { hosts: { total: 9, internal: 9 } };
      expect(outcome(await apply(a, 'node-a', faked))).toMatch(
        /^422 .*writes status\.report of "node-a" and nothing else/,
      );
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { holderIdentity: 'x' } };
      const renew = (client: ApiClient, name: string): Promise<ApiResponse> =>
        client.patch(`${LEASES}/${name}${AS_AGENT}`, { ...lease, metadata: { name } }, 'apply');
      expect(outcome(await renew(a, 'node-a'))).toMatch(/^201/);
      expect(outcome(await renew(b, 'node-a'))).toMatch(/^422 .*"node-a" is not of this agent/);
      // The token of nobody's pod.
      expect(outcome(await apply(await clientOf('splithorizon-agent'), 'node-a', REPORT))).toMatch(/^422/);
    });

    test('an agent on a machine of the LAN writes the vantage that its account is named after', async () => {
      await world.client.post(`/api/v1/namespaces/${IN}/serviceaccounts`, {
        ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lan-desk', namespace: IN } },
      });
      await world.create(agentVantage('lan-desk', 'LAN'));
      const desk = await clientOf('lan-desk');
      expect(outcome(await apply(desk, 'lan-desk', REPORT))).toMatch(/^200/);
      await world.create(agentVantage('lan-shelf', 'LAN'));
      expect(outcome(await apply(desk, 'lan-shelf', REPORT))).toMatch(/^422 .*which is account "lan-desk"/);
      // The policy is about agents: a person may.
      expect(outcome(await apply(world.client, 'lan-desk', REPORT))).toMatch(/^200/);
    });

    test('operator and agent do their whole job with these rights, and nothing that they may do is left over', async () => {
      const { stdout } = await server.kubectl(['-n', NAMESPACE, 'create', 'token', 'splithorizon']);
      // What the tests above have reported from there is nothing that this operator asked.
      for (const name of ['node-a', 'pods-a']) await world.client.delete(`${VANTAGES}/${name}`);
      let aheadMs = 0;
      await world.start({ ...server, token: stdout.trim() }, { now: () => Date.now() + aheadMs });
      const node = await createMachine({ ...server, token: await tokenOf('splithorizon-agent', 'b') }, 'node-b');
      try {
        await node.write('/etc/resolv.conf', world.resolvConf);
        const stopAgent = await node.start();
        const zone = await world.zone({ spec: { probe: { canarySeconds: 2, rotationSeconds: 2 } } });
        await zone.ingress('git', ['git']);
        await expect.poll(() => zone.word('git', 'NodesResolve'), ANSWERS).toBe('True Internal');
        await stopAgent();
        await world.client.delete('/api/v1/nodes/b');
        aheadMs = 200_000;
        const ofNode = async (): Promise<unknown> => (await world.client.get(`${VANTAGES}/node-b`)).status;
        await expect.poll(ofNode, ANSWERS).toBe(404);
        const roles = parseAllDocuments(await readFile(join(AGENTS, 'rbac.yaml'), 'utf8'))
          .map((document) => document.toJS() as Role)
          .filter(({ rules }) => Array.isArray(rules));
        const leftOver = async (): Promise<string[]> => {
          const events = auditEvents(await readFile(server.auditLog, 'utf8'));
          return grantsOf(roles).flatMap((grant) => (events.some((event) => uses(event, grant)) ? [] : [grant.text]));
        };
        await expect.poll(leftOver, ANSWERS).toEqual([]);
        const refused = auditEvents(await readFile(server.auditLog, 'utf8')).filter(
          ({ responseStatus }) => responseStatus?.code === 403,
        );
        expect(refused.map(({ verb, requestURI, user }) => `${user.username} ${verb} ${requestURI}`)).toEqual([]);
      } finally {
        await node.remove();
      }
    });
  },
);
