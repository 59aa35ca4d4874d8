import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { BRISK, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

/** How long nothing must have been written before the world counts as settled: second looks come after 3 s, counts later. */
const STILL_MS = 6_500;
/** Longer than whatever the operator waits for before it writes again. */
const QUIET_MS = 7_000;

/** Everything that a status can say, each in a way that would be easy to write again and again. */
const furnish = async (world: OperatorWorld): Promise<TestZone> => {
  const zone = await world.zone({
    spec: {
      technitium: {
        url: world.technitium.url,
        secretRef: { name: 'technitium' },
        servers: [{ name: 'primary', address: world.technitium.dns }],
      },
      sources: [{ kind: 'Ingress' }, { kind: 'Service' }],
      deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0 },
    },
    balancer: [{ ip: '10.0.20.203' }, { ip: 'fd00:0:0::203' }],
    before: async ({ console }) => {
      await console.add('adopted', { type: 'CNAME', value: '@', comments: 'by cron' });
      await console.add('taken', { type: 'A', value: '10.0.20.77' });
      await console.add('seen', { type: 'A', value: '10.0.20.77' });
    },
  });
  await zone.patchZone({ spec: { exclude: [zone.at('mail')] } });
  await zone.ingress('all', ['git', '*.apps', 'adopted', 'taken', 'mail', '@']);
  await zone.ingress('again', ['git'], { tls: ['git', 'tls'] });
  await zone.ingress('gone', ['waiting']);
  await zone.service('odd', {
    hostnames: `under_score.${zone.name},turn.${zone.name}`,
    balancer: [{ ip: '10.0.20.5' }],
  });
  await zone.host('seen', { record: 'Observed', target: { addresses: ['10.0.20.77'] } });
  await zone.host('written', { target: { addresses: ['FD00::9', '10.0.20.9'] } });
  await zone.host('nowhere', { target: { serviceRef: { namespace: zone.namespace, name: 'missing' } } });
  await zone.host('away', { target: { cname: 'pages.example.net' } });
  return zone;
};

describe.concurrent.each(apiServers('an unchanged world'))('an unchanged world on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  it(
    'is not written to, neither while the operator runs nor when it starts again',
    { timeout: 150_000 },
    async ({ expect }) => {
      const zone = await furnish(world);
      const dry = await world.zone({ spec: { policy: 'DryRun' } });
      await dry.ingress('dry', ['dry']);
      await expect.poll(() => zone.word('waiting'), SOON).toBe('True Published');
      await zone.remove('Ingress', 'gone');
      await expect.poll(() => zone.word('waiting'), SOON).toBe('True DeletionPending');
      await zone.balance('odd', []);
      await expect.poll(() => zone.word('turn'), SOON).toBe('True Retained');
      await expect.poll(() => zone.word('taken'), SOON).toBe('False Conflict');
      await expect.poll(() => dry.word('dry'), SOON).toBe('Unknown DryRun');

      const writes = async (): Promise<number> => (await world.kubernetesWrites()) + world.technitiumWrites();
      /** Milliseconds since `writes` last moved. */
      let last = { writes: -1, at: Date.now() };
      const stillMs = async (): Promise<number> => {
        const now = await writes();
        if (now !== last.writes) last = { writes: now, at: Date.now() };
        return Date.now() - last.at;
      };
      await expect.poll(stillMs, { timeout: 40_000, interval: 200 }).toBeGreaterThan(STILL_MS);
      for (const host of ['git', '*.apps', 'adopted', '@', 'turn', 'written']) {
        expect(await zone.word(host, 'Ready'), host).toMatch(/^True/);
      }

      world.technitium.resetCounts();
      const before = await world.kubernetesWrites();
      const from = Date.now();
      await expect.poll(() => Date.now() - from, { timeout: QUIET_MS * 2 }).toBeGreaterThan(QUIET_MS);
      expect(await world.kubernetesWrites()).toBe(before);
      // Two zones, looks at the serial and at the primary of each, nothing read whole.
      const looks = (ms: number): number => Math.ceil((Date.now() - from) / ms);
      expect(world.technitium.calls()).toBeLessThanOrEqual(2 * (looks(BRISK.serialMs) + looks(BRISK.primaryMs)));
      expect(world.technitiumWrites()).toBe(0);

      await operator.stop();
      operator = await world.start();
      last = { writes: await writes(), at: Date.now() };
      await expect.poll(stillMs, { timeout: 40_000, interval: 200 }).toBeGreaterThan(STILL_MS);
      expect({ kubernetes: await world.kubernetesWrites(), technitium: world.technitiumWrites() }).toEqual({
        kubernetes: before,
        technitium: 0,
      });
    },
  );
});
