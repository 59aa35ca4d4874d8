import type { Logger } from 'pino';
import type { Kube } from '../../kube/kube.ts';
import { PATHS } from '../../kube/paths.ts';
import type { World } from '../world.ts';
import type { AgentState } from './agents.ts';

/** Removes the vantages of agents whose node is no more: owner references do not reach from a Node to them. */
export interface GoneNodes {
  /** Follows the Nodes, if they may be read. */
  follow(): Promise<void>;
  /** Removes what is to be removed by now. Throws a KubeError where that fails. */
  sweep(): Promise<void>;
}

/** What it takes to know that. */
export interface GoneNodesOptions {
  readonly world: Pick<World, 'vantages'>;
  readonly kube: Pick<Kube, 'stream' | 'views' | 'deleteVantage' | 'deleteAgentLease'>;
  readonly state: (vantage: string) => AgentState | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const OF_A_NODE = /^(?:node|pods)-(.+)$/;

/** Nothing is known of any node yet. */
export function createGoneNodes({ world, kube, state, log, signal }: GoneNodesOptions): GoneNodes {
  const nodes = new Set<string>();
  /** Where Nodes cannot be read, that one is missing says nothing. */
  let isKnown = false;

  /** The node is gone, and nobody says that its agent lives. */
  const isGone = (vantage: string): boolean => {
    const node = OF_A_NODE.exec(vantage)?.[1];
    return node !== undefined && !nodes.has(node) && state(vantage) === 'Expired';
  };

  return {
    follow: () =>
      kube.stream({
        path: PATHS.nodes,
        toView: kube.views.name,
        handlers: {
          upsert: (_key, name) => void nodes.add(name),
          deleted: (name) => void nodes.delete(name),
          listed: () => (isKnown = true),
          unavailable: (error) => {
            isKnown = false;
            log.info({ reason: error.message }, 'Nodes cannot be read: vantages of nodes that are gone stay');
          },
          onProblem: (problem) => log.warn({ kind: 'nodes', problem }, 'watch'),
        },
        signal,
      }),
    async sweep() {
      if (!isKnown) return;
      for (const { name, uid, spec } of [...world.vantages.values()]) {
        if (spec.agent === undefined || !isGone(name)) continue;
        await kube.deleteVantage(name, uid, signal);
        await kube.deleteAgentLease(name, signal);
        log.info({ vantage: name }, 'vantage removed: its node is gone');
      }
    },
  };
}
