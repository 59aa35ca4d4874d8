import type { Expectation, PreviousSet } from '../../../../../src/model/expectation.ts';
import type { Look } from '../../../../../src/model/look.ts';
import type { Audience } from '../../../../../src/model/verdict.ts';
import type { HeldBack } from '../../../../../src/plan/verdict/current.ts';
import { MINUTE, SECOND, T0, ZONE_SOA } from '../world.ts';
import { CLUSTER_IP, FORMER, FORMER_SITE, isIPv6, NAT64, SITE, TARGETS } from './addresses.ts';
import { drawAnswer, translated, type Mood } from './answers.ts';
import { drawFrom, type Draw } from '../../../../support/draw.ts';

/** One nameserver of a place, and what it said of the host whenever it was asked, the earliest first. */
export interface Server {
  readonly address: string;
  readonly accepted: boolean;
  readonly heldBack: HeldBack | undefined;
  readonly isThrottled: boolean;
  readonly looks: readonly Look[];
}

/** One vantage: a chain of nameservers in the order of the client's list. */
export interface Place {
  readonly name: string;
  /** Whether anything has come from it lately. */
  readonly isReporting: boolean;
  /** `rotate`, or pods (musl): not only the first that answers. */
  readonly everyServerMayAnswer: boolean;
  readonly servers: readonly [Server, ...Server[]];
}

/** What a host should be, from `from` on. */
export interface Chapter {
  readonly from: number;
  readonly expectation: Expectation;
}

/** One host, one audience, and all that was seen up to now. */
export interface Landscape {
  readonly seed: number;
  readonly now: number;
  readonly audience: Audience;
  readonly isListed: boolean;
  readonly recordReason: string;
  readonly rotationSeconds: number;
  /** What was expected before the last change, and since it; the earliest first. */
  readonly chapters: readonly [Chapter, ...Chapter[]];
  readonly places: readonly Place[];
  /** What the host's status holds of the audience's condition. */
  readonly storedStatus: 'True' | 'False' | 'Unknown' | undefined;
}

/** Every landscape that there is, by its number. */
export function landscapeOf(seed: number): Landscape {
  const draw = drawFrom(seed);
  const audience = draw.oneOf(['Nodes', 'Pods', 'LAN'] as const);
  const chapters = drawChapters(draw, audience);
  return {
    seed,
    now: T0,
    audience,
    isListed: draw.once(2),
    recordReason: draw.oneOf(['Published', 'Published', 'Observed', 'Conflict', 'Pending', 'Rejected']),
    rotationSeconds: draw.oneOf([60, 3600, 3600, 3600]),
    chapters,
    places: draw.list(draw.oneOf([0, 1, 1, 1, 2, 3]), (index) =>
      drawPlace(draw, `place-${index + 1}`, { audience, chapters }),
    ),
    storedStatus: draw.oneOf(['True', 'False', 'Unknown', undefined]),
  };
}

/** What is expected at a time, as it was known then. */
export function expectedAt(chapters: Landscape['chapters'], at: number): Expectation {
  const { expectation } = chapters.findLast(({ from }) => from <= at) ?? chapters[0];
  const isKnown = (time: number | undefined): boolean => time !== undefined && time <= at;
  return {
    ...expectation,
    levelAt: isKnown(expectation.levelAt) ? expectation.levelAt : undefined,
    previous: expectation.previous.map((set) => (isKnown(set.replacedAt) ? set : { ...set, replacedAt: undefined })),
  };
}

function drawChapters(draw: Draw, audience: Audience): Landscape['chapters'] {
  const before = drawExpectation(draw, audience, { changedAt: T0 - 90 * 24 * 60 * MINUTE, previous: [] });
  if (draw.once(4)) return [{ from: before.changedAt, expectation: before }];
  const changedAt = T0 - drawAge(draw);
  const levelAt = draw.once(5) ? undefined : changedAt + draw.oneOf([0, 1, 30, 300]) * SECOND;
  const ttlSeconds = draw.oneOf([1, 60, 60, 300, 3600]);
  const replaced: PreviousSet = { addresses: before.addresses, cname: before.cname, ttlSeconds, replacedAt: levelAt };
  const earlier: PreviousSet = {
    addresses: draw.some(FORMER),
    cname: draw.once(4) ? FORMER_SITE : undefined,
    ttlSeconds: draw.oneOf([60, 86_400]),
    replacedAt: changedAt - drawAge(draw),
  };
  const isNew = draw.once(3);
  const previous = isNew ? draw.some([earlier]) : [replaced, ...draw.some([earlier])];
  const since = drawExpectation(draw, audience, { changedAt, levelAt, previous, isNew });
  return [
    { from: before.changedAt, expectation: before },
    { from: changedAt, expectation: since },
  ];
}

/** How long ago a change may have been: just now, within any D, after every D. */
function drawAge(draw: Draw): number {
  return draw.oneOf([0, 2, 20, 75, 200, 400, 1000, 5000, 5000, 100_000, 100_000]) * SECOND + draw.number(0, 2) * SECOND;
}

