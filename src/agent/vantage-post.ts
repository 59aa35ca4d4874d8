import { setTimeout as sleep } from 'node:timers/promises';
import { isAlreadyExists, isNotFound } from '../kube/kube-error.ts';
import type { MachineConfig } from '../model/machine.ts';
import type { QuestionList } from '../model/questions.ts';
import type { Audience } from '../model/verdict.ts';
import type { VantageView } from '../model/views.ts';
import type { AgentOptions } from './agent.ts';
import { createObserver, type Observer, type ObserverOptions } from './observer.ts';
import { createReporter } from './reporter.ts';

/** One vantage that an agent stands for. */
export interface VantagePost {
  setQuestions(list: QuestionList): void;
  /** Looks, reports and renews the Lease until the signal aborts. */
  run(): Promise<void>;
}

/** What it takes to stand there. */
export interface VantagePostOptions
  extends
    Pick<AgentOptions, 'kube' | 'vantage' | 'instance' | 'clock' | 'now' | 'reportEveryMs' | 'log'>,
    Pick<ObserverOptions, 'pacer' | 'look'> {
  /** Whom its clients ask; undefined while that is not known. */
  readonly readMachine: () => MachineConfig | undefined;
  readonly signal: AbortSignal;
}

const REPORT_EVERY_MS = 10_000;
const READ_MACHINE_EVERY_MS = 5_000;
const RENEW_EVERY_MS = 60_000;
const RETRY_MS = 5_000;

const DONE = 'done';

/** An agent makes the vantages of a node itself; all others are a person's. */
const MADE_FOR: readonly (readonly [prefix: string, audience: Audience])[] = [
  ['node-', 'Nodes'],
  ['pods-', 'Pods'],
];

/** Nothing is asked before `run`. */
export function createVantagePost(options: VantagePostOptions): VantagePost {
  const { kube, vantage, log, now, signal } = options;
  let questions: QuestionList | undefined;
  let observer: Observer | undefined;

  /** Again and again, sooner where it failed, until the signal aborts or it says that it is done. */
  const repeat = async (what: string, everyMs: number, work: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      let waitMs = everyMs;
      try {
        if ((await work()) === DONE) return;
      } catch (error) {
        waitMs = RETRY_MS;
        log.warn({ err: error, retryMs: waitMs }, `${what} failed`);
      }
      // Rejects once the signal aborts.
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const create = async (): Promise<void> => {
    const [, audience] = MADE_FOR.find(([prefix]) => vantage.startsWith(prefix)) ?? [];
    if (audience === undefined)
      throw new Error(`there is no SplitHorizonVantage ${vantage}: create it, with spec.agent`);
    await kube.createVantage(vantage, { audience, agent: {} }, signal).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    log.info('vantage created');
  };
  /** Looks for the vantage, and makes it where it may. */
  const open = async (found: (view: VantageView) => void): Promise<typeof DONE | undefined> => {
    const view = await kube.readVantage(vantage, signal);
    if (view === undefined) {
      await create();
      return open(found);
    }
    if (view.spec.agent === undefined)
      throw new Error(`SplitHorizonVantage ${vantage} has no spec.agent: no agent reports for it`);
    found(view);
    return DONE;
  };
  const observe = async ({ spec, status }: VantageView): Promise<void> => {
    const reporter = createReporter({
      last: status.report,
      everyMs: options.reportEveryMs ?? REPORT_EVERY_MS,
      report: () => observer?.report(),
      write: async (report) => {
        await kube.applyReport(vantage, report, signal).catch(async (error: unknown) => {
          if (!isNotFound(error)) throw error;
          await create();
          await kube.applyReport(vantage, report, signal);
        });
      },
    });
    const { clock, pacer, look } = options;
    const observing = createObserver({
      ...{ clock, pacer, look, now, signal },
      audience: spec.audience,
      before: status.report,
      changed: () => reporter.changed(),
      onError: (key, host, error) => log.warn({ nameserver: key, host, err: error }, 'could not ask'),
    });
    observer = observing;
    if (questions !== undefined) observing.setQuestions(questions);
    let known: { readonly machine: MachineConfig; readonly text: string } | undefined;
    const readMachine = async (): Promise<void> => {
      const machine = options.readMachine();
      if (machine === undefined || machine === known?.machine) return;
      const text = JSON.stringify(machine);
      const isNew = text !== known?.text;
      known = { machine, text };
      if (!isNew) return;
      log.info(
        { resolvers: machine.resolvers.map(({ address }) => address), unseen: machine.unseen },
        'whom clients here ask',
      );
      observing.setMachine(machine);
      return Promise.resolve();
    };
    await Promise.all([
      repeat('reading whom clients here ask', READ_MACHINE_EVERY_MS, readMachine),
      repeat('renewing the Lease', RENEW_EVERY_MS, () => kube.renewLease(vantage, options.instance, now(), signal)),
      repeat('reporting', reporter.stepMs, () => reporter.step(performance.now())),
    ]);
  };

  return {
    setQuestions(list) {
      questions = list;
      observer?.setQuestions(list);
    },
    async run() {
      let view: VantageView | undefined;
      await repeat('opening the vantage', RETRY_MS, () => open((found) => (view = found)));
      if (view !== undefined) await observe(view);
    },
  };
}
