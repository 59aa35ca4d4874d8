import type { Logger } from 'pino';
import type { Look, QuestionType } from '../../model/look.ts';
import type { ZoneRecord } from '../../model/record.ts';
import type { ZoneView } from '../../model/views.ts';
import type { AudienceReport } from '../../plan/status/host-status.ts';
import type { ZoneStatusInput } from '../../plan/status/zone-status.ts';
import type { Nudge } from '../../plan/zone/server-list.ts';
import { ask, askSoa, type AskOptions } from '../../probe/ask.ts';
import { monotonicClock } from '../../probe/clock.ts';
import { createLooker } from '../../probe/looker.ts';
import { metered, type NoteQuestion } from '../../probe/metered.ts';
import type { NameserverAddress } from '../../probe/nameserver-address.ts';
import { createPacer, PRIORITY, take } from '../../probe/pacer.ts';
import { createProber } from '../../probe/prober.ts';
import { inTurns } from '../../queue/turns.ts';
import type { TechnitiumClient } from '../../technitium/client.ts';
import type { ServiceEndpoints } from '../endpoints.ts';
import type { Intervals } from '../intervals.ts';
import { pause } from '../pause.ts';
import type { World } from '../world.ts';
import type { Zone } from '../zone/zone.ts';
import { createAgents, type AgentsOptions, type AgentState } from './agents.ts';
import { createAskedNameservers } from './asked-nameservers.ts';
import type { VantageChain } from './chains.ts';
import { createProbedHosts } from './probed-hosts.ts';
import { createVantageCounts } from './vantage-counts.ts';
import { createVerdicts, type JudgedHost } from './verdicts.ts';
import { createZoneProbe, type ZoneProbe } from './zone-probe.ts';

