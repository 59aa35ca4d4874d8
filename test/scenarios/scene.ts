import type { GuardedProcess } from '../real/guarded-process.ts';
import { clusterOf, type Cluster } from './cluster.ts';
import { AT, resolvConf, type Landscape } from './landscape.ts';
import type { Machine } from './net/machine.ts';
import type { Place } from './observer/observe.ts';
import type { Right } from './observer/seen.ts';
import type { Audience } from './verdicts.ts';

/** What a stage is played on: the landscape, the people, and what is right at the moment. */
export interface Scene {
  readonly landscape: Landscape;
  readonly cluster: Cluster;
  /** The places that are observed from. */
  readonly places: readonly Place[];
  /** Has a machine ask these nameservers in this order, and an agent report from there. */
  stand(at: Standing): Promise<void>;
  /** The agent of a machine goes with its vantage, and the observer too. */
  leave(machine: Machine): Promise<void>;
  /** The nameservers that answer publicly and are kept on purpose. */
  accept(nameservers: readonly string[]): Promise<void>;
  /** Traefik gets another address. */
  moveBalancer(address: string): Promise<void>;
  /** The addresses that a host should have, for an audience. */
  right(host: string, audience: Audience): Right;
}

export interface Standing {
  readonly machine: Machine;
  readonly audience: Audience;
  /** Those that look-ups there may come to. */
  readonly nameservers: readonly string[];
  /** Whether systemd-resolved writes its resolv.conf. @default false */
  readonly resolved?: boolean;
}

/** The scene as the incident found it; the operator is yet to be started. */
export const openScene = (landscape: Landscape): Scene => {
  const cluster = clusterOf(landscape);
  const pod: Place = { machine: landscape.pod, audience: 'Pods', nameservers: [AT.clusterDns], accepted: [] };
  const agents = new Map<Machine, GuardedProcess>();
  const places = new Map<Machine, Place>([[landscape.pod, pod]]);
  let balancer: Right = { now: [AT.balancer], before: [] };
  let accepted: readonly string[] = [];
  return {
    landscape,
    cluster,
    get places() {
      return [...places.values()].map((place) => ({ ...place, accepted }));
    },
    async stand({ machine, audience, nameservers, resolved = false }) {
      places.set(machine, { machine, audience, nameservers, accepted });
      if (!resolved) await machine.write('/etc/resolv.conf', resolvConf(nameservers));
      if (!agents.has(machine)) agents.set(machine, await cluster.startAgent(machine, audience));
    },
    async leave(machine) {
      const place = places.get(machine);
      if (place === undefined) return;
      places.delete(machine);
      await agents.get(machine)?.stop();
      agents.delete(machine);
      await cluster.removeVantage(machine, place.audience);
    },
    async accept(nameservers) {
      accepted = nameservers;
      const acceptedFallbacks = nameservers.map((address) => ({ address, reason: 'kept on purpose' }));
      await cluster.patchZone({ acceptedFallbacks });
    },
    async moveBalancer(address) {
      balancer = { now: [address], before: [...balancer.before, ...balancer.now] };
      await cluster.balance('traefik', [{ ip: address }]);
    },
    right: (host, audience) => {
      if (host === 'turn') return { now: [AT.turn], before: [] };
      return audience === 'LAN' ? balancer : { ...balancer, now: [...balancer.now, AT.balancerInCluster] };
    },
  };
};
