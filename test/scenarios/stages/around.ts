import type { ZoneStatus } from '../../../src/model/api.ts';
import { pathOf } from '../../support/objects.ts';
import { whole } from '../cluster.ts';
import { consoleOf } from '../household.ts';
import { AT, ZONE } from '../landscape.ts';
import type { Scene } from '../scene.ts';
import { until } from '../until.ts';
import { OVERRIDE, withPin, type Stage } from './stage.ts';

const INTERNAL = { '*': 'Internal Internal Internal' };

/** Cases around the incident, played after it: Technitium is up, nodes ask Unbound and then the public resolver. */
export const around = (): readonly Stage[] => [
  {
    id: 'accepted fallback',
    title: 'the public second nameserver is kept on purpose',
    change: ({ accept }) => accept([AT.public]),
    expect: INTERNAL,
    reasons: { '*': 'AcceptedFallback - -' },
  },
  {
    id: 'accepted fallback answers',
    title: 'Unbound is down, so that the accepted one is what nodes get',
    change: ({ landscape }) => landscape.firewall.stop(),
    expect: { '*': 'External Internal Internal' },
    reasons: { '*': 'Hairpin - -' },
  },
  {
    id: 'up again',
    title: 'Unbound is up, and the only nameserver of nodes; both caches serve stale answers',
    async change({ landscape, stand, accept }) {
      await accept([]);
      await landscape.firewall.configure({ forward: OVERRIDE, server: ['serve-expired: yes'] });
      await landscape.clusterDns.configure({ ...withPin(AT.technitium), cache: ['serve_stale'] });
      await stand({ machine: landscape.node1, audience: 'Nodes', nameservers: [AT.firewall] });
    },
    expect: INTERNAL,
  },
  {
    id: 'stale answers',
    title: 'Traefik moves back while both caches serve stale answers',
    change: ({ moveBalancer }) => moveBalancer(AT.balancer),
    hosts: ['photos', 'vault'],
    expect: INTERNAL,
    passes: { '*': 'Propagating Propagating -' },
    never: 'Stale',
  },
  {
    id: 'rebinding',
    title: "a home router's dnsmasq takes private addresses out of answers from elsewhere",
    async change({ landscape: { router, tv }, stand }) {
      await router.configure({ forward: { '': AT.firewall }, lines: ['stop-dns-rebind'] });
      await stand({ machine: tv, audience: 'LAN', nameservers: [AT.router] });
    },
    expect: { '*': 'Internal Internal NotFound' },
  },
  {
    id: 'router forwards',
    title: 'the dnsmasq lets the zone through',
    async change({ landscape: { router } }) {
      await router.configure({
        forward: { '': AT.firewall },
        lines: ['stop-dns-rebind', `rebind-domain-ok=${ZONE}`],
      });
    },
    expect: INTERNAL,
  },
  {
    id: 'new Ingress',
    title: 'an Ingress is created: record, object and verdicts come without anything else',
    change: ({ cluster }) => cluster.ingress('fresh'),
    hosts: ['fresh'],
    expect: INTERNAL,
  },
  {
    id: 'Ingress gone',
    title: 'the last Ingress of a host goes: so do record and object',
    async change({ landscape: { technitium, client }, cluster }) {
      await cluster.removeIngress('fresh');
      const object = `${pathOf({ kind: 'SplitHorizonHost', metadata: {} })}/${whole('fresh')}`;
      await until('its record is gone', () => !technitium.records(ZONE).some(({ name }) => name === whole('fresh')));
      await until('its object is gone', async () => (await client.get(object)).status === 404);
    },
    expect: INTERNAL,
  },
  {
    id: 'edited',
    title: "somebody edits a managed CNAME in Technitium's console: mended within 10 s",
    async change({ landscape: { technitium } }) {
      const isRight = (): boolean =>
        technitium.records(ZONE).some(({ name, value }) => name === whole('photos') && value === ZONE);
      // The console sends the comments along, and the marker with them.
      const { comments = '' } = technitium.records(ZONE).find(({ name }) => name === whole('photos')) ?? {};
      const edit = { domain: whole('photos'), type: 'CNAME', cname: 'elsewhere.invalid', ttl: '2', comments };
      await consoleOf(technitium)('update', edit);
      if (isRight()) throw new Error('the edit did not come to be');
      await until('the record is mended', isRight, 10_000);
    },
    expect: INTERNAL,
  },
  {
    id: 'blank',
    title: "the load balancer's status goes blank: the apex keeps its address, and the zone says so",
    async change(scene) {
      await scene.cluster.balance('traefik', []);
      await until('the zone says AddressKept', async () => {
        const { conditions = [] } = await zoneStatus(scene);
        return conditions.some(({ type, reason }) => type === 'TargetsPublished' && reason === 'AddressKept');
      });
    },
    expect: INTERNAL,
    check: ({ landscape: { technitium } }) =>
      technitium.records(ZONE).some(({ name, value }) => name === ZONE && value === AT.balancer)
        ? []
        : ['the apex lost its address'],
  },
];

const zoneStatus = async ({ landscape }: Scene): Promise<Partial<ZoneStatus>> =>
  (await landscape.client.get(`${pathOf({ kind: 'SplitHorizonZone', metadata: {} })}/${ZONE}`)).body.status ?? {};