function drawExpectation(
  draw: Draw,
  audience: Audience,
  times: Partial<Expectation> & { changedAt: number },
): Expectation {
  const kind = draw.weighted({ v4: 5, v6: 1, both: 3, former: 2, cname: 3 });
  const [first, second, third] = TARGETS;
  const target: Record<typeof kind, readonly string[]> = {
    v4: draw.once(2) ? [first] : [first, second],
    v6: [third],
    both: [first, third],
    former: [FORMER[0]],
    cname: [],
  };
  const addresses = target[kind];
  const clusterIps = audience === 'LAN' || kind === 'cname' || draw.once(2) ? [] : [CLUSTER_IP];
  return {
    host: 'git.example.com',
    addresses: [...addresses, ...clusterIps],
    hasIPv4: addresses.some((address) => !isIPv6(address)),
    hasIPv6: addresses.some(isIPv6),
    cname: kind === 'cname' ? SITE : undefined,
    previous: [],
    isNew: false,
    levelAt: times.changedAt,
    negativeTtl: draw.oneOf([5, 60, 900]),
    soa: draw.once(8) ? undefined : { mname: ZONE_SOA.mname, rname: ZONE_SOA.rname },
    publicBlocks: [
      { cidr: '203.0.113.10/32', kind: 'Hairpin' },
      { cidr: '198.51.100.0/24', kind: 'Edge' },
      { cidr: '2001:db8:ffff::/48', kind: 'Edge' },
    ],
    ...times,
  };
}

/** What the servers of a place have in common. */
export interface Surroundings {
  readonly chapters: Landscape['chapters'];
  /** Whether each says the same at every look. */
  readonly isSteady: boolean;
}

function drawPlace(draw: Draw, name: string, about: Pick<Landscape, 'audience' | 'chapters'>): Place {
  const { chapters, audience } = about;
  const surroundings = { chapters, isSteady: draw.once(2) };
  const everyServerMayAnswer = audience === 'Pods' || draw.once(3);
  const servers = draw.list(draw.number(0, 3), (index) => drawServer(draw, `10.0.53.${index + 2}`, surroundings));
  const [first, ...others] = [drawServer(draw, '10.0.53.1', surroundings), ...servers] as const;
  return { name, isReporting: !draw.once(8), everyServerMayAnswer, servers: [first, ...others] };
}

/** What sort of server it is: mostly one that behaves, so that whole chains are Internal often enough. */
const CHARACTERS = { behaves: 10, leaks: 3, lags: 4, denies: 2, dies: 3, flaps: 2, anything: 5 };
type Character = keyof typeof CHARACTERS;

/** One server of a place, and everything it ever said. */
export function drawServer(draw: Draw, address: string, { chapters, isSteady }: Surroundings): Server {
  const character = draw.weighted(CHARACTERS);
  const times: number[] = [];
  const lastAge = draw.oneOf([0, 0, 0, 1, 3, 10, 10, 100, 300, 20_000]) * SECOND;
  const count = draw.oneOf([0, 1, 2, 3, 3, 4, 5, 5, 7]);
  for (let at = T0 - lastAge; times.length < count; at -= draw.oneOf([1, 3, 3, 3, 30, 300, 3600]) * SECOND)
    times.unshift(at);
  const isTranslating = draw.once(6);
  const lookAt = (at: number): Look =>
    drawLook(draw, { at, character, isTranslating, expectation: expectedAt(chapters, at) });
  const always = lookAt(T0);
  return {
    address,
    accepted: draw.once(5),
    heldBack: draw.once(12) ? draw.oneOf(['Behind', 'PastLag', 'NotHeld'] as const) : undefined,
    isThrottled: draw.once(20),
    looks: times.map((at) => (isSteady ? { ...always, at } : lookAt(at))),
  };
}

interface Occasion {
  readonly at: number;
  readonly character: Character;
  readonly isTranslating: boolean;
  readonly expectation: Expectation;
}

function drawLook(draw: Draw, { at, character, isTranslating, expectation }: Occasion): Look {
  const mood = moodOf(draw, character);
  const cnameMood = draw.once(5) ? 'anything' : 'right';
  const a = drawAnswer(draw, 'A', mood, expectation);
  const site = { ...expectation, cname: undefined, addresses: TARGETS, hasIPv4: true, hasIPv6: true };
  const siteA = drawAnswer(draw, 'A', cnameMood, site);
  const aaaa = drawAnswer(draw, 'AAAA', draw.once(10) ? 'anything' : mood, expectation);
  return {
    a,
    aaaa: a.outcome === 'silent' ? undefined : isTranslating && draw.once(2) ? translated(draw) : aaaa,
    at,
    ...(expectation.cname !== undefined && {
      cname: { a: siteA, aaaa: siteA.outcome === 'silent' ? undefined : drawAnswer(draw, 'AAAA', cnameMood, site) },
    }),
    ...(isTranslating && { nat64Prefixes: [NAT64] }),
  };
}

function moodOf(draw: Draw, character: Character): Mood {
  const moods: Record<Character, Mood> = {
    behaves: 'right',
    leaks: 'outside',
    lags: draw.once(4) ? 'right' : 'former',
    denies: 'denied',
    dies: draw.once(4) ? 'right' : 'dead',
    flaps: draw.oneOf(['right', 'outside', 'dead', 'former']),
    anything: 'anything',
  };
  return moods[character];
}
