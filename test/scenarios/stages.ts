import { furnish, whole } from './cluster.ts';
import { AT, ZONE } from './landscape.ts';
import type { CoreDnsConfig } from './resolvers/coredns.ts';
import type { Scene } from './scene.ts';

/** A landscape of resolvers, and the verdicts that must come of it. */
export interface Stage {
  readonly id: string;
  readonly title: string;
  /** Makes the landscape of the one before. */
  readonly change: (scene: Scene) => Promise<void>;
  /** Host -> verdicts of Nodes, Pods and LAN; `*` for hosts that are not named, `A|B` where either may be. */
  readonly expect: Readonly<Record<string, string>>;
  /** The same for verdicts that must have been stored on the way, `-` for none. */
  readonly passes?: Readonly<Record<string, string>>;
  /** What else must be so at the end. @returns what is not */
  readonly check?: (scene: Scene) => readonly string[] | Promise<readonly string[]>;
}

/** The hosts that each stage is judged by. */
export const HOSTS = ['git', 'photos', 'vault', 'turn'] as const;

const withPin = (forward: string): CoreDnsConfig => ({
  zone: ZONE,
  pins: { [whole('git')]: AT.balancerInCluster },
  forward,
  outside: AT.public,
});
const OUTSIDE = { '.': AT.public };
const OVERRIDE = { ...OUTSIDE, [ZONE]: AT.technitium };

/** Stages of the incident, each on the one before. */
export const stages = (): readonly Stage[] => {
  let serial = 0;
  return [
    {
      id: '0',
      title: 'before: nodes ask Unbound, which knows nothing of the zone; CoreDNS rewrites git only',
      async change({ landscape, cluster, nodes }) {
        const { firewall, clusterDns, technitium } = landscape;
        await firewall.configure({ forward: OUTSIDE });
        await clusterDns.configure(withPin(AT.public));
        technitium.createZone(ZONE);
        await furnish(cluster, landscape);
        await nodes([AT.firewall, AT.public]);
        await cluster.vantage('lan-desk', 'LAN', [AT.technitium]);
        cluster.startOperator();
      },
      expect: { git: 'External Internal Internal', '*': 'External External Internal' },
    },
    {
      id: '3',
      title: 'override: Unbound forwards the zone to Technitium; pods as before',
      change: ({ landscape }) => landscape.firewall.configure({ forward: OVERRIDE }),
      expect: { git: 'Mixed Internal Internal', '*': 'Mixed External Internal' },
    },
    {
      id: '4',
      title: 'evening: the CoreDNS block forwards to Technitium too',
      change: ({ landscape }) => landscape.clusterDns.configure(withPin(AT.technitium)),
      expect: { '*': 'Mixed Internal Internal' },
    },
    {
      id: '4b',
      title: 'the public second nameserver is taken away',
      change: ({ nodes }) => nodes([AT.firewall]),
      expect: { '*': 'Internal Internal Internal' },
    },
    {
      id: '5',
      title: 'renumber: Traefik moves',
      change: ({ moveBalancer }) => moveBalancer(AT.movedBalancer),
      expect: { '*': 'Internal Internal Internal' },
      passes: { photos: 'Propagating Propagating -' },
    },
    {
      id: '6',
      title: 'outage: Technitium is down',
      async change({ landscape: { technitium } }) {
        serial = technitium.serial(ZONE);
        technitium.silenceDns();
        await technitium.refuse();
      },
      expect: { git: 'Failed|Timeout Internal Failed|Timeout', '*': 'Failed|Timeout Failed|Timeout Failed|Timeout' },
    },
    {
      id: '7',
      title: 'back: Technitium is up again',
      change: ({ landscape }) => landscape.technitium.heal(),
      expect: { '*': 'Internal Internal Internal' },
      check: ({ landscape: { technitium } }) =>
        technitium.serial(ZONE) === serial ? [] : ['a record was written again'],
    },
    {
      id: '4 again',
      title: 'the public second nameserver is put back',
      change: ({ nodes }) => nodes([AT.firewall, AT.public]),
      expect: { '*': 'Mixed Internal Internal' },
    },
    {
      id: '6b',
      title: 'outage with the public second nameserver still there',
      async change({ landscape: { technitium } }) {
        technitium.silenceDns();
        await technitium.refuse();
      },
      expect: { git: 'External Internal Failed|Timeout', '*': 'External Failed|Timeout Failed|Timeout' },
    },
    {
      id: '7b',
      title: 'Technitium is up again',
      change: ({ landscape }) => landscape.technitium.heal(),
      expect: { '*': 'Mixed Internal Internal' },
    },
  ];
};
