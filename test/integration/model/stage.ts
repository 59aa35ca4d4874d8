import { setInterval } from 'node:timers';
import { expect, vi } from 'vitest';
import type { ApiObject } from '../../support/api-client.ts';
import { STAND_IN } from '../../support/api-servers.ts';
import { installCrds } from '../../support/crds.ts';
import { collectionPath } from '../../support/samples.ts';
import { LEASE_PATH, openWorld, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { ingressRouteCrd } from '../../support/traefik.ts';
import type { StandInApi } from '../../standin/apiserver/server.ts';
import type { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { differencesIn } from './differences.ts';
import { householdOf, LABELS } from './household.ts';
import type { Intent } from './intent.ts';
import { createLedger, type Claimant, type Ledger } from './ledger.ts';
import { createPerson, type Person } from './person.ts';

/** One cluster with its operator and the zone it keeps: `home` has the apex for a target, `shed` a name below it. */
export interface Party extends Claimant {
  readonly world: OperatorWorld;
  readonly api: StandInApi;
  readonly zone: TestZone;
  /** Undefined while it is down. */
  operator: Operator | undefined;
  /** What may be left until all is quiet: something was not seen as it happened, so that deletions are inferred. */
  mayInfer: boolean;
  /** Whether its sources are listed as if there were none. */
  isVanished: boolean;
  /** Whether the load balancer moved since all was quiet: which addresses were the last is told then. */
  hasMoved: boolean;
}

/** A zone that two operators and people at the console write into. */
export interface Stage {
  readonly technitium: TechnitiumStandIn;
  readonly parties: readonly [Party, Party];
  readonly ledger: Ledger;
  readonly person: Person;
  readonly names: readonly string[];
  /** Whether calls of Technitium fail, so that nobody works at its console. */
  isFaulty: boolean;
  start(party: Party): Promise<void>;
  /** Ends an operator as a person may, or with all its connections cut at once, and its Lease left to be deleted. */
  stop(party: Party, how: 'asked' | 'killed'): Promise<void>;
  /** Ends all faults, starts who is down, and resolves once all is as it should be. @throws what is not, in the end */
  settle(isLast?: boolean): Promise<void>;
  /** Resolves when the zone was looked at so many times more. */
  watch(looks: number): Promise<void>;
  /** How much was written by anybody, anywhere, and what it came to. */
  writes(): Promise<object>;
  close(): Promise<void>;
}

const ZONE = 'model.test';
const LOOK_MS = 20;
/** Longer than the longest pause after a failure. */
const QUIET = { timeout: 45_000, interval: 50 } as const;

/** What a seed chooses of the zone as it is at first. */
export type Settings = Pick<Intent, 'graceSeconds' | 'isGuarded' | 'adoption'>;

const openParty = async (
  name: 'home' | 'shed',
  { graceSeconds, isGuarded, adoption }: Settings,
  technitium?: TechnitiumStandIn,
): Promise<Party> => {
  const world = await openWorld(STAND_IN, technitium);
  await installCrds(world.server, [ingressRouteCrd('traefik.io')]);
  const record = name === 'home' ? '@' : 'shed';
  const addresses = [name === 'home' ? '10.0.20.1' : '10.0.40.1'];
  const guard = isGuarded ? { free: 2, maxPercent: 0, windowSeconds: 3600 } : { free: 90, windowSeconds: 3600 };
  const zone = await world.zone({
    name: ZONE,
    onTechnitium: technitium === undefined,
    balancer: addresses.map((ip) => ({ ip })),
    spec: {
      ownerId: name,
      adoption,
      sources: ['Ingress', 'IngressRoute', 'Service'].map((kind) => ({ kind })),
      targets: [{ record, serviceRef: { namespace: 'z1', name: 'traefik' } }],
      deletionGuard: { graceSeconds, ...guard },
    },
  });
  const { body } = await world.client.get('/api/v1/namespaces/kube-system');
  const intent: Intent = {
    zone: ZONE,
    target: zone.at(record),
    sources: new Map(),
    written: new Map(),
    exclude: new Set(),
    addresses,
    isBlank: false,
    policy: 'Sync',
    adoption,
    ttlSeconds: 300,
    graceSeconds,
    isGuarded,
  };
  const { standIn } = world;
  if (standIn === undefined) throw new Error('the model needs the faults of the stand-in');
  const marker = `splithorizon:${name}/${(body.metadata.uid ?? '').slice(0, 8)}`;
  return {
    world,
    api: standIn,
    zone,
    intent,
    marker,
    operator: undefined,
    mayInfer: false,
    isVanished: false,
    hasMoved: false,
  };
};

/** After it closed its connections: one that our client kept is noticed by using it. */
export const isBack = async ({ world }: Party): Promise<void> => {
  await vi.waitFor(() => world.client.get('/api/v1/namespaces/default'), QUIET);
};

/** Makes the zone with a household's records and both operators at work. */
export const openStage = async (settings: Settings): Promise<Stage> => {
  const home = await openParty('home', settings);
  const { technitium } = home.world;
  const shed = await openParty('shed', { ...settings, adoption: 'Never' }, technitium);
  const parties = [home, shed] as const;
  const names = LABELS.map(home.zone.at);
  const person = createPerson(technitium, ZONE);
  const ledger = createLedger({ claimants: parties, names, records: () => technitium.records(ZONE), now: Date.now });
  for (const record of householdOf(ZONE)) {
    expect(await person.add(record)).toBe(true);
    ledger.wrote(record);
  }
  ledger.asked();
  const looking = setInterval(() => ledger.look(), LOOK_MS);

  const hostsOf = async ({ world }: Party): Promise<Map<string, ApiObject>> => {
    const { items = [] } = (await world.client.get(collectionPath('SplitHorizonHost'))).body;
    return new Map(items.map((item) => [String(item.spec?.['host']), item]));
  };
  const differences = async (isLast: boolean): Promise<string[]> => {
    const found = await Promise.all(
      parties.map(async (party) => {
        const [hosts, zone] = await Promise.all([hostsOf(party), party.zone.zoneStatus()]);
        const records = technitium.records(ZONE);
        const { intent, marker, mayInfer } = party;
        const seen = { intent, marker, names, records, hosts, zone, mayWait: mayInfer, isLast };
        const all = await differencesIn({ ...seen, ask: party.zone.ask });
        return all.map((text) => `${marker}: ${text}`);
      }),
    );
    return found.flat();
  };
  const approveAll = async (): Promise<void> => {
    for (const { zone, intent } of parties) {
      const pending = (await zone.zoneStatus()).pendingDeletions;
      if (pending === undefined) continue;
      ledger.approved(pending.count, intent);
      await zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': pending.id } } });
    }
  };
  const awaitAgreement = async (isLast: boolean): Promise<void> => {
    const left = async (): Promise<string[]> => {
      // What must never happen ends the wait.
      if (ledger.violations.length > 0) return [];
      if (isLast) await approveAll();
      const waiting = isLast ? await Promise.all(parties.map(({ zone }) => zone.zoneStatus())) : [];
      const pending = waiting.flatMap(({ pendingDeletions }) => pendingDeletions ?? []);
      return [
        ...(await differences(isLast)),
        ...pending.map(({ id, count }) => `${count} deletions wait still (${id})`),
      ];
    };
    await vi.waitFor(async () => expect(await left()).toEqual([]), QUIET);
    expect(ledger.violations).toEqual([]);
  };

  const stage: Stage = {
    technitium,
    parties,
    ledger,
    person,
    names,
    isFaulty: false,
    async start(party) {
      // Nobody to ask for addresses: what pods see is no matter here.
      const readResolvConf = (): string => {
        throw new Error('there is none');
      };
      // Nor for serials: caches of former addresses are no matter either.
      party.operator ??= await party.world.start(undefined, { readResolvConf, intervals: { withoutServersMs: 0 } });
    },
    async stop(party, how) {
      const { operator, api, world } = party;
      party.operator = undefined;
      party.mayInfer = true;
      if (operator === undefined) return;
      if (how === 'asked') {
        await operator.stop();
        return;
      }
      const cut = Promise.all([api.refuse(), technitium.refuse()]);
      await Promise.all([cut, operator.stop()]);
      await Promise.all([api.listen(), technitium.accept()]);
      await isBack(party);
      await world.client.delete(LEASE_PATH);
    },
    async settle(isLast = false) {
      await technitium.heal();
      for (const party of parties) {
        party.api.faults.heal();
        if (party.isVanished) party.api.expireWatches();
        party.isVanished = false;
        await stage.start(party);
      }
      stage.isFaulty = false;
      await awaitAgreement(isLast);
      ledger.settled();
      for (const party of parties) party.hasMoved = false;
    },
    async watch(looks) {
      const from = ledger.looks;
      await vi.waitFor(() => expect(ledger.looks - from).toBeGreaterThanOrEqual(looks), QUIET);
    },
    async writes() {
      // Of vantages only the figures move, which are written later: test/integration/operator/quiet.test.ts has them.
      const written = /^(create|patch|apply|delete) (splithorizon(hosts|zones)|events)/;
      const kubernetes = parties.map(({ api }) => Object.entries(api.requests).filter(([what]) => written.test(what)));
      const statuses = await Promise.all(
        parties.map(async (party) => [await party.zone.zoneStatus(), ...(await hostsOf(party)).values()]),
      );
      return { kubernetes, serial: technitium.serial(ZONE), statuses };
    },
    async close() {
      clearInterval(looking);
      await shed.world.stop();
      await home.world.stop();
    },
  };
  for (const party of parties) await stage.start(party);
  return stage;
};