/** What probing needs of its surroundings. */
export interface ProbingOptions {
  readonly world: World;
  readonly kube: AgentsOptions['kube'];
  readonly mayWrite: () => boolean;
  readonly queriesPerSecond: number;
  readonly intervals: Intervals;
  readonly readResolvConf: () => string;
  readonly endpoints: ServiceEndpoints;
  /** The API by which a copy of a zone is told to transfer it. */
  readonly connectTo: (zone: ZoneView, nudge: Nudge, signal: AbortSignal) => Promise<TechnitiumClient>;
  readonly listener: {
    /** A host's verdict may be another. */
    host(host: string): void;
    zone(name: string): void;
    vantage(name: string): void;
  };
  /** A question was asked. */
  readonly asked: NoteQuestion;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** What is known of a vantage beside its spec. */
export interface VantageFacts {
  readonly chain: VantageChain | undefined;
  /** Hosts that it was judged over, and how many of them are Internal there; undefined before the first since our start. */
  readonly hosts: { readonly total: number; readonly internal: number } | undefined;
  /** The longest rotation at its nameservers, in seconds. */
  readonly rotationSeconds: number | undefined;
  /** Keys of its nameservers that keep us from asking by a limit of their own. */
  readonly throttledAt: readonly string[];
  /** Whether an agent reports it, and how that does; undefined before that was read. */
  readonly isReported: boolean;
  readonly agent: AgentState | undefined;
  /** Whether its agent leaves hosts out, since the report would be too large. */
  readonly isTruncated: boolean;
}

/** The loop that asks, and what is known from it. */
export interface Probing {
  addZone(zone: Zone): void;
  updateZone(zone: Zone): void;
  /** Where the servers of zones are may have changed. */
  refreshServers(): void;
  /** A zone was read whole; this name was changed last in it. */
  read(zone: string, changedLast: string | undefined): void;
  /** A zone was read with this serial, after servers were seen with those, one of which is later. */
  overtaken(zone: string, serial: number, seen: readonly number[]): void;
  /** A zone's serial was raised, so that copies follow again. */
  raised(zone: string): void;
  removeZone(name: string): void;
  /** A vantage came, went or changed, or the resolver configuration may have. */
  refreshChains(): void;
  /** What an agent reports may be something else. */
  vantageChanged(name: string): void;
  /** A host may be another, or gone. */
  hostChanged(host: string): void;
  written(zone: string, name: string, before: readonly ZoneRecord[], after: readonly ZoneRecord[]): void;
  audiences(judged: JudgedHost): AudienceReport[];
  /** A target has other addresses than before, whether or not a write of ours says so. */
  targetMoved(zone: string, record: string): void;
  formerOf(host: string): ReturnType<ZoneProbe['formerOf']>;
  servers(zone: string): Pick<ZoneStatusInput, 'servers' | 'serversInSync'>;
  /** The serials that the primary must pass for every server to follow it; undefined where there is no server. */
  serialsToPass(zone: string): readonly number[] | undefined;
  /** For how long, in seconds, each server of a zone has not followed the primary's serial, by their names. */
  lags(zone: string): ReadonlyMap<string, number>;
  vantage(name: string): VantageFacts;
  run(): Promise<void>;
}

/** Our own authoritative servers may be asked faster. */
const OWN_SERVERS_A_SECOND = 8;
const BURST = 200;
const REFRESH_MS = 30_000;
const NO_SERVERS = {
  servers: [],
  serversInSync: { status: 'Unknown', reason: 'Pending', message: 'Not asked yet.' },
} as const;

interface ProbedZone {
  readonly probe: ZoneProbe;
  readonly stop: AbortController;
  isOpen: boolean;
  /** What causes are named by, as a text. */
  publicAddresses: string;
  /** When all its hosts were judged anew (ms), since time alone makes a verdict old. */
  judgedAt: number;
}

/** Builds the prober, its pace and the verdicts around it. */
export function createProbing(options: ProbingOptions): Probing {
  const { world, listener, now, signal, random } = options;
  const zones = new Map<string, ProbedZone>();
  const counts = createVantageCounts();
  const pacer = createPacer({ clock: monotonicClock, queriesPerSecond: options.queriesPerSecond, burst: BURST });
  const ownRate = Math.max(OWN_SERVERS_A_SECOND, options.queriesPerSecond);
  const meter = { clock: monotonicClock, note: options.asked };
  const meteredAsk = metered(ask, meter);
  const meteredAskSoa = metered(askSoa, meter);
  const probeOf = (host: string): ZoneProbe | undefined => zones.get(world.zoneOf(host) ?? '')?.probe;

  const prober = createProber({
    clock: monotonicClock,
    pacer,
    look: createLooker({ pacer, clock: monotonicClock, random, now, ask: meteredAsk }),
    mayAsk: (key, host) => {
      const probe = probeOf(host);
      if (probe === undefined || !nameservers.isAskedFor(key, host, verdicts.listedAudiences(host, probe)))
        return false;
      return probe.servers.keys.includes(key) || probe.heldBack(host) === undefined;
    },
    onLook: (key, host, seen) => noteLook(key, host, seen),
    onError: (key, host, error) => options.log.warn({ nameserver: key, host, err: error }, 'could not ask'),
    signal,
  });
  const verdicts = createVerdicts({
    world,
    chains: () => nameservers.chains,
    canaryOf: (key, zone) => prober.canaryOf(key, zone),
    rotationSeconds: (key, zone) =>
      prober.paceOf(key, zone)?.rotationSeconds ?? zones.get(zone)?.probe.zone.view.spec.probe.rotationSeconds ?? 0,
    isThrottled: (key) => nameservers.isThrottled(key),
    isCanaryOnly: (key, zone) => nameservers.isCanaryOnly(key, zone),
    judged: (vantage, host, isInternal) => {
      if (counts.put(vantage, host, isInternal)) listener.vantage(vantage);
    },
    reported: {
      standing: (...of) => agents.reported.standing(...of),
      canaryOf: (slot) => agents.reported.canaryOf(slot),
      rotationSeconds: (vantage) => agents.reported.rotationSeconds(vantage),
    },
    aliveAt: (vantage) => agents.aliveAt(vantage),
    now,
  });
  const nameservers = createAskedNameservers({
    world,
    prober,
    verdicts,
    counts,
    probes: () => [...zones.values()].map(({ probe }) => probe),
    openHosts: () => hosts.open(),
    readResolvConf: options.readResolvConf,
    vantageChanged: (vantage) => listener.vantage(vantage),
    changed: () => judge(hosts.all()),
  });
  const hosts = createProbedHosts({
    world,
    probeOf,
    audiencesOf: (host, probe) => verdicts.listedAudiences(host, probe),
    follow: (zone, host, cname) => prober.setHost(zone, host, cname),
    forget: (zone, host) => {
      prober.removeHost(zone, host);
      verdicts.forget(host);
      for (const vantage of counts.forgetHost(host)) listener.vantage(vantage);
    },
    ask: (host) => nameservers.ask(host),
  });

  const judge = (some: Iterable<string>): void =>
    inTurns(some, (host) => {
      listener.host(host);
      agents.hostChanged(host);
    });
  const agents = createAgents({
    ...{ world, kube: options.kube, mayWrite: options.mayWrite, log: options.log, now, signal },
    probes: () => [...zones.values()].map(({ probe }) => probe),
    probeOf,
    hostsOf: (zone) => hosts.of(zone),
    expectationOf: (probe, host) => verdicts.expectationOf(probe, host),
    listedAudiences: (host, probe) => verdicts.listedAudiences(host, probe),
    judge: (some) => judge(some),
    vantageReport: (vantage) => listener.vantage(vantage),
  });
  const noteLook = (key: string, host: string, look: Look): void => {
    const probe = probeOf(host);
    if (probe === undefined || nameservers.noteThrottling(key, host, look)) return;
    const zone = probe.zone.name;
    const wasWithout = verdicts.isWithoutAnswer(key, zone);
    const { isChanged, lookAgainAt } = verdicts.note(probe, { key, host, look, decision: probe.zone.decide(host) });
    if (lookAgainAt !== undefined) prober.askAgain(key, host, Math.max(0, lookAgainAt - now()));
    if (isChanged) listener.host(host);
    if (nameservers.noteSearch(key, zone, look)) judge(hosts.of(zone));
    if (prober.canaryOf(key, zone) !== host) return;
    if (!isChanged && verdicts.isWithoutAnswer(key, zone) === wasWithout) return;
    if (nameservers.canaryChanged(key, zone)) judge(hosts.of(zone));
  };
  const isTarget = (zone: Zone, name: string): boolean => zone.targets.some(({ record }) => record === name);
  const onLevel = (zone: Zone, name: string): void => {
    listener.zone(zone.name);
    judge([name]);
    nameservers.ask(name);
    if (!isTarget(zone, name)) return;
    judge(hosts.of(zone.name));
    nameservers.sweep(zone.name);
  };
  const onPastLag = (zone: Zone, name: string): void => judge(isTarget(zone, name) ? hosts.of(zone.name) : [name]);
  /** Once it opens, caches may be asked for what the zone held all along. */
  const noteOpening = (entry: ProbedZone): void => {
    const { probe } = entry;
    const wasOpen = entry.isOpen;
    entry.isOpen = probe.isOpen;
    if (wasOpen || !entry.isOpen) return;
    const { name } = probe.zone;
    probe.opened();
    listener.zone(name);
    judge(hosts.of(name));
    hosts.zoneOpened(probe);
  };
  const buildProbe = (zone: Zone, stopped: AbortSignal, serversChanged: () => void): ZoneProbe => {
    const paced = async (server: NameserverAddress, asking: AbortSignal): Promise<AskOptions> => {
      await take(pacer, server, PRIORITY.first, asking);
      return { server, signal: asking, random };
    };
    return createZoneProbe({
      zone,
      world,
      ask: async (server, name, type: QuestionType, asking) => meteredAsk(await paced(server, asking), name, type),
      askSoa: async (server, name, asking) => meteredAskSoa(await paced(server, asking), name),
      setRate: (server) => pacer.setRate(server, ownRate),
      endpoints: (namespace, name) => options.endpoints.of(namespace, name),
      connectTo: (nudge, connecting) => options.connectTo(zone.view, nudge, connecting),
      nudgeRefused: (server, message) =>
        options.log.warn({ zone: zone.name, server, reason: message }, 'a copy cannot be told to transfer the zone'),
      onLevel: (name) => onLevel(zone, name),
      onPastLag: (name) => onPastLag(zone, name),
      serversChanged,
      intervals: options.intervals,
      now,
      signal: stopped,
    });
  };

  const followEndpoints = (): void => {
    const listed = [...zones.values()].flatMap(({ probe }) => probe.zone.view.spec.technitium.servers ?? []);
    options.endpoints.follow(listed.flatMap(({ serviceRef }) => serviceRef ?? []));
  };

  return {
    addZone(zone) {
      const stop = new AbortController();
      const stopped = AbortSignal.any([signal, stop.signal]);
      const probe = buildProbe(zone, stopped, () => {
        listener.zone(zone.name);
        noteOpening(entry);
      });
      const publicAddresses = JSON.stringify(zone.view.spec.publicAddresses);
      const entry: ProbedZone = { probe, stop, isOpen: false, publicAddresses, judgedAt: now() };
      zones.set(zone.name, entry);
      prober.setZone(zone.name, zone.view.spec.probe);
      nameservers.applyModes(zone.name);
      followEndpoints();
      void probe.run(stopped);
    },
    refreshServers() {
      for (const { probe } of zones.values()) probe.update();
    },
    read: (zone, changedLast) => zones.get(zone)?.probe.read(changedLast),
    overtaken: (zone, serial, seen) => zones.get(zone)?.probe.servers.overtaken(serial, seen),
    raised: (zone) => zones.get(zone)?.probe.raised(),
    updateZone(zone) {
      const entry = zones.get(zone.name);
      if (entry === undefined) return;
      followEndpoints();
      entry.probe.update();
      noteOpening(entry);
      prober.setZone(zone.name, zone.view.spec.probe);
      nameservers.applyModes(zone.name);
      const publicAddresses = JSON.stringify(zone.view.spec.publicAddresses);
      if (publicAddresses === entry.publicAddresses) return;
      entry.publicAddresses = publicAddresses;
      nameservers.sweep(zone.name);
    },
    removeZone(name) {
      zones.get(name)?.stop.abort();
      zones.delete(name);
      prober.removeZone(name);
      hosts.removeZone(name);
      nameservers.removeZone(name);
      followEndpoints();
    },
    refreshChains: () => nameservers.refresh(),
    vantageChanged: (name) => agents.vantageChanged(name),
    hostChanged(host) {
      const entry = zones.get(world.zoneOf(host) ?? '');
      if (entry !== undefined) noteOpening(entry);
      hosts.changed(host);
      agents.hostChanged(host);
    },
    written(zone, name, before, after) {
      zones.get(zone)?.probe.written(name, before, after);
      agents.hostChanged(name);
    },
    audiences(judged) {
      const probe = probeOf(judged.host);
      return probe === undefined ? [] : verdicts.audiences(probe, judged);
    },
    targetMoved(name, record) {
      const probe = zones.get(name)?.probe;
      judge(hosts.of(name));
      // Where a write follows, caches are swept once every server has it.
      if (probe?.zone.awaitsWrite(record) !== true) nameservers.sweep(name);
      else for (const key of probe.servers.keys) prober.sweep(key, name);
    },
    formerOf: (host) => probeOf(host)?.formerOf(host) ?? [],
    servers: (zone) => zones.get(zone)?.probe.servers.status() ?? NO_SERVERS,
    serialsToPass: (zone) => zones.get(zone)?.probe.servers.serialsToPass,
    lags: (zone) => zones.get(zone)?.probe.servers.lags ?? new Map<string, number>(),
    vantage(name) {
      const chain = nameservers.chains.find(({ vantage }) => vantage === name);
      const isReported = chain?.isReported === true;
      const keys = isReported ? [] : (chain?.nameservers ?? []).map(({ key }) => key);
      const rotations = keys.flatMap((key) =>
        [...zones.keys()].flatMap((zone) => prober.paceOf(key, zone)?.rotationSeconds ?? []),
      );
      return {
        chain,
        hosts: counts.of(name),
        rotationSeconds: isReported
          ? agents.reported.rotationSeconds(name)
          : rotations.length === 0
            ? undefined
            : Math.ceil(Math.max(...rotations)),
        throttledAt: keys.filter((key) => nameservers.isThrottled(key)),
        isReported,
        agent: isReported ? agents.state(name) : undefined,
        isTruncated: agents.reported.isTruncated(name),
      };
    },
    async run() {
      const withAgents = agents.run();
      while (!signal.aborted) {
        await pause(REFRESH_MS, signal);
        nameservers.refresh();
        for (const [name, entry] of zones) {
          if (now() - entry.judgedAt < entry.probe.zone.view.spec.probe.rotationSeconds * 1000) continue;
          entry.judgedAt = now();
          judge(hosts.of(name));
        }
      }
      await withAgents;
    },
  };
}
