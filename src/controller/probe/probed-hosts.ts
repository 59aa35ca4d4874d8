import { objectNameOf } from '../../model/host-name.ts';
import type { HostTarget } from '../../plan/host/decide-host.ts';
import type { World } from '../world.ts';
import type { ZoneProbe } from './zone-probe.ts';

/** The hosts that are asked for, followed as they come, change and go. */
export interface ProbedHosts {
  all(): Iterable<string>;
  of(zone: string): string[];
  /** Those whose stored verdicts leave something to be asked. */
  open(): string[];
  /** A host may be another, or gone. */
  changed(host: string): void;
  removeZone(zone: string): void;
  /** Caches may be asked about the zone from now on. */
  zoneOpened(probe: ZoneProbe): void;
}

/** Who is told of them. */
export interface ProbedHostsOptions {
  readonly world: Pick<World, 'hostObjects'>;
  readonly probeOf: (host: string) => ZoneProbe | undefined;
  /** The audiences that are listed for a host; undefined where all count. */
  readonly audiencesOf: (host: string, probe: ZoneProbe) => readonly string[] | undefined;
  /** A host is to be asked for from now on, or otherwise than before. */
  readonly follow: (zone: string, host: string, cname: string | undefined) => void;
  readonly forget: (zone: string, host: string) => void;
  /** A host is to be asked for at once. */
  readonly ask: (host: string) => void;
}

interface ProbedHost {
  readonly zone: string;
  readonly target: HostTarget;
  /** The audiences that are listed for it, as a text; empty where all count. */
  readonly audiences: string;
  /** Whether the zone answers for it; undefined before it was read. */
  readonly isHeld: boolean | undefined;
}

/** No host is known yet. */
export function createProbedHosts(options: ProbedHostsOptions): ProbedHosts {
  const { world } = options;
  const hosts = new Map<string, ProbedHost>();

  /** What is asked about a host; undefined where there is nothing to judge it by. */
  const read = (host: string, probe: ZoneProbe): ProbedHost | undefined => {
    const { wanted, target } = probe.zone.decide(host);
    if (target === undefined || (!wanted && !world.hostObjects.has(objectNameOf(host)))) return undefined;
    const audiences = options.audiencesOf(host, probe)?.join() ?? '';
    return { zone: probe.zone.name, target, audiences, isHeld: probe.zone.hasRead ? probe.holds(host) : undefined };
  };
  const forget = (host: string): void => {
    const known = hosts.get(host);
    if (known !== undefined && hosts.delete(host)) options.forget(known.zone, host);
  };
  const follow = (host: string, probe: ZoneProbe, next: ProbedHost): void => {
    const before = hosts.get(host);
    hosts.set(host, next);
    if (before !== undefined && !pointsAlike(before.target, next.target)) probe.retargeted(host, before.target);
    // What the zone held when it was first read, every server has by the time it opens.
    const isNews = before === undefined ? probe.hasOpened : before.isHeld === false;
    if (next.isHeld === true && isNews) probe.appeared(host);
    if (before !== undefined && isAskedAlike(before, next)) return;
    options.follow(next.zone, host, next.target.cname);
    // After our start the hosts that were judged before it have their turns: else a new one would wait behind them all.
    if (before !== undefined || leavesOpen(host, next.zone)) options.ask(host);
  };
  const of = (zone: string): string[] => [...hosts].filter(([, known]) => known.zone === zone).map(([host]) => host);
  /** Whether a host's stored verdicts leave something to be asked: none yet, of another zone, or one that nobody knows. */
  const leavesOpen = (host: string, zone: string): boolean => {
    const stored = world.hostObjects.get(objectNameOf(host))?.statusText ?? '';
    // Where no vantage was known yet, `-` stands for every audience.
    const isJudged = /"verdict":"[^-]/.test(stored) && stored.includes(`"zone":"${zone}"`);
    return !isJudged || /"verdict":"(Propagating|Unknown)"/.test(stored);
  };

  return {
    all: () => hosts.keys(),
    of,
    open: () => [...hosts].filter(([host, { zone }]) => leavesOpen(host, zone)).map(([host]) => host),
    changed(host) {
      const probe = options.probeOf(host);
      const next = probe && read(host, probe);
      if (next === undefined || hosts.get(host)?.zone !== next.zone) forget(host);
      if (probe !== undefined && next !== undefined) follow(host, probe, next);
    },
    removeZone: (zone) => of(zone).forEach(forget),
    zoneOpened(probe) {
      for (const host of of(probe.zone.name)) if (leavesOpen(host, probe.zone.name)) options.ask(host);
    },
  };
}

/** Whether both point to the same place: the same target of the zone, whatever its addresses, or the same of their own. */
function pointsAlike(a: HostTarget, b: HostTarget): boolean {
  if (a.record !== b.record || a.cname !== b.cname) return false;
  return a.record !== undefined || isSameList(a.addresses, b.addresses);
}

/** Whether what was seen of the one says all about the other: same place, same addresses inside the cluster, same askers. */
function isAskedAlike(a: ProbedHost, b: ProbedHost): boolean {
  return (
    a.audiences === b.audiences &&
    pointsAlike(a.target, b.target) &&
    isSameList(a.target.clusterIPs, b.target.clusterIPs)
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
