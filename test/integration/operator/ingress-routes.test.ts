import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { installCrds } from '../../support/crds.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { ingressRouteCrd, ingressRouteObject, type TraefikGroup } from '../../support/traefik.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const APEX = '@ A 60 10.0.20.203 ours';
const GROUPS = ['traefik.io', 'traefik.containo.us'] as const;
/** A kind that is not served is looked for every 30 s. */
const TAKEN_UP = { timeout: 45_000, interval: 50 } as const;
const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 9, maxPercent: 100 } };

const lines = (...hosts: string[]): string[] => [APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)];

describe.each(apiServers('IngressRoutes'))('IngressRoutes on the $name', { timeout: 120_000 }, (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  const pathOf = (zone: TestZone, group: TraefikGroup): string =>
    `/apis/${group}/v1alpha1/namespaces/${zone.namespace}/ingressroutes`;
  /** Creates an IngressRoute with a rule `Host(...)` for these short names. */
  const route = async (
    zone: TestZone,
    { name, hosts = [], rules = [], group = 'traefik.io' }: RouteOptions,
  ): Promise<void> => {
    const all = [...hosts.map((host) => `Host(\`${zone.at(host)}\`)`), ...rules];
    const object = ingressRouteObject({ namespace: zone.namespace, name }, all, group);
    const { status, body } = await world.client.post(pathOf(zone, group), object);
    expect(status, body.message).toBe(201);
  };
  interface RouteOptions {
    readonly name: string;
    readonly hosts?: readonly string[];
    readonly rules?: readonly string[];
    readonly group?: TraefikGroup;
  }
  const change = async (zone: TestZone, name: string, patch: object): Promise<void> => {
    const { status, body } = await world.client.patch(`${pathOf(zone, 'traefik.io')}/${name}`, patch);
    expect(status, body.message).toBe(200);
  };
  const rules = (...matches: string[]): object => ({
    spec: { routes: matches.map((match) => ({ kind: 'Rule', match })) },
  });
  const sources = async (zone: TestZone, host: string): Promise<object[]> => [
    ...((await zone.hostStatus(host)).sources ?? []),
  ];
  const events = async (zone: TestZone, name: string): Promise<string[]> =>
    zone.events({ kind: 'IngressRoute', name, namespace: zone.namespace });

  it('may be unknown to the cluster: that is no fault, and the operator does its work', async () => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual(lines('git'));
    const { body } = await world.client.get(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`);
    expect(body.spec?.['sources']).toEqual([{ kind: 'Ingress' }, { kind: 'IngressRoute' }]);
    const warnings = operator.log.filter((line) => line.includes('"level":40') && line.includes('ngressRoutes'));
    expect(warnings).toEqual([]);
  });

  it('are taken up in both groups once their CRDs are there', async () => {
    const zone = await world.zone();
    await installCrds(world.server, GROUPS.map(ingressRouteCrd));
    await route(zone, { name: 'git', hosts: ['git', 'www'] });
    await route(zone, { name: 'git', hosts: ['git', 'old'], group: 'traefik.containo.us' });
    await expect.poll(zone.records, TAKEN_UP).toEqual(lines('git', 'old', 'www'));
    const id = { kind: 'IngressRoute', namespace: zone.namespace, name: 'git' };
    const legacy = { ...id, group: 'traefik.containo.us' };
    await expect.poll(() => sources(zone, 'www'), SOON).toEqual([id]);
    await expect.poll(() => sources(zone, 'old'), SOON).toEqual([legacy]);
    await expect.poll(() => sources(zone, 'git'), SOON).toEqual([id, legacy]);
    expect((await zone.hostStatus('git')).summary?.source).toBe(`IngressRoute ${zone.namespace}/git +1`);
    await expect.poll(() => events(zone, 'git'), SOON).toContainEqual(expect.stringMatching(/^Normal Published: /));
  });

  it('name the hosts of their rules, point them at the first target, and take them away', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await route(zone, {
      name: 'git',
      rules: [`Host(\`${zone.at('a')}\`, "${zone.at('b')}") && (Path(\`/x\`) || !Method(\`GET\`))`],
      hosts: ['c', '*.apps'],
    });
    await expect.poll(zone.records, SOON).toEqual(['*.apps CNAME 300 @ ours', ...lines('a', 'b', 'c')]);

    await change(zone, 'git', rules(`Host(\`${zone.at('a')}\`)`));
    await expect.poll(zone.records, SOON).toEqual(lines('a'));
    await change(zone, 'git', { metadata: { annotations: { 'splithorizon.dev/ignore': 'true' } } });
    await expect.poll(zone.records, SOON).toEqual([APEX]);
    await change(zone, 'git', { metadata: { annotations: { 'splithorizon.dev/ignore': null } } });
    await expect.poll(zone.records, SOON).toEqual(lines('a'));
    await world.client.delete(`${pathOf(zone, 'traefik.io')}/git`);
    await expect.poll(zone.records, SOON).toEqual([APEX]);
  });

  it('are left out where sources do not list them', async () => {
    const zone = await world.zone({ spec: { sources: [{ kind: 'Ingress' }] } });
    await route(zone, { name: 'routed', hosts: ['routed'] });
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual(lines('git'));
  });

  it('tell by one Event that their patterns name nobody', async () => {
    const zone = await world.zone();
    const patterns = ['HostRegexp(`.+`)', 'HostSNI(`*`)', `!Host(\`${zone.at('not')}\`)`];
    await route(zone, { name: 'all', hosts: ['git'], rules: patterns });
    await expect.poll(zone.records, SOON).toEqual(lines('git'));
    const skips = async (): Promise<string[]> =>
      (await events(zone, 'all')).filter((text) => text.includes('HostPatternSkipped'));
    await expect.poll(skips, SOON).toHaveLength(1);
    for (const pattern of patterns) expect((await skips())[0]).toContain(pattern);
    await change(zone, 'all', { metadata: { labels: { seen: 'again' } } });
    await route(zone, { name: 'later', hosts: ['later'] });
    await expect.poll(zone.records, SOON).toEqual(lines('git', 'later'));
    expect(await skips()).toHaveLength(1);
  });

  it('lose nothing by a rule that cannot be read, after a restart neither', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await route(zone, { name: 'git', hosts: ['a', 'b'] });
    await expect.poll(() => zone.word('b'), SOON).toBe('True Published');
    await expect.poll(() => zone.word('a'), SOON).toBe('True Published');
    await change(zone, 'git', rules(`Host(\`${zone.at('a')}\`)`, `Host(\`${zone.at('b')}\``));
    const refusals = async (): Promise<string[]> =>
      (await events(zone, 'git')).filter((text) => text.includes('InvalidRule'));
    await expect.poll(refusals, SOON).toHaveLength(1);
    expect((await refusals())[0]).toMatch(/Host\(`b\.z\d+\.test`" cannot be read as a rule: it ends at character/);
    await zone.ingress('still', ['still']);
    await expect.poll(zone.records, SOON).toEqual(lines('a', 'b', 'still'));
    await operator.stop();
    operator = await world.start();
    await zone.ingress('again', ['again']);
    await expect.poll(zone.records, SOON).toEqual(lines('a', 'again', 'b', 'still'));

    await change(zone, 'git', rules(`Host(\`${zone.at('a')}\`)`));
    await expect.poll(zone.records, SOON).toEqual(lines('a', 'again', 'still'));
  });

  it('lose nothing with their CRDs, after a restart neither, and what is not made again waits for approval', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    for (const name of ['a', 'b']) await route(zone, { name, hosts: [name] });
    await route(zone, { name: 'old', hosts: ['old'], group: 'traefik.containo.us' });
    await zone.ingress('git', ['git']);
    for (const host of ['a', 'b', 'git', 'old']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    const serial = world.technitium.serial(zone.name);
    const stand = async (): Promise<void> => {
      for (const host of ['a', 'b', 'git', 'old']) expect(await zone.word(host)).toBe('True Published');
      expect(zone.records()).toEqual(lines('a', 'b', 'git', 'old'));
      expect(world.technitium.serial(zone.name)).toBe(serial);
    };

    for (const group of GROUPS) await world.client.delete(`${CRD_PATH}/ingressroutes.${group}`);
    const served = async (): Promise<number[]> =>
      Promise.all(GROUPS.map(async (group) => (await world.client.get(pathOf(zone, group))).status));
    await expect.poll(served, SOON).toEqual([404, 404]);
    const unserved = (): number => operator.log.filter((line) => line.includes('kind is not served')).length;
    await expect.poll(unserved, SOON).toBe(2);
    await stand();
    await operator.stop();
    operator = await world.start();
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    await stand();

    // One group comes back with nothing in it: what the other one said stands.
    await installCrds(world.server, [ingressRouteCrd('traefik.io')]);
    for (const host of ['a', 'b']) await expect.poll(() => zone.word(host), TAKEN_UP).toBe('True DeletionPending');
    expect(await zone.word('old')).toBe('True Published');
    await route(zone, { name: 'a', hosts: ['a'] });
    await expect.poll(() => zone.word('a'), SOON).toBe('True Published');
    await installCrds(world.server, [ingressRouteCrd('traefik.containo.us')]);
    await expect.poll(() => zone.word('old'), TAKEN_UP).toBe('True DeletionPending');
    expect(zone.records()).toEqual(lines('a', 'b', 'git', 'old'));
    expect(world.technitium.serial(zone.name)).toBe(serial);
  });
});
