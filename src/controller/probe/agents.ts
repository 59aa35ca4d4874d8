import type { Logger } from 'pino';
import type { Kube } from '../../kube/kube.ts';
import { PATHS } from '../../kube/paths.ts';
import type { LeaseView } from '../../kube/views.ts';
import type { Expectation } from '../../model/expectation.ts';
import type { ZoneQuestions } from '../../model/questions.ts';
import { ROTATIONS_A_VERDICT_LASTS } from '../../plan/verdict/current.ts';
import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import { pause } from '../pause.ts';
import type { World } from '../world.ts';
import { createGoneNodes, type GoneNodesOptions } from './gone-nodes.ts';
import { createLiveness } from './liveness.ts';
import { createQuestionMarks } from './question-marks.ts';
import { createQuestions } from './questions.ts';
import { createReported, type Reported } from './reported.ts';
import type { ZoneProbe } from './zone-probe.ts';

/** The agents at vantages of their own: what they are asked, what they say, and whether they live. */
export interface Agents {
  readonly reported: Reported;
  /** When the agent of a vantage was last known to live (ms); undefined where none has said so. */
  aliveAt(vantage: string): number | undefined;
  /** How the agent of a vantage does; undefined before that was read. */
  state(vantage: string): AgentState | undefined;
  /** A vantage came, went or changed. */
  vantageChanged(vantage: string): void;
  /** What is to be asked about a host may be something else. */
  hostChanged(host: string): void;
  run(): Promise<void>;
}

/** Whether no agent ever said that it lives, one does, or it has missed three renewals of its Lease. */
export type AgentState = 'Awaited' | 'Alive' | 'Expired';

