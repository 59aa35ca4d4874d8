import { probeNameOf } from '../model/host-name.ts';
import type { Look } from '../model/look.ts';
import { createAgenda, type Agenda, type ProbeMode } from './agenda.ts';
import type { Clock } from './clock.ts';
import { queriesOf, type Subject } from './look.ts';
import { formatNameserver, type NameserverAddress } from './nameserver-address.ts';
import type { Claim, Pacer } from './pacer.ts';
import { effectivePace, zoneHolding, type ProbedZone, type ZonePace } from './zone-pace.ts';

/** A nameserver to be asked, and how. */
export interface ProbedNameserver extends NameserverAddress {
  /** Of the machine that this nameserver is asked for; without them, the defaults of `ask`. */
  readonly timeoutMs?: number | undefined;
  readonly attempts?: number | undefined;
  /** Hosts are asked for under this search domain, as clients do that try it first. Lower-case. */
  readonly searchDomain?: string | undefined;
}

/** What a nameserver is called here; under a search domain it is another one, at the same pace. */
export function keyOf(nameserver: ProbedNameserver): string {
  const { searchDomain } = nameserver;
  return `${formatNameserver(nameserver)}${searchDomain === undefined ? '' : ` under ${searchDomain}`}`;
}

/** Asks nameservers about hosts, paced and in a fair order, and tells what it saw. It knows nothing of verdicts. */
export interface Prober {
  /** Adds a zone, or changes its pace. */
  setZone(zone: string, pace: ZonePace): void;
  removeZone(zone: string): void;
  /** Adds a host to a zone, or changes its `target.cname`. It is asked in its turn; `askNow` when that is too late. */
  setHost(zone: string, host: string, cname?: string): void;
  removeHost(zone: string, host: string): void;
  /** Adds a nameserver, by the key `keyOf` gives it, or changes how it is asked. Its first questions are canaries. */
  setNameserver(nameserver: ProbedNameserver): void;
  /** Has a nameserver asked for all hosts of a zone, as at first, or for its canary only; a change to `all` sweeps. */
  setMode(key: string, zone: string, mode: ProbeMode): void;
  removeNameserver(key: string): void;
  /** Asks a host before the rotation: it changed, or a gate opened for it. */
  askNow(key: string, host: string): void;
  /** The same in a while; of two times the earlier stands. */
  askAgain(key: string, host: string, afterMs: number): void;
  /**
   * Asks all hosts, or those of one zone, once at full pace, as after a canary's answer changed: for a nameserver or hosts
   * that nothing is known about yet.
   */
  sweep(key: string, zone?: string): void;
  /** The host whose look stands for the zone at a nameserver, once it was chosen. */
  canaryOf(key: string, zone: string): string | undefined;
  /** The pace that a zone really has at a nameserver: `rotationSeconds` is the effective one. */
  paceOf(key: string, zone: string): ZonePace | undefined;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** Looks at a name at a nameserver. The pacer has granted its `queriesOf` already. */
  readonly look: (nameserver: ProbedNameserver, subject: Subject, signal: AbortSignal) => Promise<Look>;
  /**
   * Whether a nameserver may be asked about a host at this moment: asked for, and no lie would be planted in a cache.
   * When that turns true, `askNow` says so; until then the host is passed over.
   */
  readonly mayAsk: (key: string, host: string) => boolean;
  readonly onLook: (key: string, host: string, look: Look) => void;
  /** This machine could not ask (it has no socket left): the host is asked again a little later. */
  readonly onError: (key: string, host: string, error: unknown) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Looks at one nameserver at the same time. */
const MOST_AT_ONCE = 16;
const RETRY_MS = 5000;

interface Target {
  readonly key: string;
  nameserver: ProbedNameserver;
  readonly agenda: Agenda;
  readonly busy: Set<string>;
  /** At most one claim waits, for the most pressing host; which one that is, is decided when it is granted. */
  claim: Claim | undefined;
  timer: { readonly at: number; readonly cancel: () => void } | undefined;
}

interface MutableZone extends ProbedZone {
  pace: ZonePace;
  readonly hosts: Map<string, string | undefined>;
  queries: number;
}

/** Keeps, per nameserver, what is wanted, a cursor per zone, one timer and at most one claim: nothing per host. */
export function createProber({ clock, pacer, look, mayAsk, onLook, onError, signal }: ProberOptions): Prober {
  const zones = new Map<string, MutableZone>();
  const targets = new Map<string, Target>();

  const paceAt = (nameserver: NameserverAddress, zone: ProbedZone): ZonePace =>
    effectivePace(zone, zones, pacer.rateOf(nameserver));
  const subjectOf = (host: string): Subject | undefined => {
    const zone = zones.get(zoneHolding(zones, host) ?? '');
    return zone && { name: probeNameOf(host), cname: zone.hosts.get(host) };
  };

  const wakeAt = (target: Target, at: number): void => {
    if (at === Infinity || signal.aborted || (target.timer?.at ?? Infinity) <= at) return;
    target.timer?.cancel();
    const wake = (): void => {
      target.timer = undefined;
      pump(target);
    };
    target.timer = { at, cancel: clock.after(Math.max(0, at - clock.now()), wake) };
  };
  /** In a task of its own, so that thousands of wishes in a row cost one. */
  const wake = (target: Target): void => wakeAt(target, clock.now());
  const withdraw = (target: Target): void => {
    if (target.claim) pacer.withdraw(target.nameserver, target.claim);
    target.claim = undefined;
  };
  const quieten = (target: Target): void => {
    withdraw(target);
    target.timer?.cancel();
    target.timer = undefined;
  };

  /** Claims for what is due, or sleeps until something is. */
  const pump = (target: Target): void => {
    if (signal.aborted || targets.get(target.key) !== target || target.busy.size >= MOST_AT_ONCE) return;
    const { priority, at } = target.agenda.next(clock.now());
    if (at > clock.now()) {
      wakeAt(target, at);
    } else if (target.claim === undefined || target.claim.priority > priority) {
      withdraw(target);
      target.claim = { priority, grant: () => granted(target) };
      pacer.claim(target.nameserver, target.claim);
    }
  };
  const granted = (target: Target): number => {
    target.claim = undefined;
    const host = target.agenda.take(clock.now());
    const subject = host === undefined ? undefined : subjectOf(host);
    if (host !== undefined && subject !== undefined) void ask(target, host, subject);
    pump(target);
    return subject === undefined ? 0 : queriesOf(subject);
  };
  const ask = async (target: Target, host: string, subject: Subject): Promise<void> => {
    target.busy.add(host);
    const seen = await look(target.nameserver, subject, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      target.agenda.askAt(host, clock.now() + RETRY_MS);
      onError(target.key, host, error);
    });
    target.busy.delete(host);
    if (seen && !signal.aborted) deliver(target, host, subject, seen);
    pump(target);
  };
  /** Unless the nameserver, the host or its `target.cname` is another by now. */
  const deliver = (target: Target, host: string, subject: Subject, seen: Look): void => {
    const zone = zones.get(zoneHolding(zones, host) ?? '');
    if (zone === undefined || zone.hosts.get(host) !== subject.cname || targets.get(target.key) !== target) return;
    target.agenda.note(host, seen, clock.now());
    onLook(target.key, host, seen);
  };
  const add = (key: string, nameserver: ProbedNameserver): Target => {
    const busy = new Set<string>();
    const agenda = createAgenda({
      zones,
      mayAsk: (host) => mayAsk(key, host),
      isBusy: (host) => busy.has(host),
      paceOf: (zone) => paceAt(nameserver, zone),
    });
    const target = { key, nameserver, agenda, busy, claim: undefined, timer: undefined };
    targets.set(key, target);
    return target;
  };

