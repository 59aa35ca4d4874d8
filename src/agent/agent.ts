import type { Logger } from 'pino';
import type { AgentKube } from '../kube/agent-objects.ts';
import { PATHS } from '../kube/paths.ts';
import type { MachineConfig } from '../model/machine.ts';
import type { ask } from '../probe/ask.ts';
import type { Clock } from '../probe/clock.ts';
import { createLooker } from '../probe/looker.ts';
import { createPacer } from '../probe/pacer.ts';
import { clusterClients } from './cluster-clients.ts';
import { createQuestionsFeed } from './questions-feed.ts';
import { createVantagePost } from './vantage-post.ts';

/** What an agent is made of; clock and chance are arguments so that tests can be as they like. */
export interface AgentOptions {
  readonly kube: AgentKube;
  /** The vantage that it reports for; beside `node-<name>` it reports for `pods-<name>`. */
  readonly vantage: string;
  /** Which process this is, for Leases. */
  readonly instance: string;
  /** The configuration of the machine; called again and again. */
  readonly readMachine: () => MachineConfig;
  /** Addresses that pods of the node ask; those of the cluster's DNS service where none are given. */
  readonly clusterDns: readonly string[];
  readonly ask: typeof ask;
  readonly clock: Clock;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** From 0 to 1; unpredictable. */
  readonly random: () => number;
  /** DNS questions a second to one address and port, over both vantages. */
  readonly queriesPerSecond: number;
  /** Milliseconds between two writes of a report. @default 10000 */
  readonly reportEveryMs?: number | undefined;
  readonly log: Logger;
}

const BURST = 200;
const NODE_PREFIX = 'node-';

/** Runs an agent until the signal aborts. It never gives up: what fails is tried again. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { kube, vantage, clock, now, random, log } = options;
  const pacer = createPacer({ clock, queriesPerSecond: options.queriesPerSecond, burst: BURST });
  const look = createLooker({ pacer, clock, random, now, ask: options.ask });
  const shared = { ...options, pacer, look, signal };
  const machines: [string, () => MachineConfig | undefined][] = [[vantage, options.readMachine]];
  if (vantage.startsWith(NODE_PREFIX)) {
    const pods = `pods-${vantage.slice(NODE_PREFIX.length)}`;
    machines.push([pods, () => clusterClients(options.clusterDns, feed.list?.clusterDns ?? [])]);
  }
  const posts = machines.map(([name, readMachine]) =>
    createVantagePost({ ...shared, vantage: name, readMachine, log: log.child({ vantage: name }) }),
  );
  const feed = createQuestionsFeed((list) => {
    log.debug({ questions: list.version }, 'questions');
    for (const post of posts) post.setQuestions(list);
  });
  await Promise.all([
    ...posts.map((post) => post.run()),
    kube.stream({
      path: PATHS.questions,
      toView: kube.questionsView,
      handlers: {
        upsert: (_key, { name, text }) => feed.put(name, text),
        deleted: (key) => feed.remove(key.slice(key.indexOf('/') + 1)),
        listed: (count) => log.debug({ count }, 'questions listed'),
        unavailable: (error) => log.warn({ reason: error.message }, 'questions cannot be read; the last ones stand'),
        onProblem: (problem) => log.warn({ problem }, 'watch'),
      },
      signal,
    }),
  ]);
}
