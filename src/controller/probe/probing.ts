import type { Logger } from 'pino';
import type { HostStatus } from '../../model/api.ts';
import { objectNameOf } from '../../model/host-name.ts';
import type { Look, QuestionType } from '../../model/look.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { HostDecision } from '../../plan/host/decide-host.ts';
import type { AudienceReport } from '../../plan/status/host-status.ts';
import type { Publication } from '../../plan/status/publication.ts';
import type { ZoneStatusInput } from '../../plan/status/zone-status.ts';
import { ask, askSoa, type AskOptions } from '../../probe/ask.ts';
import { monotonicClock } from '../../probe/clock.ts';
import { isThrottled } from '../../probe/look.ts';
import { createLooker } from '../../probe/looker.ts';
import type { NameserverAddress } from '../../probe/nameserver-address.ts';
import { createPacer, PRIORITY, take } from '../../probe/pacer.ts';
import { createProber } from '../../probe/prober.ts';
import { pause } from '../pause.ts';
import type { World } from '../world.ts';
import type { Zone } from '../zone/zone.ts';
import { chainOf, isAcceptedFallback, type ChainNameserver, type VantageChain } from './chains.ts';
import { createVerdicts } from './verdicts.ts';
import { createZoneProbe, type ZoneProbe } from './zone-probe.ts';