/** What agents are dealt with by. */
export interface AgentsOptions {
  readonly world: Pick<World, 'vantages' | 'service'>;
  readonly kube: Pick<Kube, 'listQuestions' | 'applyQuestions'> & GoneNodesOptions['kube'];
  readonly mayWrite: () => boolean;
  readonly probes: () => readonly ZoneProbe[];
  readonly probeOf: (host: string) => ZoneProbe | undefined;
  readonly hostsOf: (zone: string) => readonly string[];
  /** What is expected of a host inside the cluster, where most is expected. */
  readonly expectationOf: (probe: ZoneProbe, host: string) => Expectation | undefined;
  readonly listedAudiences: (host: string, probe: ZoneProbe) => readonly string[] | undefined;
  /** The verdicts of hosts may be others. */
  readonly judge: (hosts: Iterable<string>) => void;
  /** What is known of a vantage changed. */
  readonly vantageReport: (vantage: string) => void;
  readonly log: Logger;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const STEP_MS = 250;
/** Questions are written so often at most. */
const QUESTIONS_EVERY_MS = 2_000;
const RETRY_MS = 10_000;
const SWEEP_EVERY_MS = 5_000;

/** Nothing is asked, nobody has reported. */
export function createAgents(options: AgentsOptions): Agents {
  const { world, kube, log, now, signal } = options;
  const liveness = createLiveness(now);
  const marks = createQuestionMarks(now);
  /** What was last told of each vantage's agent. */
  const told = new Map<string, string>();
  let hasLeases = false;

  const names = (): string[] =>
    [...world.vantages.values()].filter(({ spec }) => spec.agent !== undefined).map(({ name }) => name);
  const allHosts = (): string[] => options.probes().flatMap(({ zone }) => options.hostsOf(zone.name));
  const questions = createQuestions({
    kube,
    marks,
    isRead: () => options.mayWrite() && names().length > 0,
    zones: () => options.probes().map((probe) => [probe.zone.name, headOf(probe)] as const),
    hostsOf: options.hostsOf,
    questionOf: (host) => {
      const probe = options.probeOf(host);
      const expectation = probe && options.expectationOf(probe, host);
      if (probe === undefined || expectation === undefined) return undefined;
      const { addresses, hasIPv4, hasIPv6, cname, changedAt } = expectation;
      const audiences = options.listedAudiences(host, probe);
      return {
        mark: marks.of(host, { content: JSON.stringify([addresses, hasIPv4, hasIPv6, cname]), changedAt }),
        ...(cname !== undefined && { cname }),
        ...(audiences && audiences !== probe.zone.view.spec.audiences && { audiences }),
        ...(probe.heldBack(host) !== undefined && { held: true as const }),
      };
    },
    clusterDns: () => world.service('kube-system', 'kube-dns')?.clusterIPs ?? [],
    recalled: () => options.judge(allHosts()),
    log,
  });
  const reported = createReported({
    world,
    liveness,
    marks,
    askAgain: (host) => {
      marks.renew(host);
      questions.changed(host);
    },
    now,
  });

  const headOf = ({ zone, servers, hasOpened }: ZoneProbe): Omit<ZoneQuestions, 'hosts'> | undefined => {
    if (!hasOpened) return undefined;
    const { probe, audiences, acceptedFallbacks } = zone.view.spec;
    const accepted = acceptedFallbacks.flatMap(({ address }) => parseNameserver(address) ?? []).map(formatNameserver);
    return { zone: zone.name, ...probe, ...(audiences && { audiences }), servers: servers.keys, accepted };
  };
  /** Whether its agent was silent for so long that its word counts no more. */
  const isSilent = (name: string): boolean => {
    const zones = options.probes().map(({ zone }) => zone.view.spec.probe.rotationSeconds);
    const rotation = Math.max(reported.rotationSeconds(name) ?? 0, ...zones);
    return now() - (liveness.aliveAt(name) ?? now()) > ROTATIONS_A_VERDICT_LASTS * rotation * 1000;
  };
  const state = (name: string): AgentState | undefined => {
    if (!hasLeases) return undefined;
    if (liveness.aliveAt(name) === undefined) return 'Awaited';
    return liveness.isExpired(name) ? 'Expired' : 'Alive';
  };
  /** Time alone makes an agent silent. */
  const tellSilence = (): void => {
    for (const name of names()) {
      const text = `${state(name) ?? ''} ${isSilent(name)}`;
      if (text === told.get(name)) continue;
      told.set(name, text);
      options.vantageReport(name);
      options.judge(allHosts());
    }
  };
  const followLeases = (): Promise<void> =>
    kube.stream<LeaseView>({
      path: PATHS.leases,
      toView: kube.views.lease,
      handlers: {
        upsert: (_key, { name, renewTime }) => liveness.put(name, renewTime),
        deleted: (key) => liveness.remove(key.slice(key.indexOf('/') + 1)),
        listed: (count) => {
          hasLeases = true;
          log.debug({ count }, 'Leases of agents listed');
        },
        unavailable: (error) => {
          hasLeases = true;
          log.warn({ reason: error.message }, 'the Leases of agents cannot be read');
        },
        onProblem: (problem) => log.warn({ kind: 'leases', problem }, 'watch'),
      },
      signal,
    });
  const goneNodes = createGoneNodes({ world, kube, state, log, signal });
  /** Gives when it may be done again. */
  const sweep = async (): Promise<number> => {
    if (options.mayWrite()) {
      await goneNodes.sweep().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'a vantage whose node is gone could not be removed');
      });
    }
    return SWEEP_EVERY_MS;
  };
  const step = async (): Promise<void> => {
    let waitUntil = 0;
    let sweepAt = 0;
    while (!signal.aborted) {
      tellSilence();
      options.judge(reported.due());
      if (performance.now() >= waitUntil) waitUntil = performance.now() + (await flush());
      if (performance.now() >= sweepAt) sweepAt = performance.now() + (await sweep());
      await pause(STEP_MS, signal);
    }
  };
  /** Gives when it may be done again. */
  const flush = async (): Promise<number> => {
    try {
      return (await questions.flush(signal)) ? QUESTIONS_EVERY_MS : 0;
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, retryMs: RETRY_MS }, 'the questions for agents could not be written');
      return RETRY_MS;
    }
  };

  return {
    reported,
    aliveAt: liveness.aliveAt,
    state,
    vantageChanged(vantage) {
      const hosts = function* (): Iterable<readonly [string, string]> {
        for (const { zone } of options.probes()) {
          for (const host of options.hostsOf(zone.name)) yield [zone.name, host];
        }
      };
      options.judge(reported.update(vantage, hosts));
    },
    hostChanged: questions.changed,
    async run() {
      // Where there is no agent, nothing of theirs is asked of the API server.
      while (!signal.aborted && names().length === 0) await pause(STEP_MS, signal);
      await Promise.all([followLeases(), goneNodes.follow(), step()]);
    },
  };
}
