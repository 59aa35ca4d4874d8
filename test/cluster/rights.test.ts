import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startRealApiServer, type RealApiServer } from '../real/apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { startedBy } from '../support/api-servers.ts';
import { installCrds } from '../support/crds.ts';
import { NAMESPACE, openWorld, SOON, type OperatorWorld } from '../support/operator.ts';
import { auditEvents, grantsOf, uses, type AuditEvent, type Role } from '../support/rights.ts';
import { ingressRouteCrd, ingressRouteObject } from '../support/traefik.ts';

const RBAC = join(import.meta.dirname, '..', '..', 'deploy', 'rbac.yaml');
const OPERATOR = 'system:serviceaccount:splithorizon:splithorizon';
const TRAEFIK = ['traefik.io', 'traefik.containo.us'] as const;
const APEX = '@ A 60 10.0.20.203 ours';
const API = 'api CNAME 300 @ ours';
const GIT = 'git CNAME 300 @ ours';

/** What the operator asked the API server, under the name of its ServiceAccount. */
const requests = async ({ auditLog }: RealApiServer): Promise<AuditEvent[]> =>
  auditEvents(await readFile(auditLog, 'utf8')).filter(({ user }) => user.username === OPERATOR);

/** Left out where there is no kube-apiserver, which is an error in CI. */
describe.skipIf(!findKubeTools() && !process.env['CI'])('with the rights of deploy/rbac.yaml and no others', () => {
  let server: RealApiServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    server = await startRealApiServer({ audit: true });
    world = await openWorld(startedBy('kube-apiserver', () => Promise.resolve(server)));
    await installCrds(server, TRAEFIK.map(ingressRouteCrd));
    expect(await server.kubectl(['apply', '-f', RBAC])).toMatchObject({ code: 0 });
    const { stdout: token } = await server.kubectl(['-n', NAMESPACE, 'create', 'token', 'splithorizon']);
    await world.start({ ...server, token: token.trim() });
  });
  afterAll(() => world.stop());

  test('the operator does its whole job, and nothing that it may do is left over', async () => {
    const sources = ['Ingress', 'IngressRoute', 'Service'].map((kind) => ({ kind }));
    const zone = await world.zone({ spec: { sources, deletionGuard: { graceSeconds: 0, free: 9 } } });
    await zone.ingress('git', ['git']);
    await zone.ingress('wiki', ['wiki']);
    await zone.service('odd', { hostnames: 'not a name', balancer: [{ ip: '10.0.20.205' }] });
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, 'wiki CNAME 300 @ ours']);
    await expect.poll(() => zone.word('git', 'Ready'), SOON).toMatch(/^(True|Unknown)/);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    const refusals = (): Promise<string[]> => zone.events({ kind: 'Service', name: 'odd', namespace: zone.namespace });
    await expect.poll(refusals, SOON).toContainEqual(expect.stringContaining('InvalidName'));
    const repairs = async (): Promise<unknown[]> => {
      const { body } = await world.client.get('/apis/events.k8s.io/v1/namespaces/default/events');
      const repaired = body.items?.filter(({ reason }) => reason === 'RecordRepaired') ?? [];
      return repaired.map(({ series }) => (series as { count: number } | undefined)?.count);
    };

    // The same twice: one Event, counted.
    for (const count of [undefined, 2]) {
      await zone.console.delete('git', { type: 'CNAME', value: '@' });
      await expect.poll(zone.records, SOON).toContain(GIT);
      await expect.poll(repairs, SOON).toEqual([count]);
    }

    // One host goes, another is a person's by now.
    await zone.patchHost('wiki', { spec: { record: 'Observed' } });
    await zone.remove('Ingress', 'wiki');
    await zone.remove('Ingress', 'git');
    await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
    await expect
      .poll(async () => (await zone.hostObject('wiki'))?.metadata.labels ?? {}, SOON)
      .not.toHaveProperty('splithorizon.dev/generated');

    // The servers behind a Service, none of which is ready.
    const serviceRef = { namespace: zone.namespace, name: 'dns' };
    await zone.patchZone({ spec: { technitium: { servers: [{ name: 'replicas', serviceRef }] } } });
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('False NoServers');

    // IngressRoutes, and a host that a person wrote: their end is meant where their CRDs stay.
    const { namespace } = zone;
    for (const group of TRAEFIK) {
      const route = ingressRouteObject({ namespace, name: 'api' }, [`Host(\`${zone.at('api')}\`)`], group);
      const path = `/apis/${group}/v1alpha1/namespaces/${namespace}/ingressroutes`;
      expect(await world.client.post(path, route)).toMatchObject({ status: 201 });
      await expect.poll(zone.records, SOON).toContain(API);
      await world.client.delete(`${path}/api`);
      await expect.poll(zone.records, SOON).not.toContain(API);
    }
    await zone.host('mine', { target: { addresses: ['10.0.20.206'] } });
    await expect.poll(zone.records, SOON).toContain('mine A 300 10.0.20.206 ours');
    await zone.removeHost('mine');
    await expect.poll(zone.records, SOON).not.toContain('mine A 300 10.0.20.206 ours');

    const roles = parseAllDocuments(await readFile(RBAC, 'utf8')).map((document) => document.toJS() as Role);
    const grants = grantsOf(roles.filter(({ rules }) => Array.isArray(rules)));
    const leftOver = async (): Promise<string[]> => {
      const made = await requests(server);
      return grants.filter((grant) => !made.some((request) => uses(request, grant))).map(({ text }) => text);
    };
    await expect.poll(leftOver, SOON).toEqual([]);
    const refused = (await requests(server)).filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });
});
