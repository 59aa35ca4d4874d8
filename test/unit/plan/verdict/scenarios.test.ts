import { describe, expect, test } from 'vitest';
import type { Expectation } from '../../../../src/model/expectation.ts';
import type { Answer, Look } from '../../../../src/model/look.ts';
import type { Audience } from '../../../../src/model/verdict.ts';
import { judgeAudience, type AudienceJudgement } from '../../../../src/plan/verdict/audience.ts';
import { SECOND_LOOK_MS } from '../../../../src/model/look.ts';
import { confirm, type Standing } from '../../../../src/plan/verdict/confirm.ts';
import { currentVerdict, type HeldBack } from '../../../../src/plan/verdict/current.ts';
import { judgeNameserver } from '../../../../src/plan/verdict/nameserver.ts';
import { judgeVantage } from '../../../../src/plan/verdict/vantage.ts';
import {
  EMPTY,
  expectation,
  gives,
  look,
  MINUTE,
  nx,
  previously,
  rcode,
  SECOND,
  SILENT,
  T0,
  TRAEFIK,
  TRAEFIK_CLUSTER_IP,
  TRAEFIK_MOVED,
  WAN,
  ZONE_SOA,
} from './world.ts';

/** What a resolver says of a host at its first, second, ... look; the last goes on for ever. */
type Resolver = (host: string) => readonly Look[];
/** One vantage: the nameservers that its clients ask, in order. */
type Vantage = Readonly<Record<string, Resolver>>;
type Landscape = Readonly<Record<Audience, Readonly<Record<string, Vantage>>>>;

const FIREWALL = '10.0.20.1';
const FIREWALL_LAN = '192.168.1.2';
const PUBLIC = '198.51.100.14';
const CLUSTER_DNS = '10.96.0.10';
const TECHNITIUM = '10.0.20.201';

const always =
  (a: Answer, aaaa?: Answer, more?: Partial<Look>): Resolver =>
  () => [look(a, aaaa, more)];
const internal = always(gives(TRAEFIK));
const outside = always(gives(WAN));
const down = always(rcode('SERVFAIL'), rcode('SERVFAIL'));
const pinned =
  (rest: Resolver): Resolver =>
  (host) =>
    host === 'git' ? [look(gives(TRAEFIK_CLUSTER_IP))] : rest(host);

interface Circumstance {
  expected?: Partial<Expectation>;
  accepted?: readonly string[];
  heldBack?: HeldBack;
  stored?: AudienceJudgement;
}

/** Looks twice at every nameserver of an audience, 3 s apart, and says what its status would be. */
function ask(
  vantages: Readonly<Record<string, Vantage>>,
  audience: Audience,
  host: string,
  { expected, accepted = [], heldBack, stored }: Circumstance = {},
): AudienceJudgement {
  const clusterIPs = audience === 'LAN' ? [] : [TRAEFIK_CLUSTER_IP];
  const wanted = expectation({ ...expected, addresses: [...(expected?.addresses ?? [TRAEFIK]), ...clusterIPs] });
  const circumstances = {
    expectation: wanted,
    heldBack,
    recordReason: 'Published',
    isThrottled: false,
    rotationSeconds: 3600,
  };
  const reports = Object.entries(vantages).map(([name, nameservers]) => ({
    name,
    judgement: judgeVantage({
      nameservers: Object.entries(nameservers).map(([address, resolver]) => {
        const standing = heldBack === undefined ? watch(resolver(host), wanted) : undefined;
        const verdict = currentVerdict(standing, circumstances, T0 + SECOND_LOOK_MS);
        return { address, verdict, accepted: accepted.includes(address) };
      }),
      everyServerMayAnswer: audience === 'Pods',
    }),
  }));
  return judgeAudience({
    vantages: reports,
    isListed: true,
    advice: { zone: 'example.com', servers: [TECHNITIUM] },
    stored,
  });
}

function watch(looks: readonly Look[], wanted: Expectation): Standing | undefined {
  return [looks[0]!, looks.at(1) ?? looks[0]!].reduce<Standing | undefined>((standing, each, round) => {
    const at = T0 + round * SECOND_LOOK_MS;
    return confirm(standing, { verdict: judgeNameserver({ ...each, at }, wanted, at), at }, wanted.changedAt);
  }, undefined);
}

