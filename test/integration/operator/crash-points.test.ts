import { describe, it } from 'vitest';
import { STAND_IN } from '../../support/api-servers.ts';
import { createCrash, type Crash, type CrashMoment } from '../../support/crash.ts';
import { LEASE_PATH, openWorld, SECRET, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

/** Everything that one change of the world asks for at once: each state is the other's opposite. */
interface State {
  readonly hosts: readonly string[];
  readonly balancer: string;
  readonly own: string;
  readonly records: readonly string[];
}

const FOREIGN = ['mail A 600 10.0.20.1 by hand', 'old CNAME 300 @ -'];
const common = (balancer: string, own: string): string[] => [
  `@ A 60 ${balancer} ours`,
  ...FOREIGN,
  `own A 300 ${own} ours`,
  'stays CNAME 300 @ ours',
];
/** Between the two a target moves, a host goes, one comes, one is given back or adopted, and one has another address. */
const STATES: readonly [State, State] = [
  {
    hosts: ['stays', 'one'],
    balancer: '10.0.20.203',
    own: '10.0.20.7',
    records: [...common('10.0.20.203', '10.0.20.7'), 'one CNAME 300 @ ours', 'taken CNAME 300 @ by cron'].sort(),
  },
  {
    hosts: ['stays', 'two', 'taken'],
    balancer: '10.0.20.204',
    own: '10.0.20.8',
    records: [
      ...common('10.0.20.204', '10.0.20.8'),
      'taken CNAME 300 @ ours+adopted | by cron',
      'two CNAME 300 @ ours',
    ].sort(),
  },
];
/** Calls that it takes from either state to the other, each of which moves the serial by one. */
const STEPS = 5;
/** One change has more effects than the one and less than the other. */
const LEAST_EFFECTS = 10;
const MOST_EFFECTS = 60;

const WRITES = /^\/api\/zones\/(?:import|records\/(?:add|update|delete))$/;
/** Renewals of the Lease come with time, not with what is done. */
const isKubernetesWrite = (method: string, path: string): boolean => method !== 'GET' && !path.includes('/leases');

interface Scene {
  readonly world: OperatorWorld;
  readonly zone: TestZone;
  readonly crash: Crash;
  start(): Promise<Operator>;
  /** Makes the world want another state. */
  want(state: State): Promise<void>;
  /** What of records, objects and statuses is not as that state has it; empty when all is. */
  unsettled(state: State): Promise<string[]>;
}

const openScene = async (): Promise<Scene> => {
  const crash = createCrash();
  const world = await openWorld(STAND_IN);
  const url = await crash.wayTo(world.technitium.url, (_, path) => WRITES.test(path));
  const access = { ...world.server, url: await crash.wayTo(world.server.url, isKubernetesWrite) };
  const zone = await world.zone({
    spec: {
      technitium: { url, secretRef: { name: SECRET } },
      deletionGuard: { graceSeconds: 0, free: 100, maxPercent: 100 },
    },
    before: async ({ console }) => {
      await console.add('mail', { type: 'A', value: '10.0.20.1', ttl: 600, comments: 'by hand' });
      await console.add('old', { type: 'CNAME', value: '@', ttl: 300 });
      await console.add('taken', { type: 'CNAME', value: '@', ttl: 300, comments: 'by cron' });
    },
  });
  await zone.ingress('all', STATES[0].hosts);
  await zone.host('own', { target: { addresses: [STATES[0].own] } });
  return {
    ...{ world, zone, crash },
    start: () => world.start(access),
    want: async ({ hosts, balancer, own }) => {
      await zone.patch('Ingress', 'all', { spec: { rules: hosts.map((host) => ({ host: zone.at(host) })) } });
      await zone.balance('traefik', [{ ip: balancer }]);
      await zone.patchHost('own', { spec: { target: { addresses: [own] } } });
    },
    unsettled: async ({ hosts, records }) => {
      const held = zone.records();
      const present = await Promise.all([...hosts, 'own'].map(async (host) => [host, await zone.word(host)] as const));
      const gone = ['one', 'two', 'taken'].filter((host) => !hosts.includes(host));
      const objects = await Promise.all(gone.map(async (host) => [host, await zone.hostObject(host)] as const));
      const ready = await zone.zoneWord('Ready');
      return [
        ...records.filter((record) => !held.includes(record)).map((record) => `lacks ${record}`),
        ...held.filter((record) => !records.includes(record)).map((record) => `has ${record}`),
        ...present.filter(([, word]) => word !== 'True Published').map(([host, word]) => `${host}: ${String(word)}`),
        ...objects.filter(([, object]) => object !== undefined).map(([host]) => `${host} is there`),
        ...(ready === 'True Synced' ? [] : [`zone: ${String(ready)}`]),
      ];
    },
  };
};

const MOMENTS: readonly CrashMoment[] = ['before', 'after'];
const CASES = MOMENTS.flatMap((moment) => [
  { moment, when: 'at work', isRestarted: false },
  { moment, when: 'starting', isRestarted: true },
]);

describe.concurrent.each(CASES)('killed $moment each of its effects in turn while $when', ({ moment, isRestarted }) => {
  it('it converges when it starts again, touches nothing foreign and writes no record twice', async ({ expect }) => {
    const scene = await openScene();
    const { world, zone, crash } = scene;
    const settle = async (state: State): Promise<void> => {
      await expect.poll(() => scene.unsettled(state), SOON).toEqual([]);
    };
    let operator = await scene.start();
    await settle(STATES[0]);
    let at = 0;
    let hasDied: boolean;
    do {
      at += 1;
      expect(at).toBeLessThan(MOST_EFFECTS);
      const state = STATES[at % 2 === 0 ? 0 : 1];
      const serial = world.technitium.serial(zone.name);
      if (isRestarted) await operator.stop();
      if (!isRestarted) crash.arm(at, moment);
      await scene.want(state);
      if (isRestarted) {
        crash.arm(at, moment);
        operator = await scene.start();
      }
      await expect.poll(async () => crash.isOver || (await scene.unsettled(state)).length === 0, SOON).toBe(true);
      hasDied = crash.isOver;
      if (hasDied) {
        await operator.stop();
        // Nobody but this test knows that it is dead.
        await world.client.delete(LEASE_PATH);
        crash.revive();
        operator = await scene.start();
      }
      await settle(state);
      expect(world.technitium.serial(zone.name), `effect ${at}`).toBe(serial + STEPS);
    } while (hasDied);
    expect(at).toBeGreaterThan(LEAST_EFFECTS);
    await world.stop();
    await crash.close();
  }, 200_000);
});
