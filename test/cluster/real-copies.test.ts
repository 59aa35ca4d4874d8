import { Resolver } from 'node:dns/promises';
import { describe, expect, test } from 'vitest';
import { startKnot } from '../real/knot.ts';
import type { RealResolver } from '../real/real-resolver.ts';
import { findKnot, findUnbound } from '../real/tools.ts';
import { startUnbound } from '../real/unbound.ts';
import { apiServers } from '../support/api-servers.ts';
import { openWorld, SOON } from '../support/operator.ts';

const LATE = { timeout: 60_000, interval: 100 } as const;

/** Whether both are there; where one is not that is said, and in CI it is an error. */
const hasCopies = (): boolean => {
  const missing = [
    ...(findKnot() === undefined ? ['knot'] : []),
    ...(findUnbound() === undefined ? ['unbound'] : []),
  ].map((name) => `${name} (apt-get install ${name})`);
  if (missing.length === 0) return true;
  const message = `left out: copies by real servers; not there: ${missing.join(', ')}.`;
  if (process.env['CI'] === 'true') throw new Error(message);
  // Not by console: Vitest keeps that of suites that pass to itself.
  process.stderr.write(`${message}\n`);
  return false;
};

/** An Unbound with a copy of a zone, which it gives to whoever asks. */
const startAuthZone = (zone: string, primary: string): Promise<RealResolver<unknown>> =>
  startUnbound({
    outside: '203.0.113.10',
    pasted: [
      'server:',
      `  local-zone: "${zone}." transparent`,
      'auth-zone:',
      `  name: "${zone}"`,
      `  primary: ${primary.replace(':', '@')}`,
      '  allow-notify: 127.0.0.1',
      '  for-downstream: yes',
      '  for-upstream: no',
      '  fallback-enabled: no',
      '',
    ].join('\n'),
  });

const addressAt = async (server: RealResolver<unknown>, name: string): Promise<string> => {
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  resolver.setServers([server.address]);
  const found = await resolver.resolve4(name).catch((error: unknown) => [(error as NodeJS.ErrnoException).code ?? '']);
  return found.join();
};

describe.skipIf(!hasCopies())('a zone that a real Knot and a real Unbound have copies of', () => {
  const kind = apiServers('real copies').at(-1)!;

  test(
    `its primary goes back and comes to the same serial with other content: found, and healed by raising, on the ${kind.name}`,
    { timeout: 240_000 },
    async ({ onTestFinished }) => {
      const world = await openWorld(kind, { notifyMs: 50 });
      onTestFinished(() => world.stop());
      const { technitium } = world;
      const zone = await world.zone();
      const copies = [
        await startKnot({ zone: zone.name, primary: technitium.dns }),
        await startAuthZone(zone.name, technitium.dns),
      ] as const;
      for (const copy of copies) onTestFinished(() => copy.stop());
      technitium.allowCopies(
        zone.name,
        copies.map(({ address }) => address),
      );
      const [knot, unbound] = copies;
      const servers = [
        { name: 'knot', address: knot.address },
        { name: 'unbound', address: unbound.address },
      ];
      await zone.patchZone({ spec: { technitium: { servers } } });
      await world.start();
      const at = (name: string): Promise<string[]> => Promise.all(copies.map((copy) => addressAt(copy, zone.at(name))));
      const state = async (): Promise<string[]> =>
        ((await zone.zoneStatus()).servers ?? []).map(
          ({ name, serial, reason }) => `${name} ${serial ?? '-'} ${reason ?? ''}`,
        );

      await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.203 ours']);

      // 118: what comes back later. Then 120, and both copies follow.
      technitium.setSerial(zone.name, 117);
      await zone.console.add('theirs', { type: 'A', value: '192.0.2.1' });
      expect(technitium.serial(zone.name)).toBe(118);
      await expect.poll(() => at('theirs'), LATE).toEqual(['192.0.2.1', '192.0.2.1']);
      const restore = technitium.backup(zone.name);
      await zone.ingress('git', ['git']);
      await zone.ingress('wiki', ['wiki']);
      await expect.poll(() => technitium.serial(zone.name), SOON).toBe(120);
      await expect.poll(() => at('wiki'), LATE).toEqual(['10.0.20.203', '10.0.20.203']);
      await expect.poll(state, LATE).toEqual(['knot 120 Synced', 'unbound 120 Synced']);

      // Back to 118, and to 120 again by somebody else, with no copy the wiser: that is how they are.
      restore();
      technitium.setAddress(zone.name, zone.at('theirs'), '192.0.2.2');
      technitium.setAddress(zone.name, zone.at('more'), '192.0.2.3');
      expect(technitium.serial(zone.name)).toBe(120);
      await expect.poll(() => at('more'), LATE).toEqual(['192.0.2.3', '192.0.2.3']);
      expect(technitium.serial(zone.name)).toBeGreaterThan(120);
      await expect.poll(() => at('theirs'), LATE).toEqual(['192.0.2.2', '192.0.2.2']);
      await expect.poll(() => at('git'), LATE).toEqual(['10.0.20.203', '10.0.20.203']);
      const serial = technitium.serial(zone.name);
      await expect.poll(state, LATE).toEqual([`knot ${serial} Synced`, `unbound ${serial} Synced`]);
      await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
    },
  );
});
