import { clusterOf, type Cluster } from './cluster.ts';
import { AT, resolvConf, type Landscape } from './landscape.ts';
import type { Place } from './observer/observe.ts';
import type { Right } from './observer/seen.ts';
import type { Audience } from './verdicts.ts';

/** What a stage is played on: the landscape, the people, and what is right at the moment. */
export interface Scene {
  readonly landscape: Landscape;
  readonly cluster: Cluster;
  /** The places that are observed from, and what may be asked there. */
  readonly places: readonly Place[];
  /** Gives the nodes other nameservers. */
  nodes(nameservers: readonly string[]): Promise<void>;
  /** Traefik gets another address. */
  moveBalancer(address: string): Promise<void>;
  /** The addresses that a host should have, for an audience. */
  right(host: string, audience: Audience): Right;
}

/** The scene as the incident found it; the operator is yet to be started. */
export const openScene = async (landscape: Landscape): Promise<Scene> => {
  const cluster = clusterOf(landscape);
  const { node1, pod, desk } = landscape;
  let balancer: Right = { now: [AT.balancer], before: [] };
  let nodeChain: readonly string[] = [];
  await desk.write('/etc/resolv.conf', resolvConf([AT.technitium]));
  return {
    landscape,
    cluster,
    get places() {
      return [
        { machine: node1, audience: 'Nodes', nameservers: nodeChain },
        { machine: pod, audience: 'Pods', nameservers: [AT.clusterDns] },
        { machine: desk, audience: 'LAN', nameservers: [AT.technitium] },
      ];
    },
    async nodes(nameservers) {
      nodeChain = nameservers;
      await node1.write('/etc/resolv.conf', resolvConf(nameservers));
      await cluster.vantage('node-node1', 'Nodes', nameservers);
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