/** `External Hairpin`: verdict and the condition's reason, where it is another word. */
function briefly({ verdict, condition }: AudienceJudgement): string {
  return condition && condition.reason !== verdict ? `${verdict} ${condition.reason}` : verdict;
}

const BEFORE: Landscape = {
  Nodes: { 'node-1': { [FIREWALL]: outside, [PUBLIC]: outside }, 'node-2': { [FIREWALL]: outside, [PUBLIC]: outside } },
  Pods: { pods: { [CLUSTER_DNS]: pinned(outside) } },
  LAN: { 'lan-home': { [TECHNITIUM]: internal } },
};
const OVERRIDE: Landscape = {
  ...BEFORE,
  Nodes: { 'node-1': { [FIREWALL]: internal, [PUBLIC]: outside } },
  LAN: { 'lan-home': { [FIREWALL_LAN]: internal } },
};
const EVENING: Landscape = { ...OVERRIDE, Pods: { pods: { [CLUSTER_DNS]: pinned(internal) } } };
const FIXED: Landscape = { ...EVENING, Nodes: { 'node-1': { [FIREWALL]: internal } } };
const OUTAGE: Landscape = {
  Nodes: { 'node-1': { [FIREWALL]: down } },
  Pods: { pods: { [CLUSTER_DNS]: pinned(down) } },
  LAN: { 'lan-home': { [FIREWALL_LAN]: always(SILENT) } },
};
const OUTAGE_WITH_PUBLIC: Landscape = { ...OUTAGE, Nodes: { 'node-1': { [FIREWALL]: down, [PUBLIC]: outside } } };
const moved = always(gives(TRAEFIK_MOVED));
const MOVED: Landscape = {
  Nodes: { 'node-1': { [FIREWALL]: moved } },
  Pods: { pods: { [CLUSTER_DNS]: pinned(moved) } },
  LAN: { 'lan-home': { [FIREWALL_LAN]: moved } },
};
const JUST_MOVED = {
  addresses: [TRAEFIK_MOVED],
  changedAt: T0 - 10 * SECOND,
  previous: [previously(TRAEFIK, 9 * SECOND)],
};

interface Stage {
  name: string;
  landscape: Landscape;
  circumstance?: Circumstance;
  /** Verdict and reason for `git`, then for `photos` where it differs. */
  want: Record<Audience, [git: string, others: string]>;
}

const HAIRPIN = 'External Hairpin';
const STAGES: Stage[] = [
  {
    name: '0 before',
    landscape: BEFORE,
    want: { Nodes: [HAIRPIN, HAIRPIN], Pods: ['Internal', HAIRPIN], LAN: ['Internal', 'Internal'] },
  },
  {
    name: '3 override',
    landscape: OVERRIDE,
    want: { Nodes: ['Mixed', 'Mixed'], Pods: ['Internal', HAIRPIN], LAN: ['Internal', 'Internal'] },
  },
  {
    name: '4 evening',
    landscape: EVENING,
    want: { Nodes: ['Mixed', 'Mixed'], Pods: ['Internal', 'Internal'], LAN: ['Internal', 'Internal'] },
  },
  {
    name: '4b without the public second nameserver',
    landscape: FIXED,
    want: { Nodes: ['Internal', 'Internal'], Pods: ['Internal', 'Internal'], LAN: ['Internal', 'Internal'] },
  },
  {
    name: '5 renumber, at once',
    landscape: FIXED,
    circumstance: { expected: JUST_MOVED },
    want: {
      Nodes: ['Propagating', 'Propagating'],
      Pods: ['Internal', 'Propagating'],
      LAN: ['Propagating', 'Propagating'],
    },
  },
  {
    name: '5 renumber, once caches have it',
    landscape: MOVED,
    circumstance: { expected: JUST_MOVED },
    want: { Nodes: ['Internal', 'Internal'], Pods: ['Internal', 'Internal'], LAN: ['Internal', 'Internal'] },
  },
  {
    name: '6 outage',
    landscape: OUTAGE,
    want: { Nodes: ['Failed', 'Failed'], Pods: ['Internal', 'Failed'], LAN: ['Timeout', 'Timeout'] },
  },
  {
    name: '6b outage with the public second nameserver',
    landscape: OUTAGE_WITH_PUBLIC,
    want: { Nodes: [HAIRPIN, HAIRPIN], Pods: ['Internal', 'Failed'], LAN: ['Timeout', 'Timeout'] },
  },
  {
    name: '7 back',
    landscape: FIXED,
    want: { Nodes: ['Internal', 'Internal'], Pods: ['Internal', 'Internal'], LAN: ['Internal', 'Internal'] },
  },
  {
    name: 'the public second nameserver is kept on purpose',
    landscape: EVENING,
    circumstance: { accepted: [PUBLIC] },
    want: {
      Nodes: ['Internal AcceptedFallback', 'Internal AcceptedFallback'],
      Pods: ['Internal', 'Internal'],
      LAN: ['Internal', 'Internal'],
    },
  },
  {
    name: 'it is kept on purpose, and answers now',
    landscape: OUTAGE_WITH_PUBLIC,
    circumstance: { accepted: [PUBLIC] },
    want: { Nodes: [HAIRPIN, HAIRPIN], Pods: ['Internal', 'Failed'], LAN: ['Timeout', 'Timeout'] },
  },
];

