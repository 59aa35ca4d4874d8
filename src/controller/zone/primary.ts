import type { NodeFacts } from '../../plan/zone/server-list.ts';
import type { Session, TechnitiumClient } from '../../technitium/client.ts';
import { TechnitiumError } from '../../technitium/errors.ts';
import type { ZoneState } from '../../technitium/zone.ts';

/** The server that a zone is written on: the one at the zone's URL, or the primary of the cluster that this is a node of. */
export interface Primary {
  /** The catalog zone of the cluster that the zone is a member of, or was when it was last read; undefined for none. */
  readonly cluster: string | undefined;
  /** The nodes of that cluster, by their names. */
  readonly nodes: readonly NodeFacts[];
  /** Tells one running server from another; undefined before it was reached. */
  readonly identity: string | undefined;
  /**
   * Finds it anew.
   *
   * @throws TechnitiumError why it cannot be had; TwoPrimaries where the zone left its cluster, of this call and of every
   *   reading by the client
   */
  connect(signal: AbortSignal): Promise<TechnitiumClient>;
  /** Whether it still is the one: the same, started again since the last look, or another node by now. */
  look(client: TechnitiumClient, signal: AbortSignal): Promise<'Same' | 'Restarted' | 'Moved'>;
}

/** What finding the primary needs. */
export interface PrimaryOptions {
  readonly zone: string;
  readonly connect: (signal: AbortSignal) => Promise<TechnitiumClient>;
  /** The cluster that status remembers. */
  readonly remembered: string | undefined;
  /** The cluster, or who is in it, is another. */
  readonly changed: () => void;
}

/** Nothing is asked before `connect`. */
export function createPrimary({ zone, connect, remembered, changed }: PrimaryOptions): Primary {
  let cluster = remembered;
  let nodes: readonly NodeFacts[] = [];
  let identity: string | undefined;
  let name: string | undefined;

  const setNodes = (session: Session): void => {
    const next = session.clusterNodes.map(nodeFacts).sort(byName);
    // A server that left its cluster knows nobody any more, but they are still there.
    if (next.length === 0 || JSON.stringify(next) === JSON.stringify(nodes)) return;
    nodes = next;
    changed();
  };
  /** After a promotion the old primary keeps its copy as a zone of its own, which takes writes that nobody sees. */
  const check = <State extends ZoneState>(state: State): State => {
    if (state.cluster === undefined && cluster !== undefined) {
      const message = `zone ${zone} was a member of ${cluster}, and on the server that is asked it is one no more`;
      throw new TechnitiumError('TwoPrimaries', message);
    }
    if (state.cluster !== cluster) {
      cluster = state.cluster;
      changed();
    }
    return state;
  };
  const checked = (client: TechnitiumClient): TechnitiumClient => ({
    ...client,
    readZone: async (...given) => check(await client.readZone(...given)),
    readName: async (...given) => check(await client.readName(...given)),
    readSerial: async (...given) => check(await client.readSerial(...given)),
  });
  const follow = async (base: TechnitiumClient, session: Session, signal: AbortSignal): Promise<TechnitiumClient> => {
    const other = session.clusterNodes.find(({ type, state }) => type === 'Primary' && state !== 'Self');
    if (other === undefined) return base;
    try {
      // A node may hold a zone of its own beside the cluster's.
      await base.readSerial(zone, signal);
      return base;
    } catch (error) {
      if (!(error instanceof TechnitiumError) || error.reason !== 'ZoneNotWritable') throw error;
      return base.onNode(other.name);
    }
  };

  return {
    get cluster() {
      return cluster;
    },
    get nodes() {
      return cluster === undefined ? [] : nodes;
    },
    get identity() {
      return identity;
    },
    async connect(signal) {
      const base = await connect(signal);
      const session = await base.session(signal);
      name = primaryName(session);
      setNodes(session);
      const client = await follow(base, session, signal);
      identity = identityOf(client === base ? session : await client.session(signal));
      return checked(client);
    },
    async look(client, signal) {
      const session = await client.session(signal);
      if (primaryName(session) !== name) return 'Moved';
      setNodes(session);
      const before = identity;
      identity = identityOf(session);
      return before === identity ? 'Same' : 'Restarted';
    },
  };
}

/** Two servers may call themselves the same, but do not start at the same moment. */
export function identityOf({ dnsServerDomain, uptimestamp }: Session): string {
  return `${dnsServerDomain} ${uptimestamp}`;
}

function primaryName({ clusterNodes }: Session): string | undefined {
  return clusterNodes.find(({ type }) => type === 'Primary')?.name;
}

function nodeFacts({ name, ipAddresses, type }: Session['clusterNodes'][number]): NodeFacts {
  return { name, addresses: ipAddresses, isPrimary: type === 'Primary' };
}

function byName(a: NodeFacts, b: NodeFacts): number {
  return a.name < b.name ? -1 : 1;
}
