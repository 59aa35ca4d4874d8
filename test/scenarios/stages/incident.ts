import { furnish, whole } from '../cluster.ts';
import { adopted, APPS, consoleOf, fillZone, handMade, watchForGaps } from '../household.ts';
import { AT, ZONE, type Landscape } from '../landscape.ts';
import { mistranslated } from '../translation.ts';
import { OUTSIDE, OVERRIDE, withPin, type Stage } from './stage.ts';

/** What nodes ask, by DHCP. */
const CHAIN = [AT.firewall, AT.public];
const ROUTED = [`DNS=${AT.technitium}`, `Domains=~${ZONE}`];
const PUBLIC = [`DNS=${AT.public} ${AT.otherPublic}`];

const unwritten = ({ technitium }: Landscape, serial: number): readonly string[] =>
  technitium.serial(ZONE) === serial ? [] : ['a record was written'];

/** Stages of the incident, each on the one before. */
export const incident = (): readonly Stage[] => {
  let serial = 0;
  let byHand = '';
  let gaps: () => Promise<readonly string[]> = () => Promise.resolve([]);
  return [
    {
      id: 'translated',
      title:
        'long before: the zone has the public address, translated for 192.168.1.0/24; the operator only looks (DryRun)',
      async change({ landscape, cluster, stand }) {
        const { firewall, clusterDns, technitium, node1, desk } = landscape;
        await firewall.configure({ forward: OUTSIDE });
        await clusterDns.configure(withPin(AT.public));
        technitium.createZone(ZONE);
        const post = consoleOf(technitium);
        await post('add', { domain: ZONE, type: 'A', ipAddress: AT.wan, ttl: '2' });
        for (const host of ['git', 'photos', 'vault'])
          await post('add', { domain: whole(host), type: 'CNAME', cname: ZONE, ttl: '2' });
        serial = technitium.serial(ZONE);
        await furnish(cluster, landscape, 'DryRun');
        await stand({ machine: node1, audience: 'Nodes', nameservers: CHAIN });
        await stand({ machine: desk, audience: 'LAN', nameservers: [AT.technitium] });
        await cluster.startOperator();
      },
      hosts: ['git', 'photos', 'vault'],
      expect: { git: 'External Internal Internal', '*': 'External External Internal' },
      check: async ({ landscape }) => [...unwritten(landscape, serial), ...(await mistranslated(landscape))],
    },
    {
      id: '0',
      title:
        'before: nodes ask Unbound, which knows nothing of the zone; CoreDNS rewrites git only. A cron job filled the zone',
      async change({ landscape: { technitium }, cluster }) {
        await fillZone(consoleOf(technitium));
        byHand = handMade(technitium);
        gaps = watchForGaps(APPS[0] ?? '');
        for (const app of APPS) await cluster.ingress(app);
        await cluster.patchZone({ policy: 'Sync' });
      },
      hosts: ['git', 'photos', 'vault', 'turn', 'app-07'],
      expect: { git: 'External Internal Internal', '*': 'External External Internal' },
      check: async ({ landscape: { technitium } }) => [
        ...(await gaps()),
        ...adopted(technitium),
        ...(handMade(technitium) === byHand ? [] : ['records made by hand changed']),
      ],
    },
    {
      id: '0 again',
      title: 'the operator is started anew, and writes nothing',
      async change({ landscape: { technitium }, cluster }) {
        serial = technitium.serial(ZONE);
        await cluster.startOperator();
      },
      expect: { git: 'External Internal Internal', '*': 'External External Internal' },
      check: ({ landscape }) => unwritten(landscape, serial),
    },
    {
      id: '1',
      title: 'pins: the hosts file of nodes has git',
      change: ({ landscape }) =>
        landscape.node1.write('/etc/hosts', `127.0.0.1 localhost\n${AT.balancer} ${whole('git')}\n`),
      expect: { git: 'Pinned Internal Internal', '*': 'External External Internal' },
    },
    {
      id: '2',
      title: 'routing domain: a drop-in of systemd-resolved sends the zone to Technitium; no pins',
      async change({ landscape: { node1, node2, resolved }, stand, leave }) {
        await node1.write('/etc/hosts', '127.0.0.1 localhost\n');
        await leave(node1);
        await resolved.configure({ link: CHAIN, dropIns: { '50-zone.conf': ROUTED } });
        await stand({ machine: node2, audience: 'Nodes', nameservers: [AT.technitium], resolved: true });
      },
      expect: { git: 'Internal Internal Internal', '*': 'Internal External Internal' },
    },
    {
      id: '2 node5',
      title: 'two public servers in a file that sorts before the drop-in',
      async change({ landscape: { node2, resolved }, stand }) {
        await resolved.configure({ link: CHAIN, dropIns: { '10-public.conf': PUBLIC, '50-zone.conf': ROUTED } });
        await stand({ machine: node2, audience: 'Nodes', nameservers: [AT.public, AT.technitium], resolved: true });
      },
      expect: { git: 'External Internal Internal', '*': 'External External Internal' },
    },
    {
      id: '2 node6',
      title: 'the same in a file that sorts after the drop-in',
      change: ({ landscape: { resolved } }) =>
        resolved.configure({ link: CHAIN, dropIns: { '50-zone.conf': ROUTED, '90-public.conf': PUBLIC } }),
      expect: { git: 'Mixed Internal Internal', '*': 'Mixed External Internal' },
    },
    {
      id: '3',
      title: 'override: Unbound forwards the zone to Technitium; pods as before',
      async change({ landscape: { firewall, node1, node2 }, stand, leave }) {
        await firewall.configure({ forward: OVERRIDE });
        await leave(node2);
        await stand({ machine: node1, audience: 'Nodes', nameservers: CHAIN });
      },
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
      change: ({ landscape, stand }) =>
        stand({ machine: landscape.node1, audience: 'Nodes', nameservers: [AT.firewall] }),
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
      check: ({ landscape }) => unwritten(landscape, serial),
    },
    {
      id: '4 again',
      title: 'the public second nameserver is put back, on a node with systemd-resolved too',
      async change({ landscape: { node1, node2, resolved }, stand }) {
        await stand({ machine: node1, audience: 'Nodes', nameservers: CHAIN });
        await resolved.configure({ link: CHAIN });
        await stand({ machine: node2, audience: 'Nodes', nameservers: CHAIN, resolved: true });
      },
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
      title: 'Technitium is up again; systemd-resolved stays with the second nameserver',
      change: ({ landscape }) => landscape.technitium.heal(),
      expect: { '*': 'External Internal Internal' },
    },
    {
      id: '7c',
      title: 'that node is gone',
      change: ({ landscape, leave }) => leave(landscape.node2),
      expect: { '*': 'Mixed Internal Internal' },
    },
  ];
};
