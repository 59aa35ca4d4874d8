import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { installCrds, readCrds } from '../../support/crds.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** What a pod is given by default is 30 s; some of it goes by before the process hears of it. */
const GRACE_MS = 10_000;
const ADD = '/api/zones/records/add';

type Line = Readonly<Record<string, unknown>>;
const linesOf = (log: readonly string[]): Line[] =>
  log
    .join('')
    .split('\n')
    // A test's own word on Events that were lost is among them.
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Line);
/** The hosts that the log says were written, in order. */
const toldIn = (log: readonly string[]): string[] =>
  linesOf(log)
    .filter(({ msg }) => msg === 'record written')
    .map(({ host }) => String(host))
    .sort();

describe.each(apiServers('the life of the operator'))('on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
  });
  afterAll(() => world.stop());
  afterEach(() => world.technitium.heal());

  it('SIGTERM in the middle of writing: what is on its way is written and told, and the operator ends with 0', async () => {
    const zone = await world.zone();
    const hosts = Array.from({ length: 40 }, (_, n) => `h${String(n).padStart(2, '0')}`);
    await zone.ingress('many', hosts);
    world.technitium.latency(1_500, ADD);
    world.technitium.resetCounts();
    const operator = await world.spawn();
    await expect.poll(() => world.technitium.calls(ADD), SOON).toBeGreaterThan(0);
    const since = performance.now();
    expect(await operator.terminate()).toBe(0);
    expect(performance.now() - since).toBeLessThan(GRACE_MS);

    const held = world.technitium.records(zone.name).filter(({ comments }) => comments.startsWith('splithorizon:'));
    expect(held).toHaveLength(world.technitium.calls(ADD));
    expect(held.length).toBeLessThan(hosts.length + 1);
    expect(toldIn(operator.log)).toEqual(held.map(({ name }) => name).sort());

    await world.technitium.heal();
    const next = await world.start();
    await expect.poll(() => zone.records().length, SOON).toBe(hosts.length + 1);
    await next.stop();
  });

  it('SIGTERM while Technitium does not answer: it ends with 0 in time', async () => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    world.technitium.latency(60_000, ADD);
    world.technitium.resetCounts();
    const operator = await world.spawn();
    await expect.poll(() => world.technitium.calls(ADD), SOON).toBeGreaterThan(0);
    const since = performance.now();
    expect(await operator.terminate()).toBe(0);
    expect(performance.now() - since).toBeLessThan(GRACE_MS);
  });

  it('logs one line for each change, at level info, and none that holds the token', async () => {
    const zone = await world.zone();
    await zone.ingress('all', ['a', 'b']);
    const operator = await world.start();
    await expect.poll(() => zone.word('b'), SOON).toBe('True Published');
    await expect.poll(() => zone.word('a'), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    await zone.console.delete('a', { type: 'CNAME', value: '@' });
    await expect.poll(() => toldIn(operator.log).filter((host) => host === zone.at('a')), SOON).toHaveLength(2);
    await operator.stop();
    const ofZone = linesOf(operator.log).filter(
      ({ zone: name, msg }) => name === zone.name && msg === 'record written',
    );
    expect(ofZone.map(({ level, host }) => `${String(level)} ${String(host)}`).sort()).toEqual(
      [zone.at('a'), zone.at('a'), zone.at('b'), zone.name].map((name) => `30 ${name}`),
    );
    const { body } = await world.client.get('/api/v1/namespaces/splithorizon/secrets/technitium');
    const { token = '' } = body['data'] as { token?: string };
    expect(atob(token)).not.toBe('');
    expect(operator.log.join('')).not.toContain(atob(token));
  });

  it('uninstalled with its kinds and installed again, it takes all records back without a write', async () => {
    const zone = await world.zone();
    await zone.ingress('git', ['git', 'photos']);
    await zone.host('turn', { target: { addresses: ['10.0.20.7'] } });
    const first = await world.start();
    await expect.poll(() => zone.records().length, SOON).toBe(4);
    await expect.poll(() => zone.word('turn'), SOON).toBe('True Published');
    await first.stop();
    const before = { records: zone.records(), serial: world.technitium.serial(zone.name) };
    for (const { metadata } of await readCrds()) await world.client.delete(`${CRD_PATH}/${metadata.name}`);
    const left = async (): Promise<number> => (await world.client.get(CRD_PATH)).body.items?.length ?? 0;
    await expect.poll(left, SOON).toBe(0);
    expect(zone.records()).toEqual(before.records);

    await installCrds(world.server);
    await zone.host('turn', { target: { addresses: ['10.0.20.7'] } });
    await zone.create();
    const second = await world.start();
    for (const host of ['git', 'photos', 'turn']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    expect({ records: zone.records(), serial: world.technitium.serial(zone.name) }).toEqual(before);
    await second.stop();
  });
});
