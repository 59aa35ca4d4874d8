import type { MachineConfig } from '../model/machine.ts';
import { longName, shortName, type HostQuestion, type QuestionList, type ZoneQuestions } from '../model/questions.ts';
import type { Report } from '../model/api.ts';
import type { Look } from '../model/look.ts';
import { groupHosts, indexReport, reportedLook, type Seen } from '../model/report.ts';
import type { Clock } from '../probe/clock.ts';
import { isThrottled, queriesOf } from '../probe/look.ts';
import { formatNameserver, parseNameserver } from '../probe/nameserver-address.ts';
import { PRIORITY, take, type Pacer } from '../probe/pacer.ts';
import { createProber, type ProbedNameserver, type ProberOptions } from '../probe/prober.ts';
import { askingOrder, type AskingOrder } from './asking-order.ts';
import { fitReport } from './fit-report.ts';
import { createLookTable, type LookTable } from './look-table.ts';
import { reportOfMachine } from './machine-report.ts';

/** What one vantage is asked, and what is seen from there. */
export interface Observer {
  /** The machine asks these nameservers from now on. */
  setMachine(machine: MachineConfig): void;
  /** This is to be asked from now on. */
  setQuestions(list: QuestionList): void;
  /** Everything seen; undefined before there are questions and nameservers. */
  report(): Report | undefined;
}

/** What an observer works with. */
export interface ObserverOptions {
  /** Whom the vantage stands for: hosts that are none of their business are not asked for. */
  readonly audience: string;
  /** What an earlier agent reported: as long as the questions are the same, it is as if we had seen it. */
  readonly before: Report | undefined;
  readonly clock: Clock;
  /** Shared by all vantages of this process. */
  readonly pacer: Pacer;
  readonly look: ProberOptions['look'];
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** The report may be another. */
  readonly changed: () => void;
  readonly onError: ProberOptions['onError'];
  readonly signal: AbortSignal;
}

/** Technitium counts a client's queries by the minute. */
const THROTTLED_FOR_MS = 60_000;
/** What was seen that long ago says nothing any more. */
const ROTATIONS_A_LOOK_LASTS = 3;

interface AskedHost {
  readonly zone: ZoneQuestions;
  readonly question: HostQuestion;
  /** When its question last changed (ms): what was asked before says nothing about it. */
  readonly since: number;
}

