import { describe, expect, test } from 'vitest';
import { explainHost } from '../../../../src/plan/explain/explain.ts';
import type { ExplainFacts } from '../../../../src/plan/explain/facts.ts';
import type { Fix } from '../../../../src/plan/explain/page.ts';
import { BALANCER, factsOn, failingStatus, hostView, PRIMARY, VANTAGES, vantage, WAN, zoneView } from './facts.ts';

interface Failing {
  readonly audience: string;
  readonly nameserver: string;
  readonly verdict: string;
  readonly answers: string[];
  readonly expected?: string[];
  readonly message?: string;
  /** The audience's. @default that of the nameserver */
  readonly overall?: string;
}

const statusOf = ({
  audience,
  nameserver,
  verdict,
  answers,
  expected = [BALANCER],
  message = '',
  overall,
}: Failing) => {
  const at = VANTAGES.find(({ view }) => view.spec.audience === audience)?.view.name ?? '';
  const failing = [{ vantage: at, nameserver, verdict, answers, expected }];
  return failingStatus(audience, overall ?? verdict, failing, { message });
};
const fixesFor = (failing: Failing, facts: Partial<ExplainFacts> = {}): readonly Fix[] =>
  explainHost(factsOn(hostView('git.example.com', statusOf(failing)), facts)).fixes;
const inShort = ({ what, snippets }: Fix): [string, string] => [what, snippets.map((each) => each.for).join(' ')];

const firewall = { audience: 'LAN', nameserver: '192.168.1.2' };
const clusterDns = { audience: 'Pods', nameserver: '10.96.0.10' };
const onNodes = { audience: 'Nodes', nameserver: '10.0.20.1' };
const outside = { audience: 'Nodes', nameserver: '198.51.100.14' };

