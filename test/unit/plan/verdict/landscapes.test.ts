import { beforeAll, describe, expect, test } from 'vitest';
import {
  judgeAudience,
  type AudienceInput,
  type AudienceJudgement,
  type StoredAudience,
} from '../../../../src/plan/verdict/audience.ts';
import { addressesOf } from '../../../../src/plan/verdict/classify.ts';
import { confirm, type Standing } from '../../../../src/plan/verdict/confirm.ts';
import { currentVerdict } from '../../../../src/plan/verdict/current.ts';
import { judgeNameserver } from '../../../../src/plan/verdict/nameserver.ts';
import { judgeVantage, type VantageJudgement } from '../../../../src/plan/verdict/vantage.ts';
import type { NameserverVerdict } from '../../../../src/model/expectation.ts';
import { askLikeGlibc, askLikeGo, askLikeMusl, turnsOf, type Outcome } from './landscape/clients.ts';
import { expectedAt, landscapeOf, type Landscape, type Place, type Server } from './landscape/landscape.ts';
import { isRight, opinionOfLook } from './landscape/look-oracle.ts';
import type { Opinion } from './landscape/opinion.ts';
import { conditionOf, opinionOfAudience, opinionOfPlace } from './landscape/oracle.ts';
import { opinionOfServer } from './landscape/server-oracle.ts';
import { tell } from './landscape/tell.ts';

/*
 * Random landscapes: a host, its audience's places with their nameservers, and everything these ever said. Each is judged
 * by the code and by the oracle, and looked up by stand-ins of glibc, Go and musl.
 *
 * LANDSCAPES=200000 draws more of them; LANDSCAPE=4711 looks at one; both together draw so many from that one on.
 */
const { LANDSCAPE: first, LANDSCAPES: count = first === undefined ? 1000 : 1 } = process.env;
const SEEDS = Array.from({ length: Number(count) }, (_, index) => Number(first ?? 0) + index);

let landscapes: readonly Landscape[] = [];
/** What was found of a server: most tests need it, and judging takes longest. */
const findings = new WeakMap<Server, NameserverVerdict>();

/** Holds each seed against `check`. */
function everywhere(check: (landscape: Landscape) => void): void {
  for (const landscape of landscapes) {
    telling(landscape, () => {
      check(landscape);
    });
  }
}

class Disagreement extends Error {}

/** Shows the landscape in which `check` failed, as a page to read. */
function telling(landscape: Landscape, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Disagreement) throw error;
    throw new Disagreement(`${String(error)}\n${tell(landscape)}\nAgain with LANDSCAPE=${landscape.seed}`);
  }
}

/** The same for each place alone, so that a failure shows no other. */
function atEachPlace(check: (place: Place, landscape: Landscape) => void): void {
  everywhere((landscape) => {
    for (const place of landscape.places) {
      const alone = { ...landscape, places: [place] };
      telling(alone, () => {
        check(place, alone);
      });
    }
  });
}

function atEachServer(check: (server: Server, landscape: Landscape) => void): void {
  atEachPlace((place, landscape) => {
    for (const server of place.servers) {
      const alone: Landscape = { ...landscape, places: [{ ...place, servers: [server] }] };
      telling(alone, () => {
        check(server, alone);
      });
    }
  });
}

function found(server: Server, landscape: Landscape): NameserverVerdict {
  const known = findings.get(server) ?? judgeServer(server, landscape);
  findings.set(server, known);
  return known;
}

function judgeServer(server: Server, landscape: Landscape): NameserverVerdict {
  const { chapters, now, recordReason, rotationSeconds } = landscape;
  let standing: Standing | undefined;
  for (const look of server.looks) {
    const expectation = expectedAt(chapters, look.at);
    const fresh = { verdict: judgeNameserver(look, expectation, look.at), at: look.at };
    standing = confirm(standing, fresh, expectation.changedAt);
  }
  const { heldBack, isThrottled } = server;
  const expectation = expectedAt(chapters, now);
  return currentVerdict(standing, { expectation, heldBack, recordReason, isThrottled, rotationSeconds }, now);
}

function judged({ servers, everyServerMayAnswer }: Place, landscape: Landscape): VantageJudgement {
  const nameservers = servers.map((server) => ({
    address: server.address,
    accepted: server.accepted,
    verdict: found(server, landscape),
  }));
  return judgeVantage({ nameservers, everyServerMayAnswer, mayBeMusl: landscape.audience === 'Pods' });
}

function audienceOf(landscape: Landscape, stored: AudienceInput['stored'] = storedIn(landscape)): AudienceJudgement {
  const { places, isListed } = landscape;
  const vantages = places.map((place) => ({
    name: place.name,
    judgement: place.isReporting ? judged(place, landscape) : undefined,
  }));
  return judgeAudience({ vantages, isListed, advice: { zone: 'example.com', servers: [] }, stored });
}

function storedIn({ storedStatus: status }: Landscape): AudienceInput['stored'] {
  const condition = status && { status, reason: 'Internal', message: 'Resolves as expected.' };
  return status && { verdict: 'Internal', failing: [], more: 0, condition };
}

function writtenOf({ verdict, failing, more, condition }: AudienceJudgement): StoredAudience {
  return { verdict, failing, more, condition };
}

/** Failed and Timeout are one class: of equal vantages either may be named. */
function classOf(verdict: string): string {
  return verdict === 'Timeout' ? 'Failed' : verdict;
}

