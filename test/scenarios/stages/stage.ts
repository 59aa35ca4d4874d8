import { whole } from '../cluster.ts';
import { AT, ZONE } from '../landscape.ts';
import type { CoreDnsConfig } from '../resolvers/coredns.ts';
import type { Scene } from '../scene.ts';

/** A landscape of resolvers, and the verdicts that must come of it. */
export interface Stage {
  readonly id: string;
  readonly title: string;
  /** Makes the landscape of the one before. */
  readonly change: (scene: Scene) => Promise<void>;
  /** The hosts that it is judged by. @default HOSTS */
  readonly hosts?: readonly string[];
  /** Host -> verdicts of Nodes, Pods and LAN; `*` for hosts that are not named, `A|B` where either may be. */
  readonly expect: Readonly<Record<string, string>>;
  /** The same for verdicts that must have been stored on the way, `-` for none. */
  readonly passes?: Readonly<Record<string, string>>;
  /** A verdict that none of its hosts may ever have on the way. */
  readonly never?: string;
  /** Reasons of the conditions of Nodes, Pods and LAN, by host as above; `-` for any. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** What else must be so at the end. @returns what is not */
  readonly check?: (scene: Scene) => readonly string[] | Promise<readonly string[]>;
}

const HOSTS: readonly string[] = ['git', 'photos', 'vault', 'turn'];

export const hostsOf = ({ hosts = HOSTS }: Stage): readonly string[] => hosts;

/** A CoreDNS whose block for the zone answers git by the ClusterIP, and forwards the rest of the zone. */
export const withPin = (forward: string): CoreDnsConfig => ({
  zone: ZONE,
  pins: { [whole('git')]: AT.balancerInCluster },
  forward,
  outside: AT.public,
});

/** Everything is asked of the public resolver. */
export const OUTSIDE = { '.': AT.public };
/** Likewise, but for the zone. */
export const OVERRIDE = { ...OUTSIDE, [ZONE]: AT.technitium };