/** Asks what it is told to, nameserver by nameserver, and remembers what came. It judges nothing. */
export function createObserver(options: ObserverOptions): Observer {
  const { now } = options;
  const hosts = new Map<string, AskedHost>();
  const tables = new Map<string, LookTable>();
  let zones: readonly ZoneQuestions[] = [];
  let machine: MachineConfig | undefined;
  let order: AskingOrder = askingOrder({ resolvers: [] });
  let version: string | undefined;

  const prober = createProber({
    clock: options.clock,
    pacer: options.pacer,
    // A look counts from its beginning: a change on the way makes it old.
    look: async (nameserver, subject, signal) => {
      // What a stub is asked, the servers behind it are.
      const behind = order.behind(formatNameserver(nameserver), subject.name);
      const charged = behind.flatMap((key) => parseNameserver(key) ?? []);
      for (let query = 0; query < queriesOf(subject); query++) {
        await Promise.all(charged.map((server) => take(options.pacer, server, PRIORITY.rotation, signal)));
      }
      const at = now();
      return { ...(await options.look(nameserver, subject, signal)), at };
    },
    mayAsk: (key, host) => {
      const asked = hosts.get(host);
      if (asked === undefined || !isOurs(asked) || !order.concerns(key, host)) return false;
      return (asked.question.held !== true || asked.zone.servers.includes(key)) && doesNoHarm(key, host, asked.zone);
    },
    onLook: (key, host, look) => noteLook(key, host, look),
    onError: options.onError,
    signal: options.signal,
  });

  const isOurs = ({ zone, question }: AskedHost): boolean =>
    (question.audiences ?? zone.audiences)?.includes(options.audience) !== false;
  const hostsOf = (zone: ZoneQuestions): string[] => zone.hosts.map(({ name }) => longName(name, zone.zone));
  /** Of accepted fallbacks, and of a nameserver without an answer that others stand behind, only the canary is asked. */
  const isCanaryOnly = (key: string, questions: ZoneQuestions): boolean =>
    questions.accepted.includes(key) || (isDead(key, questions) && order.isBeforeOthers(key));
  /**
   * A stub is asked for what the servers behind it answered: one failure would move the machine to its next server, for all
   * names. Servers that answer nothing at all have done that already.
   */
  const doesNoHarm = (key: string, host: string, zone: ZoneQuestions): boolean => {
    const behind = order.behind(key, host);
    const alive = behind.filter((server) => !isDead(server, zone));
    return behind.length === 0 || (alive.length > 0 && alive.every((server) => hasAnswered(server, host, zone)));
  };
  const isDead = (key: string, { zone }: ZoneQuestions): boolean => {
    const canary = prober.canaryOf(key, zone);
    return canary !== undefined && tables.get(key)?.isWithoutAnswer(canary) === true;
  };
  /** Of an accepted fallback only the canary is asked, which stands for all. */
  const hasAnswered = (key: string, host: string, { zone, accepted }: ZoneQuestions): boolean => {
    const asked = accepted.includes(key) ? prober.canaryOf(key, zone) : host;
    return asked !== undefined && tables.get(key)?.hasFailed(asked) === false;
  };
  const applyMode = (key: string, zone: ZoneQuestions): void =>
    prober.setMode(key, zone.zone, isCanaryOnly(key, zone) ? 'canary' : 'all');
  const noteLook = (key: string, host: string, look: Look): void => {
    const [asked, table] = [hosts.get(host), tables.get(key)];
    if (asked === undefined || table === undefined || look.at < asked.since) return;
    if (isThrottled(look)) {
      prober.askAgain(key, host, THROTTLED_FOR_MS);
      return;
    }
    const canary = prober.canaryOf(key, asked.zone.zone);
    const hadAnswered = table.hasFailed(host) === false;
    const again = table.note(host, { look: reportedLook(look), at: look.at, canary });
    if (again !== undefined) prober.askAgain(key, host, Math.max(0, again - now()));
    if (canary === host) applyMode(key, asked.zone);
    // The stub was passed over until now.
    if (!hadAnswered)
      for (const stub of order.stubs) if (order.behind(stub, host).includes(key)) prober.askNow(stub, host);
    options.changed();
  };
  const forget = (host: string): void => {
    for (const table of tables.values()) table.forget(host);
  };
  /** Many hosts at once take their turns: those who come after them would wait behind them all. */
  const ask = (keys: Iterable<string>, zone: ZoneQuestions, some: readonly string[]): void => {
    const isMost = some.length * 2 > zone.hosts.length;
    for (const key of keys) {
      const canary = prober.canaryOf(key, zone.zone);
      if (isMost) prober.sweep(key, zone.zone);
      for (const host of isMost ? [canary] : some) if (host !== undefined) prober.askNow(key, host);
    }
  };
  /** Takes over the questions of a zone; gives the hosts to ask for now. */
  const readZone = (zone: ZoneQuestions): string[] => {
    prober.setZone(zone.zone, zone);
    return zone.hosts.flatMap((question) => {
      const host = longName(question.name, zone.zone);
      const before = hosts.get(host);
      const isAsked = before?.question.mark === question.mark;
      hosts.set(host, { zone, question, since: isAsked ? before.since : now() });
      if (!isAsked) forget(host);
      if (before === undefined || before.question.cname !== question.cname) {
        prober.setHost(zone.zone, host, question.cname);
      }
      return isAsked && (question.held === true || before.question.held !== true) ? [] : [host];
    });
  };
  const removeGone = (list: QuestionList): void => {
    const wanted = new Map(list.zones.map((zone) => [zone.zone, new Set(hostsOf(zone))]));
    for (const zone of zones) {
      for (const host of hostsOf(zone)) {
        if (wanted.get(zone.zone)?.has(host) === true) continue;
        prober.removeHost(zone.zone, host);
        hosts.delete(host);
        forget(host);
      }
      if (!wanted.has(zone.zone)) prober.removeZone(zone.zone);
    }
  };
  /** Takes over what was reported before our start; whether there was anything. */
  const resume = (key: string, table: LookTable): boolean => {
    if (options.before === undefined || options.before.questions !== version) return false;
    const index = indexReport(options.before);
    for (const [host, { zone }] of hosts) {
      for (const look of index.seen(key, zone.zone, host)?.looks ?? []) table.resume(host, reportedLook(look), now());
    }
    return true;
  };
  const addNameserver = (key: string, nameserver: ProbedNameserver): void => {
    prober.setNameserver(nameserver);
    if (tables.has(key)) return;
    const table = createLookTable();
    tables.set(key, table);
    for (const zone of zones) applyMode(key, zone);
    if (!resume(key, table)) prober.sweep(key);
  };
  const rotationOf = (key: string, { zone, rotationSeconds }: ZoneQuestions): number =>
    prober.paceOf(key, zone)?.rotationSeconds ?? rotationSeconds;
  const seenBy = (key: string, table: LookTable, zone: ZoneQuestions): Seen => {
    const canary = isCanaryOnly(key, zone) ? prober.canaryOf(key, zone.zone) : undefined;
    const newerThan = now() - ROTATIONS_A_LOOK_LASTS * rotationOf(key, zone) * 1000;
    const ours = hostsOf(zone).filter((host) => {
      const asked = hosts.get(host);
      if (asked === undefined || !isOurs(asked) || !order.concerns(key, host)) return false;
      return canary === undefined || canary === host;
    });
    return {
      ...{ zone: zone.zone, nameserver: key },
      hosts: ours.map((host) => [host, table.of(host, newerThan)] as const),
    };
  };
  const pairs = function* (): Iterable<[string, LookTable, ZoneQuestions]> {
    for (const [key, table] of tables) for (const zone of zones) yield [key, table, zone];
  };

  return {
    setMachine(next) {
      machine = next;
      order = askingOrder(next);
      const patience = { timeoutMs: next.timeoutSeconds * 1000, attempts: next.attempts };
      const wanted = new Map(
        next.resolvers.flatMap(({ address }) => {
          const parsed = parseNameserver(address);
          return parsed === undefined ? [] : [[formatNameserver(parsed), { ...parsed, ...patience }] as const];
        }),
      );
      for (const key of tables.keys()) {
        if (wanted.has(key)) continue;
        prober.removeNameserver(key);
        tables.delete(key);
      }
      for (const [key, nameserver] of wanted) addNameserver(key, nameserver);
      options.changed();
    },
    setQuestions(list) {
      const isFirst = version === undefined;
      removeGone(list);
      zones = list.zones;
      version = list.version;
      const toAsk = zones.map((zone) => [zone, readZone(zone)] as const);
      for (const [key, , zone] of pairs()) applyMode(key, zone);
      const fresh = [...tables].filter(([key, table]) => !isFirst || !resume(key, table)).map(([key]) => key);
      for (const [zone, some] of toAsk) if (some.length > 0) ask(fresh, zone, some);
      options.changed();
    },
    report() {
      if (machine === undefined || version === undefined) return undefined;
      const asked = [...pairs()];
      const { groups, unasked } = groupHosts(asked.map(([key, table, zone]) => seenBy(key, table, zone)));
      const canaries = asked.flatMap(([key, , zone]) => {
        const canary = isCanaryOnly(key, zone) ? prober.canaryOf(key, zone.zone) : undefined;
        return canary === undefined ? [] : [{ zone: zone.zone, nameserver: key, host: shortName(canary, zone.zone) }];
      });
      const rotationSeconds = Math.ceil(Math.max(0, ...asked.map(([key, , zone]) => rotationOf(key, zone))));
      return fitReport({
        questions: version,
        rotationSeconds,
        ...reportOfMachine(machine, (host) => hosts.has(host)),
        groups,
        ...(unasked.length > 0 && { unasked }),
        ...(canaries.length > 0 && { canaries }),
      });
    },
  };
}