describe.each(STAGES)('$name', ({ landscape, circumstance, want }) => {
  test.each(['Nodes', 'Pods', 'LAN'] as const)('%s', (audience) => {
    const seen = ['git', 'photos'].map((host) => briefly(ask(landscape[audience], audience, host, circumstance)));
    expect(seen).toEqual(want[audience]);
  });
});

const onNode = (resolver: Resolver): Record<string, Vantage> => ({ 'node-1': { [FIREWALL]: resolver } });
const oldThen =
  (next: string): Resolver =>
  () => [look(gives(TRAEFIK)), look(gives(next))];
const MOVED_LONG_AGO = { addresses: [TRAEFIK_MOVED], previous: [previously(TRAEFIK, 10 * MINUTE)] };
const NEW = { isNew: true, changedAt: T0 - MINUTE, levelAt: T0 - MINUTE };

const AROUND: { name: string; resolver: Resolver; circumstance?: Circumstance; want: string; message: RegExp }[] = [
  {
    name: 'a cache that serves stale gives the old answer once',
    resolver: oldThen(TRAEFIK_MOVED),
    circumstance: { expected: MOVED_LONG_AGO },
    want: 'Internal',
    message: /^Resolves as expected\.$/,
  },
  {
    name: "a cache whose minimum TTL is above the record's",
    resolver: oldThen(TRAEFIK),
    circumstance: { expected: MOVED_LONG_AGO },
    want: 'Stale',
    message:
      /^node-1: 10\.0\.20\.1 still answers 10\.0\.20\.203, expected 10\.0\.20\.204 or 10\.111\.111\.95: it keeps answers longer than their TTL\.$/,
  },
  {
    name: 'a new host while a server of the zone is behind',
    resolver: internal,
    circumstance: { expected: NEW, heldBack: 'Behind' },
    want: 'Propagating',
    message: /is not asked before every server of the zone has the new answer\.$/,
  },
  {
    name: 'a new host while a server is behind for too long',
    resolver: internal,
    circumstance: { expected: NEW, heldBack: 'PastLag' },
    want: 'Unknown SerialBehind',
    message: /a server of the zone is behind for longer than its allowed lag\.$/,
  },
  {
    name: 'a new host that somebody asked for too early',
    resolver: always(nx(ZONE_SOA), nx(ZONE_SOA)),
    circumstance: { expected: NEW },
    want: 'Propagating',
    message: /answers NXDOMAIN, expected .*: a cache may hold that until 2026-06-10T02:29:10Z\.$/,
  },
  {
    name: 'rebinding protection of Unbound',
    resolver: always(gives(), gives()),
    want: 'NotFound',
    message:
      /gives the CNAME to example\.com but no A, .* rebinding protection may have taken the private address out\.$/,
  },
  {
    name: 'rebinding protection of dnsmasq',
    resolver: always({ ...EMPTY, aa: true }, { ...EMPTY, aa: true }),
    want: 'NotFound',
    message: /gives no address, .* rebinding protection may have taken the private address out\.$/,
  },
  {
    name: 'the public zone is signed and the resolver validates',
    resolver: always(rcode('SERVFAIL'), rcode('SERVFAIL'), { unvalidated: gives(TRAEFIK) }),
    want: 'Failed',
    message: /answers SERVFAIL, .* DNSSEC validation fails there/,
  },
  {
    name: 'AAAA NXDOMAIN beside a right A',
    resolver: always(gives(TRAEFIK), nx()),
    want: 'NotFound',
    message: /answers 10\.0\.20\.203 as expected but NXDOMAIN for AAAA: to musl the name does not exist\.$/,
  },
];