function word({ verdict, cause }: Opinion): string {
  return cause === undefined ? verdict : `${verdict} (${cause})`;
}

/**
 * Whether nothing moves at a place: every server said the same thing twice since the last change, lately, and nothing is
 * young enough to be in doubt. Only then do the last answers tell what a program gets now.
 */
function isSteady({ servers }: Place, landscape: Landscape): boolean {
  const { chapters, now, rotationSeconds } = landscape;
  const { changedAt } = expectedAt(chapters, now);
  return servers.every(({ looks, heldBack }) => {
    const since = looks.filter(({ at }) => at >= changedAt);
    const [first, last] = [since[0], since.at(-1)];
    if (first === undefined || last === undefined || heldBack !== undefined) return false;
    const words = since.map((look) => JSON.stringify([look.a, look.aaaa, look.cname]));
    return last.at - first.at >= 3000 && new Set(words).size === 1 && now - last.at <= 3 * rotationSeconds * 1000;
  });
}

function rightAddresses({ servers }: Place, { chapters, now }: Landscape): ReadonlySet<string> {
  const expectation = expectedAt(chapters, now);
  const looks = servers.flatMap(({ looks: all }) => all.at(-1) ?? []);
  const right = looks.flatMap((look) =>
    [look.a, look.aaaa].flatMap(addressesOf).filter((address) => isRight(address, look, expectation)),
  );
  return new Set(right);
}

/** Whether programs that know IPv4 alone are served too, where the target is. */
function givesIPv4({ servers }: Place, { chapters, now }: Landscape): boolean {
  const { cname, hasIPv4 } = expectedAt(chapters, now);
  const isWanted = cname !== undefined || hasIPv4;
  return !isWanted || servers.every(({ looks }) => addressesOf(looks.at(-1)?.a).length > 0);
}

/** What the programs at a place get: pods may use musl; lists are read in order, or turned by `rotate`. */
function outcomesAt(place: Place, { audience }: Landscape): Outcome[] {
  const turns = place.everyServerMayAnswer ? turnsOf(place) : [place];
  const inTurn = turns.flatMap((turn) => [askLikeGlibc(turn), askLikeGo(turn)]);
  return audience === 'Pods' ? [askLikeMusl(place), ...inTurn] : inTurn;
}

describe('in random landscapes', { timeout: 60_000 + 10 * SEEDS.length }, () => {
  beforeAll(() => {
    landscapes = SEEDS.map(landscapeOf);
  });

  test('each look is judged as the oracle does', () => {
    atEachServer(({ looks }, { chapters }) => {
      const pages = looks.map((look) => ({ look, expectation: expectedAt(chapters, look.at) }));
      const verdicts = pages.map(({ look, expectation }) => judgeNameserver(look, expectation, look.at));
      expect(verdicts.map(word).join()).toBe(pages.map((page) => word(opinionOfLook(page))).join());
    });
  });

  test('each nameserver stands as the oracle remembers it', () => {
    atEachServer((server, landscape) => {
      expect(found(server, landscape).verdict).toBe(opinionOfServer(server, landscape).verdict);
    });
  });

  test('each place is judged as the oracle does', () => {
    atEachPlace((place, landscape) => {
      const opinion = opinionOfPlace(place, landscape);
      const { verdict, cause, failing } = judged(place, landscape);
      expect(verdict).toBe(opinion.verdict);
      expect(cause === 'AcceptedFallback').toBe(opinion.cause === 'AcceptedFallback');
      expect(failing.length > 0).toBe(!['Internal', 'Propagating', 'Unknown'].includes(verdict));
    });
  });

  test('each audience and its condition are judged as the oracle does', () => {
    everywhere((landscape) => {
      const opinion = opinionOfAudience(landscape);
      const { verdict, condition } = audienceOf(landscape);
      if (opinion === '-') expect([verdict, condition]).toEqual(['-', undefined]);
      else {
        expect(classOf(verdict)).toBe(classOf(opinion.verdict));
        expect(condition?.status).toBe(conditionOf(opinion, landscape.storedStatus));
      }
    });
  });

  test('what was stored is stored again, whoever reads it back', () => {
    everywhere((landscape) => {
      const first = writtenOf(audienceOf(landscape));
      const again = writtenOf(audienceOf(landscape, first));
      expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    });
  });

  test('no program gets another address where the verdict is Internal', () => {
    atEachPlace((place, landscape) => {
      if (!isSteady(place, landscape) || judged(place, landscape).verdict !== 'Internal') return;
      const right = rightAddresses(place, landscape);
      for (const { addresses, mayFail } of outcomesAt(place, landscape)) {
        expect(mayFail).toBe(false);
        expect(addresses.filter((address) => !right.has(address))).toEqual([]);
      }
    });
  });

  test('nobody is alarmed where every program gets what it should of each server', () => {
    atEachPlace((place, landscape) => {
      if (!isSteady(place, landscape) || !givesIPv4(place, landscape)) return;
      const isFine = place.servers.every((server) => {
        const alone: Place = { ...place, servers: [server] };
        const right = rightAddresses(alone, landscape);
        return [askLikeGlibc, askLikeGo, askLikeMusl]
          .map((ask) => ask(alone))
          .every(({ addresses, mayFail }) => !mayFail && addresses.every((address) => right.has(address)));
      });
      if (isFine) expect(judged(place, landscape).verdict).toBe('Internal');
    });
  });
});
