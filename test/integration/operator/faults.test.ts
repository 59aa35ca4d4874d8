import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { startCopy } from '../probing/copy-server.ts';
import { errorEvent, startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';

const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 50 } };
const lines = (...hosts: string[]): string[] => [
  '@ A 60 10.0.20.203 ours',
  ...hosts.map((host) => `${host} CNAME 300 @ ours`),
];

describe.each(apiServers('faults'))('on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
  });
  afterAll(() => world.stop());

  describe('of Technitium', () => {
    beforeAll(async () => {
      operator = await world.start();
    });
    afterAll(() => operator.stop());
    afterEach(() => world.technitium.heal());

    it('down at the start: all is published once it is up, and nothing that was right is written again', async () => {
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      await operator.stop();
      await world.technitium.refuse();
      operator = await world.start();
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Unreachable');
      await zone.ingress('late', ['late']);
      await expect.poll(() => zone.word('late'), SOON).toBe('Unknown Pending');
      expect(await zone.word('git')).toBe('True Published');
      const serial = world.technitium.serial(zone.name);

      await world.technitium.accept();
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'late'));
      await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
      expect(world.technitium.serial(zone.name)).toBe(serial + 1);
    });

    it.each([
      { name: 'resets connections before it acts', ruin: () => world.technitium.reset('before', { times: 8 }) },
      { name: 'resets connections after it acted', ruin: () => world.technitium.reset('after', { times: 8 }) },
      { name: 'breaks off in the middle of its answers', ruin: () => world.technitium.halfAnswer({ times: 8 }) },
      { name: 'is slow', ruin: () => world.technitium.latency(300) },
    ])('that $name: everything is written all the same, once', async ({ ruin }) => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('old', ['old']);
      await expect.poll(zone.records, SOON).toEqual(lines('old'));
      ruin();
      const hosts = Array.from({ length: 12 }, (_, n) => `h${String(n).padStart(2, '0')}`);
      await zone.ingress('many', hosts);
      await zone.remove('Ingress', 'old');
      await expect.poll(zone.records, SOON).toEqual(lines(...hosts));
      await expect.poll(() => zone.word('h11'), SOON).toBe('True Published');
    });

    it('that refuses some names: others are written, and these say why until they are taken', async () => {
      const zone = await world.zone();
      await zone.ingress('git', ['git']);
      await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
      world.technitium.errorText('Something about this record.', { path: '/api/zones/records/add' });
      await zone.ingress('late', ['a', 'b']);
      for (const host of ['a', 'b']) await expect.poll(() => zone.word(host), SOON).toBe('False Rejected');
      expect(await zone.message('a')).toContain('Something about this record.');
      await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
      await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.204']);
      await world.technitium.heal();
      for (const host of ['a', 'b']) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    });

    it('killed, with its last five seconds lost: what was lost is written again', async () => {
      const zone = await world.zone({ spec: AT_ONCE });
      await zone.ingress('git', ['git', 'goes']);
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'goes'));
      world.technitium.save();
      await zone.ingress('late', ['late']);
      await zone.patch('Ingress', 'git', { spec: { rules: [{ host: zone.at('git') }] } });
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'late'));
      await world.technitium.kill();
      expect(zone.records()).toEqual(lines('git', 'goes'));
      await expect.poll(zone.records, { timeout: 10_000 }).toEqual(lines('git', 'late'));
    });
  });

  describe('of Technitium, whose zone a server follows', () => {
    beforeAll(async () => {
      operator = await world.start();
    });
    afterAll(() => operator.stop());

    it('restored from a backup: all is written again, under a serial above what the server has', async ({
      onTestFinished,
    }) => {
      const zone = await world.zone();
      const copy = await startCopy({ onTestFinished }, world.technitium, zone.name);
      await zone.patchZone({ spec: { technitium: { servers: [{ name: 'copy', address: copy.address }] } } });
      await zone.ingress('git', ['git']);
      await expect.poll(zone.records, SOON).toEqual(lines('git'));
      const restore = world.technitium.backup(zone.name);
      await zone.ingress('late', ['late']);
      await expect.poll(zone.records, SOON).toEqual(lines('git', 'late'));
      world.technitium.setSerial(zone.name, 2_000);
      copy.transfer();
      const serialSeen = async (): Promise<number | undefined> => (await zone.zoneStatus()).servers?.[0]?.serial;
      await expect.poll(serialSeen, SOON).toBe(2_000);
      restore();
      await expect.poll(zone.records, { timeout: 15_000 }).toEqual(lines('git', 'late'));
      expect(world.technitium.serial(zone.name)).toBeGreaterThan(2_000);
      expect(operator.log.filter((line) => line.includes('the zone had gone back'))).toHaveLength(1);
      await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
    });
  });

  describe('of the API server', () => {
    let proxy: FaultProxy;
    let zone: TestZone;
    let hosts: string[];
    beforeAll(async () => {
      proxy = await startFaultProxy(world.server);
      operator = await world.start(proxy.access);
      zone = await world.zone({ spec: AT_ONCE });
      hosts = [];
    });
    afterEach(() => {
      proxy.fault = () => undefined;
      proxy.delayMs = 0;
    });
    afterAll(async () => {
      await operator.stop();
      await proxy.refuse();
    });

    /** What the operator must come to, whatever happened: one host more, and the oldest gone. */
    const change = async (name: string): Promise<void> => {
      await zone.ingress(name, [name]);
      hosts.push(name);
      if (hosts.length > 2) await zone.remove('Ingress', hosts.shift()!);
    };
    const converges = async (): Promise<void> => {
      await expect.poll(zone.records, SOON).toEqual(lines(...hosts));
      for (const host of hosts) await expect.poll(() => zone.word(host), SOON).toBe('True Published');
    };

    it('closed, broken and garbled watches', async () => {
      for (const [name, ruin] of [
        ['a', () => proxy.closeWatches()],
        ['b', () => proxy.resetWatches()],
        ['c', () => proxy.endWatchesWith('{"type":"ADDED","object":{"met')],
      ] as const) {
        ruin();
        await change(name);
      }
      await converges();
    });

    it('watches that are too old', async () => {
      proxy.endWatchesWith(errorEvent(410));
      await change('d');
      await converges();
    });

    it('500 to everything, then to every write', async () => {
      proxy.fault = () => ({ status: 500 });
      proxy.resetWatches();
      await change('e');
      proxy.fault = (path) => (path.includes('fieldManager') ? { status: 500 } : undefined);
      await expect.poll(zone.records, SOON).toContain(`${hosts.at(-1)!} CNAME 300 @ ours`);
      proxy.fault = () => undefined;
      await converges();
    });

    it('429 with Retry-After, and 503', async () => {
      let left = 8;
      proxy.fault = () =>
        (left -= 1) > 0 ? { status: left % 2 ? 429 : 503, headers: { 'retry-after': '1' } } : undefined;
      proxy.resetWatches();
      await change('f');
      await converges();
    });

    it('429 with Retry-After to the first try of every write: DNS does not wait', async () => {
      const refused = new Set<string>();
      proxy.fault = (path) => {
        if (!path.includes('fieldManager') || refused.has(path)) return undefined;
        refused.add(path);
        return { status: 429, headers: { 'retry-after': '1' } };
      };
      await change('f1');
      await expect.poll(zone.records, SOON).toContain('f1 CNAME 300 @ ours');
      await converges();
      expect(refused.size).toBeGreaterThan(0);
    });

    it('conflicts on every write, for a while', async () => {
      let refused = 0;
      proxy.fault = (path) => {
        if (!path.includes('fieldManager')) return undefined;
        refused += 1;
        return { status: 409 };
      };
      await change('f2');
      await expect.poll(zone.records, SOON).toContain('f2 CNAME 300 @ ours');
      await expect.poll(() => refused, SOON).toBeGreaterThan(2);
      proxy.fault = () => undefined;
      await converges();
    });

    it('slowness: half a second for every answer', async () => {
      proxy.delayMs = 500;
      proxy.resetWatches();
      await change('f3');
      await converges();
    });

    it('writes that hang: DNS does not wait for them', async () => {
      proxy.fault = (path) => (path.includes('fieldManager') ? 'hang' : undefined);
      await change('g');
      await expect.poll(zone.records, SOON).toContain('g CNAME 300 @ ours');
    });

    it('down for a while', async () => {
      await proxy.refuse();
      await change('h');
      await expect.poll(() => operator.log.some((line) => line.includes('ECONNREFUSED')), SOON).toBe(true);
      await proxy.accept();
      await converges();
    });
  });

  it('of the API server: a restart', async () => {
    operator = await world.start();
    const zone = await world.zone({ spec: AT_ONCE });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await world.server.restart();
    await expect.poll(() => world.client.get('/readyz').catch(() => undefined), SOON).toBeDefined();
    await zone.ingress('late', ['late']);
    await zone.remove('Ingress', 'git');
    await expect.poll(zone.records, SOON).toEqual(lines('late'));
    await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
    await operator.stop();
  });
});