describe('around the incident', () => {
  test.each(AROUND)('$name: $want', ({ resolver, circumstance, want, message }) => {
    const found = ask(onNode(resolver), 'Nodes', 'photos', circumstance);
    expect(briefly(found)).toBe(want);
    expect(found.condition?.message).toMatch(message);
  });

  test("a node's own DNS cache that forwards elsewhere shows at that node's vantage alone", () => {
    const pods = { [CLUSTER_DNS]: internal };
    const found = ask({ 'pods-node1': pods, 'pods-node3': { '169.254.20.10': outside }, pods }, 'Pods', 'photos');
    expect(briefly(found)).toBe(HAIRPIN);
    expect(found.failing.map(({ vantage, nameserver }) => [vantage, nameserver])).toEqual([
      ['pods-node3', '169.254.20.10'],
    ]);
  });

  test('a resolver that alternates silence and SERVFAIL keeps its word', () => {
    const silent = ask(onNode(always(SILENT)), 'Nodes', 'photos');
    const failing = ask(onNode(down), 'Nodes', 'photos', { stored: silent });
    const status = ({ verdict, failing: list, condition }: AudienceJudgement): unknown => ({
      verdict,
      failing: list.map(({ vantage, nameserver, verdict: word, answers }) => ({ vantage, nameserver, word, answers })),
      condition,
    });
    expect(status(failing)).toEqual(status(silent));
  });

  test('what propagates keeps the condition as it was', () => {
    const before = ask(FIXED.Nodes, 'Nodes', 'photos');
    const after = ask(FIXED.Nodes, 'Nodes', 'photos', { expected: JUST_MOVED, stored: before });
    expect(after.verdict).toBe('Propagating');
    expect(after.condition?.status).toBe('True');
  });
});

describe('what a person reads about the incident', () => {
  test('stage 0', () => {
    const { condition, failing } = ask(BEFORE.Nodes, 'Nodes', 'photos');
    expect(failing[0]).toMatchObject({
      vantage: 'node-1',
      nameserver: FIREWALL,
      verdict: 'External',
      cause: 'Hairpin',
      answers: [WAN],
      expected: [TRAEFIK, TRAEFIK_CLUSTER_IP],
    });
    expect(condition?.message).toBe(
      'node-1, node-2: 10.0.20.1 answers 203.0.113.10, expected 10.0.20.203 or 10.111.111.95: 203.0.113.10 is our own public address. ' +
        '10.0.20.1 has no forward for example.com to 10.0.20.201. ' +
        'node-1, node-2: 198.51.100.14 answers 203.0.113.10, expected 10.0.20.203 or 10.111.111.95: 203.0.113.10 is our own public address; it is asked when an earlier server fails. ' +
        '198.51.100.14 is not of this network: take it out, or list it in acceptedFallbacks of the zone.',
    );
  });

  test('stage 3', () => {
    expect(ask(OVERRIDE.Nodes, 'Nodes', 'photos').condition?.message).toBe(
      'node-1: 198.51.100.14 answers 203.0.113.10, expected 10.0.20.203 or 10.111.111.95: 203.0.113.10 is our own public address; it is asked when an earlier server fails. ' +
        '198.51.100.14 is not of this network: take it out, or list it in acceptedFallbacks of the zone.',
    );
  });
});
