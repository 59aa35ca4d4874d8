import type { Session } from './auth.ts';
import type { Server } from './call.ts';
import { ApiError } from './errors.ts';
import { timeText } from './record.ts';
import { refresh } from './secondary.ts';
import type { Zone } from './zone.ts';

/** One server of a cluster, as the others know it. */
export interface ClusterNode {
  /** Its own name, `dns1.cl.test`. */
  readonly name: string;
  readonly server: Server;
  readonly url: string;
  /** Where its DNS is, `127.0.0.1:5301`. */
  readonly dns: string;
  readonly isUp: boolean;
}

/** Which cluster a server is in, if it is in one. */
export interface Membership {
  cluster: Cluster | undefined;
}

/** The servers that form one cluster: its zones are written on the primary and copied by the others (TECHNITIUM 14.0 on). */
export class Cluster {
  readonly domain: string;
  #primary: ClusterNode;
  #secondaries: readonly ClusterNode[] = [];

  constructor(domain: string, primary: ClusterNode) {
    this.domain = domain;
    this.#primary = primary;
    primary.server.membership.cluster = this;
  }

  /** The catalog zone whose members every node has. */
  get catalog(): string {
    return `cluster-catalog.${this.domain}`;
  }

  get nodes(): readonly ClusterNode[] {
    return [this.#primary, ...this.#secondaries];
  }

  /** Where the copies of a zone are that the primary must tell of a change. */
  copiesOf(zone: Zone): readonly string[] {
    return zone.state.catalog === this.catalog ? this.#secondaries.map(({ dns }) => dns) : [];
  }

  join(node: ClusterNode): void {
    node.server.membership.cluster = this;
    this.#secondaries = [...this.#secondaries, node];
    for (const zone of this.#members(this.#primary)) this.#copy(zone, node);
  }

  /** A zone of the primary became a member of the catalog: every other node gets a copy. */
  replicate(zone: Zone): void {
    zone.change({ catalog: this.catalog, mayTransfer: true });
    for (const node of this.#secondaries) this.#copy(zone, node);
  }

  /**
   * A node becomes the primary. The old one leaves if it can be reached, and keeps its copies as Primary zones of no
   * catalog; if not, it knows nothing of it.
   */
  promote(name: string): void {
    const [old, node] = [this.#primary, this.find(name)];
    this.#secondaries = this.#secondaries.filter((one) => one !== node);
    this.#primary = node;
    node.server.auth.adoptTokens(old.server.auth);
    for (const zone of this.#members(node)) zone.change({ type: 'Primary', primaries: [] });
    for (const other of this.#secondaries) {
      for (const zone of this.#members(other)) zone.change({ primaries: [node.dns] });
    }
    if (!old.isUp) {
      new Cluster(this.domain, old);
      return;
    }
    for (const zone of this.#members(old)) zone.change({ catalog: null });
    old.server.membership.cluster = undefined;
  }

  /** @throws ApiError in the server's words where there is no such node */
  find(name: string): ClusterNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined) throw new ApiError(`No such node exists in the Cluster by name: ${name}`);
    return node;
  }

  /** The session of an API token, which all nodes know, whichever made it. */
  session(token: string): Session | undefined {
    const sessions = this.nodes.map(({ server }) => server.auth.session(token));
    return sessions.find((session) => session?.tokenName !== undefined);
  }

  /** The nodes as one of them shows them; the port of DNS, which real servers leave out, where it is not 53. */
  shown(self: Server): Record<string, unknown>[] {
    return this.nodes.map((node, index) => {
      const isSelf = node.server.membership === self.membership;
      return {
        id: 846_791_571 + index,
        name: node.name,
        url: `${node.url}/`,
        ipAddresses: [node.dns.replace(/:53$/, '')],
        type: node === this.#primary ? 'Primary' : 'Secondary',
        state: isSelf ? 'Self' : node.isUp ? 'Connected' : 'Unreachable',
        ...(isSelf ? { upSince: timeText(node.server.startedAt) } : { lastSeen: timeText(self.now()) }),
      };
    });
  }

  #members({ server }: ClusterNode): Zone[] {
    return server.store.list().filter(({ state }) => state.catalog === this.catalog && state.type !== 'Catalog');
  }

  #copy({ name }: Zone, { server }: ClusterNode): void {
    const copy = server.store.create(name, 'Secondary');
    copy.change({ catalog: this.catalog, primaries: [this.#primary.dns], mayTransfer: true });
    void refresh(copy);
  }
}
