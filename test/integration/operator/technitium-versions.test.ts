import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTERVALS } from '../../../src/controller/intervals.ts';
import { apiServers } from '../../support/api-servers.ts';
import { secretObject } from '../../support/objects.ts';
import { NAMESPACE, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 50 } };
const IMPORT = '/api/zones/import';
/** How long the operator may take to put right what somebody changed (DESIGN, promise 5). */
const DRIFT = { timeout: 10_000, interval: 20 };

const cases = apiServers('Technitium versions').flatMap((kind) =>
  (['15.2', '14.3'] as const).map((version) => ({ name: `${version}, objects on the ${kind.name}`, kind, version })),
);

describe.each(cases)('Technitium $name', ({ kind, version }) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind, { version });
    operator = await world.start(undefined, { intervals: INTERVALS });
  });
  afterAll(() => world.stop());

  const lines = (...hosts: string[]): string[] => [
    '@ A 60 10.0.20.203 ours',
    ...hosts.map((host) => `${host} CNAME 300 @ ours`),
  ];
  const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `h${String(n).padStart(3, '0')}`);
  const published = async (zone: TestZone, ...hosts: string[]): Promise<void> => {
    await expect.poll(zone.records, SOON).toEqual(lines(...hosts));
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
  };

  it('publishes, moves, mends and deletes', async () => {
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('all', ['git', 'wiki']);
    await published(zone, 'git', 'wiki');
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.204']);
    await zone.balance('traefik', [{ ip: '10.0.20.203' }]);
    await zone.console.delete('git', { type: 'CNAME', value: '@' });
    await expect.poll(() => zone.ask('git', 'A'), DRIFT).toEqual(['10.0.20.203']);
    await zone.patch('Ingress', 'all', { spec: { rules: [{ host: zone.at('git') }] } });
    await published(zone, 'git');
  });

  it('imports many names at once', async () => {
    const zone = await world.zone();
    world.technitium.resetCounts();
    const hosts = names(250);
    await zone.ingress('all', hosts);
    await published(zone, ...hosts);
    expect(world.technitium.calls(IMPORT)).toBeGreaterThan(0);
  });

  it('is written name by name with the token of a user who may only write the zone, which is said once', async () => {
    const user = 'only-the-zone';
    world.technitium.createUser(user, 'only-for-this-test');
    await world.create(secretObject(NAMESPACE, user, { token: world.technitium.createApiToken('own', user) }));
    const zone = await world.zone({
      spec: { technitium: { url: world.technitium.url, secretRef: { name: user } } },
      before: ({ name }) => {
        world.technitium.allow(user, name);
        return Promise.resolve();
      },
    });
    world.technitium.resetCounts();
    const hosts = names(250);
    await zone.ingress('all', hosts);
    await published(zone, ...hosts);
    expect(operator.log.filter((line) => line.includes('"no import: '))).toHaveLength(1);
  });
});