  signal.addEventListener('abort', () => targets.forEach(quieten), { once: true });

  return {
    setZone(name, pace) {
      const zone = zones.get(name);
      if (zone) zone.pace = pace;
      else zones.set(name, { pace, hosts: new Map(), queries: 0 });
      targets.forEach(wake);
    },
    removeZone(name) {
      zones.delete(name);
      for (const { agenda } of targets.values()) agenda.forgetZone(name);
    },
    setHost(name, host, cname) {
      const zone = zones.get(name);
      if (zone === undefined) return;
      const isFirst = zone.hosts.size === 0;
      zone.queries += queriesOf({ name: host, cname }) - costOf(zone, host);
      zone.hosts.set(host, cname);
      if (isFirst) targets.forEach(wake);
    },
    removeHost(name, host) {
      const zone = zones.get(name);
      if (zone === undefined) return;
      zone.queries -= costOf(zone, host);
      zone.hosts.delete(host);
    },
    setNameserver(nameserver) {
      const key = keyOf(nameserver);
      const target = targets.get(key) ?? add(key, nameserver);
      target.nameserver = nameserver;
      wake(target);
    },
    setMode(key, zone, mode) {
      const target = targets.get(key);
      target?.agenda.setMode(zone, mode, clock.now());
      if (target) wake(target);
    },
    removeNameserver(key) {
      const target = targets.get(key);
      if (target) quieten(target);
      targets.delete(key);
    },
    askNow(key, host) {
      const target = targets.get(key);
      target?.agenda.askNow(host, clock.now());
      if (target) wake(target);
    },
    askAgain(key, host, afterMs) {
      const target = targets.get(key);
      const at = clock.now() + afterMs;
      target?.agenda.askAt(host, at);
      if (target) wakeAt(target, at);
    },
    sweep(key, zone) {
      const target = targets.get(key);
      target?.agenda.sweep(clock.now(), zone);
      if (target) wake(target);
    },
    canaryOf: (key, zone) => targets.get(key)?.agenda.canaryOf(zone),
    paceOf(key, name) {
      const target = targets.get(key);
      const zone = zones.get(name);
      return target && zone && paceAt(target.nameserver, zone);
    },
  };
}

function costOf({ hosts }: ProbedZone, host: string): number {
  return hosts.has(host) ? queriesOf({ name: host, cname: hosts.get(host) }) : 0;
}