describe('what to change', () => {
  test.each<{ name: string; failing: Failing; want: [string | RegExp, string] }>([
    {
      name: 'a resolver of the LAN asks elsewhere',
      failing: { ...firewall, verdict: 'External', answers: [WAN] },
      want: [
        '192.168.1.2 answers 203.0.113.10: it does not ask the servers of example.com. Have it forward example.com to 10.0.20.201, or remove what overrides the name.',
        'Unbound dnsmasq',
      ],
    },
    {
      name: 'nodes can ask by themselves, too',
      failing: { ...onNodes, verdict: 'External', answers: [WAN] },
      want: [/^10\.0\.20\.1 answers 203/, 'Unbound dnsmasq systemd-resolved'],
    },
    {
      name: 'pods ask CoreDNS',
      failing: { ...clusterDns, verdict: 'NotFound', answers: ['NXDOMAIN'] },
      want: [/^10\.96\.0\.10 answers NXDOMAIN: it does not ask/, 'CoreDNS'],
    },
    {
      name: 'the stub of systemd-resolved is known by its address',
      failing: { audience: 'LAN', nameserver: '127.0.0.53', verdict: 'External', answers: [WAN] },
      want: [/^127\.0\.0\.53 answers 203/, 'systemd-resolved'],
    },
    {
      name: 'a public resolver behind the right one may be accepted',
      failing: { ...outside, verdict: 'External', answers: [WAN], overall: 'Mixed' },
      want: [
        '198.51.100.14 answers 203.0.113.10 and is not of this network, so it cannot know the internal example.com. Take it out of the nameservers of node-a, or accept it as a fallback.',
        'systemd-resolved kubectl',
      ],
    },
    {
      name: 'one that answers before all others may not',
      failing: { ...outside, verdict: 'External', answers: [WAN] },
      want: [/Take it out of the nameservers of node-a\.$/, 'systemd-resolved'],
    },
    {
      name: 'AAAA is denied',
      failing: { ...firewall, verdict: 'NotFound', answers: [BALANCER, 'AAAA NXDOMAIN'] },
      want: [/denies AAAA beside a right A/, 'Unbound dnsmasq'],
    },
    {
      name: 'a filter blocks',
      failing: { ...firewall, verdict: 'NotFound', answers: ['0.0.0.0'] },
      want: ['192.168.1.2 blocks the name by a filter. Allow example.com there.', ''],
    },
    {
      name: 'rebinding protection leaves the address out',
      failing: { ...firewall, verdict: 'NotFound', answers: ['NODATA'] },
      want: [/rebinding protection/, 'Unbound dnsmasq'],
    },
    {
      name: 'a public address that is missing is no matter of rebinding',
      failing: { ...firewall, verdict: 'NotFound', answers: ['NODATA'], expected: ['192.0.2.44'] },
      want: [/^192\.168\.1\.2 answers NODATA: it does not ask/, 'Unbound dnsmasq'],
    },
    {
      name: 'nobody was asked',
      failing: { ...firewall, verdict: 'NotFound', answers: [] },
      want: ['No server of example.com holds the name, so 192.168.1.2 is not asked. Look at the record.', ''],
    },
    {
      name: 'an earlier address stays in a cache',
      failing: { ...firewall, verdict: 'Stale', answers: ['10.0.20.202'] },
      want: [/still gives an earlier address/, 'Unbound dnsmasq'],
    },
    {
      name: 'who asks is refused',
      failing: { ...firewall, verdict: 'Failed', answers: ['REFUSED'] },
      want: ['192.168.1.2 refuses who asks. Let 10.0.20.55 and its clients ask it.', 'Unbound'],
    },
    {
      name: 'validation fails',
      failing: {
        ...firewall,
        verdict: 'Failed',
        answers: ['SERVFAIL'],
        message: 'lan-a: DNSSEC validation fails there.',
      },
      want: [/the public example\.com is signed/, 'Unbound'],
    },
    {
      name: 'the servers are out of reach',
      failing: { ...firewall, verdict: 'Failed', answers: ['SERVFAIL'] },
      want: [/dig @10\.0\.20\.201 example\.com SOA$/, ''],
    },
    {
      name: 'nothing comes',
      failing: { ...firewall, verdict: 'Timeout', answers: ['timeout'] },
      want: ['192.168.1.2 does not answer: it is down, or a firewall drops the packets.', ''],
    },
    {
      name: 'one that keeps changing',
      failing: { ...firewall, verdict: 'Mixed', answers: [WAN] },
      want: [/keeps changing between right and wrong/, 'Unbound dnsmasq'],
    },
    {
      name: 'a server of the zone answers otherwise',
      failing: { audience: 'LAN', nameserver: PRIMARY.key, verdict: 'External', answers: [WAN] },
      want: [/^10\.0\.20\.201 is a server of the zone and answers 203\.0\.113\.10: look there/, ''],
    },
    {
      name: 'a word of a later version',
      failing: { ...firewall, verdict: 'Bewitched', answers: ['192.0.2.1'] },
      want: ['192.168.1.2 answers 192.0.2.1.', ''],
    },
  ])('$name', ({ failing, want: [what, snippets] }) => {
    const fixes = fixesFor(failing);
    expect(fixes.map(inShort)).toEqual([[typeof what === 'string' ? what : expect.stringMatching(what), snippets]]);
    expect(fixes[0]?.about).toBe(failing.nameserver);
  });

  test('accepting a fallback keeps those that are accepted already', () => {
    const [fix] = fixesFor(
      { ...outside, verdict: 'External', answers: [WAN], overall: 'Mixed' },
      { zone: { view: zoneView({ acceptedFallbacks: [{ address: '9.9.9.9', reason: 'known' }] }), targets: [] } },
    );
    expect(fix?.snippets.at(-1)?.text).toBe(
      `kubectl patch shz example.com --type=merge -p '{"spec":{"acceptedFallbacks":[{"address":"9.9.9.9","reason":"known"},{"address":"198.51.100.14","reason":"WHY_IT_IS_KEPT"}]}}'`,
    );
  });

  test('what is outside of the cluster is not sent to an address inside', () => {
    const inside = { name: 'inside', key: '10.96.0.53', address: '10.96.0.53', port: 53 };
    const about = { clusterIPs: new Set(['10.96.0.53']), servers: [inside, PRIMARY] };
    const lan = { ...firewall, verdict: 'External', answers: [WAN] };
    const pods = { ...clusterDns, verdict: 'External', answers: [WAN] };
    expect(fixesFor(lan, about)[0]?.snippets[0]?.text).toContain('forward-addr: 10.0.20.201');
    expect(fixesFor(pods, about)[0]?.snippets[0]?.text).toContain('forward . 10.96.0.53');
    const [fix] = fixesFor(lan, { ...about, servers: [inside] });
    expect(fix?.what).toContain('(the servers that the zone lists are inside of the cluster)');
    expect(fix?.snippets[0]?.text).toContain('forward-addr: ADDRESS_OF_TECHNITIUM');
    expect(fixesFor(lan, { servers: [] })[0]?.what).toContain('(the zone lists no servers in spec.technitium.servers)');
  });

  test('a cache is nothing to forward to', () => {
    const status = {
      servers: [
        { name: 'primary', reason: 'Cached' },
        { name: 'second', reason: 'Synced' },
      ],
    };
    const second = { name: 'second', key: '10.0.20.202', address: '10.0.20.202', port: 53 };
    const [fix] = fixesFor(
      { ...firewall, verdict: 'External', answers: [WAN] },
      { servers: [PRIMARY, second], zone: { view: zoneView({}, status), targets: [] } },
    );
    expect(fix?.snippets[0]?.text).toContain('forward-addr: 10.0.20.202');
  });

  test('hosts that suffer from the same are counted, whatever their vantage and Failed or Timeout', () => {
    const at = (host: string, failing: Failing) => hostView(`${host}.example.com`, statusOf(failing));
    const others = [
      at('a', { ...firewall, verdict: 'Failed', answers: ['SERVFAIL'] }),
      at('b', { ...firewall, verdict: 'Timeout', answers: ['timeout'] }),
      at('c', { ...firewall, verdict: 'External', answers: [WAN] }),
      at('d', { ...onNodes, verdict: 'Failed', answers: ['SERVFAIL'] }),
      ...['e', 'f'].map((host) => at(host, { ...firewall, verdict: 'Failed', answers: ['SERVFAIL'] })),
      hostView('g.example.com'),
    ];
    const [fix] = fixesFor({ ...firewall, verdict: 'Failed', answers: ['SERVFAIL'] }, { others });
    expect(fix?.shared).toEqual({ count: 4, sample: ['a', 'b', 'e'].map((host) => `${host}.example.com`) });
  });

  test('one nameserver of several vantages is one thing to change', () => {
    const failing = ['lan-a', 'lan-b'].map((name) => ({
      ...{ vantage: name, nameserver: '192.168.1.2', verdict: 'External', answers: [WAN], expected: [BALANCER] },
    }));
    const view = hostView('git.example.com', failingStatus('LAN', 'External', failing));
    const vantages = [...VANTAGES, vantage('lan-b', 'LAN', ['192.168.1.2'])];
    expect(explainHost(factsOn(view, { vantages })).fixes).toHaveLength(1);
  });
});
