import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runAgent, type AgentOptions } from '../../src/agent/agent.ts';
import { hostFiles } from '../../src/agent/machine/host-files.ts';
import { readMachine } from '../../src/agent/machine/read-machine.ts';
import { createLog } from '../../src/cli/log.ts';
import { connectAgent } from '../../src/kube/agent-objects.ts';
import { ask } from '../../src/probe/ask.ts';
import { monotonicClock } from '../../src/probe/clock.ts';
import { kubeconfigText, type ApiAccess } from './kubeconfig.ts';

/** A machine with an agent on it. */
export interface AgentMachine {
  /** Writes a file of the machine, such as `/etc/resolv.conf`. */
  write(path: string, text: string): Promise<void>;
  /** Starts the agent; gives what ends it, as by SIGTERM. */
  start(settings?: AgentSettings): Promise<() => Promise<void>>;
  /** What agents logged so far, as JSON lines. */
  readonly log: readonly string[];
  /** Ends the agents and removes the files. */
  remove(): Promise<void>;
}

/** What of an agent's settings a test may want otherwise. */
export type AgentSettings = Partial<Pick<AgentOptions, 'clusterDns' | 'queriesPerSecond' | 'reportEveryMs' | 'now'>>;

/** A folder that stands for the root of a machine, and agents that report from it for a vantage. */
export const createMachine = async (access: ApiAccess, vantage: string): Promise<AgentMachine> => {
  const root = await mkdtemp(join(tmpdir(), 'splithorizon-machine-'));
  const kubeconfig = join(root, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText(access), { mode: 0o600 });
  const log: string[] = [];
  const running = new Set<() => Promise<void>>();
  return {
    log,
    async write(path, text) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    async start(settings = {}) {
      const stopping = new AbortController();
      const files = hostFiles(root);
      const done = runAgent(
        {
          kube: connectAgent({ kubeconfig, version: 'test', now: () => performance.now(), random: Math.random }),
          vantage,
          instance: 'test',
          readMachine: () => readMachine(files),
          clusterDns: [],
          ask,
          clock: monotonicClock,
          now: Date.now,
          random: Math.random,
          queriesPerSecond: 200,
          reportEveryMs: 500,
          log: createLog('debug', { write: (line: string) => void log.push(line) }),
          ...settings,
        },
        stopping.signal,
      );
      const stop = async (): Promise<void> => {
        running.delete(stop);
        stopping.abort();
        await done;
      };
      running.add(stop);
      return Promise.resolve(stop);
    },
    async remove() {
      await Promise.all([...running].map((stop) => stop()));
      await rm(root, { recursive: true, force: true });
    },
  };
};