/** What probing needs of its surroundings. */
export interface ProbingOptions {
  readonly world: World;
  readonly zoneFor: (host: string) => Zone | undefined;
  readonly queriesPerSecond: number;
  readonly readResolvConf: () => string;
  readonly listener: {
    /** A host's verdict may be another. */
    host(host: string): void;
    zone(name: string): void;
    vantage(name: string): void;
  };
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** The loop that asks, and what is known from it. */
export interface Probing {
  addZone(zone: Zone): void;
  updateZone(zone: Zone): void;
  removeZone(name: string): void;
  /** A vantage came, went or changed, or the resolver configuration may have. */
  refreshChains(): void;
  /** A host may be another, or gone. */
  hostChanged(host: string): void;
  written(zone: string, name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  audiences(
    host: string,
    about: { decision: HostDecision; publication: Publication; before: HostStatus },
  ): AudienceReport[];
  formerOf(host: string): ReturnType<ZoneProbe['formerOf']>;
  servers(zone: string): Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  chain(vantage: string): VantageChain | undefined;
  /** Hosts that a vantage was judged over, and how many of them are Internal there. */
  counts(vantage: string): { readonly total: number; readonly internal: number };
  /** Whether a nameserver limits how often we may ask it. */
  isThrottled(key: string): boolean;
  /** The longest rotation at the nameservers of a vantage, in seconds. */
  rotationSeconds(vantage: string): number | undefined;
  run(): Promise<void>;
}

const OWN_SERVERS_A_SECOND = 8;
const BURST = 200;
const REFRESH_MS = 30_000;
const NO_SERVERS = {
  servers: [],
  serversInSync: { status: 'Unknown', reason: 'Pending', message: 'Not asked yet.' },
} as const;

interface KnownHost {
  readonly zone: string;
  readonly cname: string | undefined;
  /** Where it points: with another one, it is asked again. */
  readonly label: string;
  /** Whether no server of the zone holds it; once one does, it is asked. */
  readonly isMissing: boolean;
}

/** Builds the prober, its pace and the verdicts around it. */
export function createProbing(options: ProbingOptions): Probing {
  const { world, listener, now, signal, random } = options;
  const probes = new Map<string, { probe: ZoneProbe; stop: AbortController }>();
  const known = new Map<string, KnownHost>();
  const counted = new Map<string, Map<string, boolean>>();
  const throttled = new Set<string>();
  let chains: readonly VantageChain[] = [];

  const pacer = createPacer({ clock: monotonicClock, queriesPerSecond: options.queriesPerSecond, burst: BURST });
  const askOptions = (server: NameserverAddress, asking: AbortSignal): AskOptions => ({
    server,
    signal: asking,
    random,
  });
  const ownRate = Math.max(OWN_SERVERS_A_SECOND, options.queriesPerSecond);

  const probeFor = (host: string): ZoneProbe | undefined => probes.get(world.zoneOf(host) ?? '')?.probe;
  const isAsked = (key: string, host: string, probe: ZoneProbe): boolean => {
    const scope = verdicts.scopeOf(host, probe);
    return chains.some(
      ({ audience, nameservers }) =>
        scope.includes(audience) && nameservers.some((nameserver) => nameserver.key === key),
    );
  };
  const prober = createProber({
    clock: monotonicClock,
    pacer,
    look: createLooker({ pacer, clock: monotonicClock, random, now }),
    mayAsk: (key, host) => {
      const probe = probeFor(host);
      if (probe === undefined || !isAsked(key, host, probe)) return false;
      if (probe.servers.keys.includes(key)) return true;
      return probe.heldBack(host, probe.zone.decide(host)) === undefined;
    },
    onLook: (key, host, seen) => noteLook(key, host, seen),
    onError: (key, host, error) => options.log.warn({ nameserver: key, host, err: error }, 'could not ask'),
    signal,
  });
  const verdicts = createVerdicts({
    world,
    chains: () => chains,
    canaryOf: (key, zone) => prober.canaryOf(key, zone),
    isThrottled: (key) => throttled.has(key),
    rotationSeconds: (key, zone) =>
      prober.paceOf(key, zone)?.rotationSeconds ?? probes.get(zone)?.probe.zone.view.spec.probe.rotationSeconds ?? 0,
    judged: (vantage, host, isInternal) => {
      const hosts = counted.get(vantage) ?? new Map<string, boolean>();
      if (hosts.get(host) === isInternal) return;
      counted.set(vantage, hosts.set(host, isInternal));
      listener.vantage(vantage);
    },
    now,
  });

  const noteLook = (key: string, host: string, seen: Look): void => {
    const probe = probeFor(host);
    if (probe === undefined) return;
    if (isThrottled(seen) !== throttled.has(key)) {
      if (!throttled.delete(key)) throttled.add(key);
      for (const { vantage } of chains) listener.vantage(vantage);
    }
    // Who is throttled has not looked: the last verdict stands.
    if (isThrottled(seen)) return;
    const zone = probe.zone.name;
    const wasWithout = verdicts.isWithoutAnswer(key, zone);
    const { isChanged, lookAgainAt } = verdicts.note(probe, {
      key,
      host,
      look: seen,
      decision: probe.zone.decide(host),
    });
    if (lookAgainAt !== undefined) prober.askAgain(key, host, Math.max(0, lookAgainAt - now()));
    if (isChanged) listener.host(host);
    const standsForAll =
      prober.canaryOf(key, zone) === host && (isChanged || verdicts.isWithoutAnswer(key, zone) !== wasWithout);
    if (standsForAll) canaryChanged(key);
  };
  /** What stands for all hosts changed: the way the nameserver is asked may, and the verdict over each host. */
  const canaryChanged = (key: string): void => {
    const before = modes.get(key);
    applyMode(key);
    if (modes.get(key) === before && modes.get(key) !== 'canary') return;
    for (const host of known.keys()) listener.host(host);
  };
  const modes = new Map<string, 'all' | 'canary'>();
  const addresses = new Map<string, ChainNameserver>();
  /** Canaries alone where every zone accepts the nameserver as a fallback, or where it gives no answer to any. */
  const applyMode = (key: string): void => {
    const address = addresses.get(key);
    if (address === undefined) return;
    const zones = [...probes.values()].map(({ probe }) => probe.zone);
    const onlyCanary = (zone: Zone): boolean =>
      isAcceptedFallback(zone.view.spec, key) || verdicts.isWithoutAnswer(key, zone.name);
    const mode = zones.length > 0 && zones.every(onlyCanary) ? 'canary' : 'all';
    modes.set(key, mode);
    prober.setNameserver({ ...address, mode });
  };

  const refreshChains = (): void => {
    const next = [...world.vantages.values()].flatMap((view) => chainOf(view, options.readResolvConf) ?? []);
    if (JSON.stringify(next) === JSON.stringify(chains)) return;
    chains = next;
    const wanted = new Map(
      chains.flatMap(({ nameservers }) => nameservers.map((nameserver) => [nameserver.key, nameserver] as const)),
    );
    for (const key of addresses.keys()) {
      if (wanted.has(key)) continue;
      prober.removeNameserver(key);
      addresses.delete(key);
      modes.delete(key);
    }
    const fresh = [...wanted.keys()].filter((key) => !addresses.has(key));
    for (const [key, address] of wanted) addresses.set(key, address);
    for (const key of fresh) {
      applyMode(key);
      if (!wasAsked(key)) prober.sweep(key);
    }
    for (const vantage of counted.keys())
      if (!chains.some((chain) => chain.vantage === vantage)) counted.delete(vantage);
    for (const { vantage } of chains) listener.vantage(vantage);
    for (const host of known.keys()) listener.host(host);
  };

  /** Whether a vantage's status tells of hosts that were asked there before our start: then the rotation is soon enough. */
  const wasAsked = (key: string): boolean =>
    chains.some(
      ({ vantage, nameservers }) =>
        nameservers.some((nameserver) => nameserver.key === key) &&
        (world.vantages.get(vantage)?.status.hosts?.total ?? 0) > 0,
    );
  /** Whether a host's stored verdicts leave something to be asked: none yet, or one that nobody knows. */
  const isOpen = (host: string): boolean => {
    const stored = world.hostObjects.get(objectNameOf(host))?.statusText ?? '';
    return !stored.includes('"audiences"') || /"verdict":"(Propagating|Unknown)"/.test(stored);
  };
  /** The servers of a zone were seen level for the first time: what was held back until now may be asked. */
  const onStarted = (zone: string): void => {
    for (const [host, { zone: of }] of known) if (of === zone && isOpen(host)) askEverywhere(host);
  };
  const askEverywhere = (host: string): void => {
    for (const key of addresses.keys()) prober.askNow(key, host);
  };
  const onLevel = (zone: Zone, name: string): void => {
    listener.zone(zone.name);
    listener.host(name);
    askEverywhere(name);
    if (!zone.targets.some(({ record }) => record === name)) return;
    for (const [host, { zone: of }] of known) if (of === zone.name) listener.host(host);
    for (const key of addresses.keys()) prober.sweep(key);
  };
  /** What is asked about a host; undefined where there is nothing to judge it by. */
  const entryOf = (host: string, probe: ZoneProbe): KnownHost | undefined => {
    const decision = probe.zone.decide(host);
    const { wanted, target } = decision;
    if (target === undefined || (!wanted && !world.hostObjects.has(objectNameOf(host)))) return undefined;
    const isMissing = probe.heldBack(host, decision) === 'NotHeld';
    return { zone: probe.zone.name, cname: target.cname, label: target.label, isMissing };
  };
  const forgetHost = (host: string): void => {
    const entry = known.get(host);
    if (entry === undefined) return;
    known.delete(host);
    prober.removeHost(entry.zone, host);
    verdicts.forget(host);
    for (const [vantage, hosts] of counted) if (hosts.delete(host)) listener.vantage(vantage);
  };

  return {
    addZone(zone) {
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      const paced = async (server: NameserverAddress, asking: AbortSignal): Promise<AskOptions> => {
        await take(pacer, server, PRIORITY.first, asking);
        return askOptions(server, asking);
      };
      let hasStarted = false;
      const probe = createZoneProbe({
        zone,
        world,
        ask: async (server, name, type: QuestionType, asking) => ask(await paced(server, asking), name, type),
        askSoa: async (server, name, asking) => askSoa(await paced(server, asking), name),
        setRate: (server) => pacer.setRate(server, ownRate),
        onLevel: (name) => onLevel(zone, name),
        serversChanged: () => {
          listener.zone(zone.name);
          if (!hasStarted && probe.servers.hasStarted) onStarted(zone.name);
          hasStarted = probe.servers.hasStarted;
        },
        now,
        signal: both,
      });
      probes.set(zone.name, { probe, stop });
      prober.setZone(zone.name, zone.view.spec.probe);
      for (const key of addresses.keys()) applyMode(key);
      void probe.run(both);
    },
    updateZone(zone) {
      probes.get(zone.name)?.probe.update();
      prober.setZone(zone.name, zone.view.spec.probe);
      for (const key of addresses.keys()) applyMode(key);
    },
    removeZone(name) {
      probes.get(name)?.stop.abort();
      probes.delete(name);
      prober.removeZone(name);
      for (const [host, { zone }] of known) if (zone === name) forgetHost(host);
    },
    refreshChains,
    hostChanged(host) {
      const probe = probeFor(host);
      const entry = probe && entryOf(host, probe);
      const before = known.get(host);
      if (entry === undefined || (before !== undefined && before.zone !== entry.zone)) forgetHost(host);
      if (entry === undefined || JSON.stringify(known.get(host)) === JSON.stringify(entry)) return;
      known.set(host, entry);
      prober.setHost(entry.zone, host, entry.cname);
      askEverywhere(host);
    },
    written: (zone, name, before, after) => probes.get(zone)?.probe.written(name, before, after),
    audiences: (host, about) => {
      const probe = probeFor(host);
      return probe === undefined ? [] : verdicts.audiences(probe, { host, ...about });
    },
    formerOf: (host) => probeFor(host)?.formerOf(host) ?? [],
    servers: (zone) => probes.get(zone)?.probe.servers.status() ?? NO_SERVERS,
    chain: (vantage) => chains.find((chain) => chain.vantage === vantage),
    isThrottled: (key) => throttled.has(key),
    counts(vantage) {
      const hosts = [...(counted.get(vantage)?.values() ?? [])];
      return { total: hosts.length, internal: hosts.filter(Boolean).length };
    },
    rotationSeconds(vantage) {
      const chain = chains.find((each) => each.vantage === vantage);
      const paces = (chain?.nameservers ?? []).flatMap(({ key }) =>
        [...probes.keys()].flatMap((zone) => prober.paceOf(key, zone)?.rotationSeconds ?? []),
      );
      return paces.length === 0 ? undefined : Math.ceil(Math.max(...paces));
    },
    async run() {
      while (!signal.aborted) {
        await pause(REFRESH_MS, signal);
        refreshChains();
        // What is held back may be so for too long by now.
        for (const { probe } of probes.values()) for (const name of probe.behind) listener.host(name);
      }
    },
  };
}
