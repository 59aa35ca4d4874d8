import type { HostAudience, HostStatus } from '../../model/api.ts';
import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import { objectNameOf, probeNameOf } from '../../model/host-name.ts';
import type { Look } from '../../model/look.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import type { HostDecision } from '../../plan/host/decide-host.ts';
import { conditionType, type AudienceReport, type Fault } from '../../plan/status/host-status.ts';
import type { Publication } from '../../plan/status/publication.ts';
import type { Failure } from '../../plan/verdict/message.ts';
import { judgeAudience, type AudienceJudgement } from '../../plan/verdict/audience.ts';
import { isUndecided, type Standing } from '../../plan/verdict/confirm.ts';
import { currentVerdict, ROTATIONS_A_VERDICT_LASTS, type HeldBack } from '../../plan/verdict/current.ts';
import { expectationFor } from '../../plan/verdict/expectation.ts';
import { judgeNameserver } from '../../plan/verdict/nameserver.ts';
import { isWithoutAnswer } from '../../plan/verdict/rank.ts';
import { judgeSearch, triesSearch } from '../../plan/verdict/search.ts';
import { judgeVantage, type ChainLink, type VantageJudgement } from '../../plan/verdict/vantage.ts';
import type { World } from '../world.ts';
import { isBeforeOthers, placeOf, slotsOf, type Place, type SearchedNameserver, type VantageChain } from './chains.ts';
import { chainFor, keysFor } from './machine-chain.ts';
import type { Reported } from './reported.ts';
import { createStandings, type Noted } from './standings.ts';
import { storedAudience, wasInternal } from './stored-audience.ts';
import type { ZoneProbe } from './zone-probe.ts';

/** What verdicts are made of. */
export interface VerdictsOptions {
  readonly world: World;
  readonly chains: () => readonly VantageChain[];
  /** The canary of a zone at a nameserver, and how long a rotation over the zone really takes there. */
  readonly canaryOf: (key: string, zone: string) => string | undefined;
  readonly rotationSeconds: (key: string, zone: string) => number;
  /** Whether a nameserver keeps us from asking by a limit of its own. */
  readonly isThrottled: (key: string) => boolean;
  /** Whether only the canary is asked at a nameserver. */
  readonly isCanaryOnly: (key: string, zone: string) => boolean;
  readonly reported: Pick<Reported, 'standing' | 'canaryOf' | 'rotationSeconds'>;
  /** When the agent of a vantage was last known to live (ms). */
  readonly aliveAt: (vantage: string) => number | undefined;
  /** A vantage's word on a host: whether it is Internal there, undefined where the host is none of its business. */
  readonly judged: (vantage: string, host: string, isInternal: boolean | undefined) => void;
  readonly now: () => number;
}

/** A host as verdicts are asked for it. */
export interface JudgedHost {
  readonly host: string;
  readonly decision: HostDecision;
  readonly publication: Publication;
  readonly before: HostStatus;
}

/** The verdicts over hosts: what stands at each nameserver, and what that comes to for each audience. */
export interface Verdicts {
  /** Takes a look into account. */
  note(probe: ZoneProbe, seen: { key: string; host: string; look: Look; decision: HostDecision }): Noted;
  /** Nothing is known of a host any more. */
  forget(host: string): void;
  forgetNameserver(key: string): void;
  /**
   * Whether a nameserver that others stand behind was without an answer at its canary's last look: the canary then stands for
   * all hosts. Where none does, each host speaks for itself: a name that is pinned there is answered all the same.
   */
  isWithoutAnswer(key: string, zone: string): boolean;
  /** The audiences that host or zone list; undefined where all count that have a vantage. */
  listedAudiences(host: string, probe: ZoneProbe): readonly string[] | undefined;
  /** What is expected of a host inside the cluster; undefined where nothing is known of where it points. */
  expectationOf(probe: ZoneProbe, host: string): Expectation | undefined;
  audiences(probe: ZoneProbe, judged: JudgedHost): AudienceReport[];
}

/** What all of one host's nameservers are judged by. */
interface Case extends JudgedHost {
  readonly probe: ZoneProbe;
  /** Undefined where nothing is known of where the host points. */
  readonly expectations: Readonly<Record<Place, Expectation>> | undefined;
  readonly heldBack: HeldBack | undefined;
}

const NO_EXPECTATION: NameserverVerdict = {
  verdict: 'Unknown',
  answers: [],
  expected: [],
  detail: 'cannot be judged: no expected address is known',
};

/** No look was taken yet. */
export function createVerdicts(options: VerdictsOptions): Verdicts {
  const { world, now, canaryOf } = options;
  const standings = createStandings();
  const startedAt = now();

  const expectationOf = (probe: ZoneProbe, host: string, audience: Audience, decision: HostDecision) =>
    decision.target &&
    expectationFor(host, decision.target, audience, {
      timing: probe.timing(host, decision),
      zone: { soa: probe.soa, publicBlocks: probe.zone.view.spec.publicAddresses },
    });
  const caseOf = (probe: ZoneProbe, judged: JudgedHost): Case => {
    const { host, decision } = judged;
    const [cluster, LAN] = [expectationOf(probe, host, 'Pods', decision), expectationOf(probe, host, 'LAN', decision)];
    return {
      ...judged,
      probe,
      expectations: cluster && LAN && { cluster, LAN },
      heldBack: probe.heldBack(host),
    };
  };

  /** How long a verdict counts without another look, in milliseconds. */
  const lastsFor = (key: string, zone: string): number =>
    ROTATIONS_A_VERDICT_LASTS * options.rotationSeconds(key, zone) * 1000;
  const isWithoutAnswerAt = (key: string, zone: string, place: Place): boolean => {
    const canary = canaryOf(key, zone);
    const verdict = canary === undefined ? undefined : standings.of({ key, place, host: canary })?.verdict.verdict;
    return verdict !== undefined && isWithoutAnswer(verdict) && isBeforeOthers(options.chains(), key);
  };
  /** The host whose standing counts for a host at a nameserver: itself or the canary, undefined where none was chosen. */
  const standIn = ({ probe, host }: Case, key: string, place: Place): string | undefined => {
    const zone = probe.zone.name;
    return probe.isAccepted(key) || isWithoutAnswerAt(key, zone, place) ? canaryOf(key, zone) : host;
  };
  const heldBackAt = ({ probe, heldBack }: Case, key: string): HeldBack | undefined =>
    probe.servers.keys.includes(key) ? undefined : heldBack;

  const rotationAt = (chain: VantageChain, key: string, zone: ZoneProbe['zone']): number =>
    chain.isReported
      ? Math.max(zone.view.spec.probe.rotationSeconds, options.reported.rotationSeconds(chain.vantage) ?? 0)
      : options.rotationSeconds(key, zone.name);
  /** What stands of a host at a nameserver of a chain, by whoever asks there. */
  const standingAt = (about: Case, chain: VantageChain, key: string): Omit<Standing, 'history'> | undefined => {
    const place = placeOf(chain.audience);
    if (!chain.isReported) {
      const host = standIn(about, key, place);
      return host === undefined ? undefined : standings.of({ key, place, host });
    }
    const slot = { vantage: chain.vantage, nameserver: key, zone: about.probe.zone.name };
    const canary = options.reported.canaryOf(slot);
    const expectation =
      canary === undefined || canary === about.host
        ? about.expectations?.[place]
        : expectationOf(about.probe, canary, chain.audience, about.probe.zone.decide(canary));
    return expectation && options.reported.standing({ ...slot, host: canary ?? about.host }, expectation);
  };
  /** One nameserver's link in the chain, as it stands for this host now. */
  const linkOf = (about: Case, chain: VantageChain, key: string): ChainLink => {
    const { probe, expectations, publication } = about;
    if (expectations === undefined) return { address: key, verdict: NO_EXPECTATION, accepted: false };
    const circumstances = {
      expectation: expectations[placeOf(chain.audience)],
      heldBack: heldBackAt(about, key),
      recordReason: publication.reason,
      isThrottled: !chain.isReported && options.isThrottled(key),
      rotationSeconds: rotationAt(chain, key, probe.zone),
    };
    return {
      address: key,
      verdict: capturedBy(about, chain, key) ?? currentVerdict(standingAt(about, chain, key), circumstances, now()),
      accepted: probe.isAccepted(key),
    };
  };
  const searchDomainOf = (key: string): string | undefined =>
    options
      .chains()
      .flatMap(({ searches }) => searches)
      .find((search) => search.key === key)?.domain;
  /** What stands for a host under a search domain: its own word, or the canary's where only that is asked there. */
  const standingUnder = (search: SearchedNameserver, place: Place, about: Case): Standing | undefined => {
    const zone = about.probe.zone.name;
    const isCanaryOnly = options.isCanaryOnly(search.key, zone);
    const host = isCanaryOnly ? canaryOf(search.key, zone) : about.host;
    const standing = host === undefined ? undefined : standings.of({ key: search.key, place, host });
    if (standing === undefined || isUndecided(standing)) return undefined;
    return isCanaryOnly || standing.at >= (about.expectations?.[place].changedAt ?? 0) ? standing : undefined;
  };
  /** What clients get under the first search domain that does not send them on; undefined where all do, or nobody looked. */
  const capturedBy = (about: Case, { searches, audience }: VantageChain, key: string): NameserverVerdict | undefined =>
    searches
      .filter(({ nameserver, ndots }) => nameserver === key && triesSearch(probeNameOf(about.host), ndots))
      .map((search) => standingUnder(search, placeOf(audience), about)?.verdict)
      .find((found) => found !== undefined && found.verdict !== 'Internal');
  /** Whether nothing was heard of an agent for so long that what it said says nothing any more. */
  const isSilent = ({ isReported, vantage, nameservers, unseen }: VantageChain, { zone }: ZoneProbe): boolean => {
    if (!isReported) return false;
    const at = options.aliveAt(vantage);
    const rotation = Math.max(zone.view.spec.probe.rotationSeconds, options.reported.rotationSeconds(vantage) ?? 0);
    const knowsNothing = nameservers.length === 0 && unseen.length === 0;
    return knowsNothing || at === undefined || now() - at > ROTATIONS_A_VERDICT_LASTS * rotation * 1000;
  };
  const judgeChain = (about: Case, chain: VantageChain): VantageJudgement | undefined => {
    if (isSilent(chain, about.probe)) {
      options.judged(chain.vantage, about.host, false);
      return undefined;
    }
    const { host, expectations } = about;
    const expected = expectations?.[placeOf(chain.audience)] ?? { host, addresses: [] };
    const words = {
      linkOf: (key: string) => linkOf(about, chain, key),
      wasAsked: (key: string) => standingAt(about, chain, key) !== undefined,
    };
    const judgement = judgeVantage(chainFor(chain, expected, words));
    options.judged(chain.vantage, about.host, judgement.verdict === 'Internal');
    return judgement;
  };

  /** Whether a nameserver's word on a host is yet to come since our start; not for longer than 3 rotations. */
  const isAwaited = (about: Case, chain: VantageChain, key: string): boolean => {
    if (heldBackAt(about, key) === 'NotHeld') return false;
    const standing = standingAt(about, chain, key);
    if (standing !== undefined && !isUndecided(standing)) return false;
    return now() - startedAt < ROTATIONS_A_VERDICT_LASTS * rotationAt(chain, key, about.probe.zone) * 1000;
  };
  /** After our start the stored verdict stands until the host was asked again. */
  const standsFromBefore = (about: Case, chains: readonly VantageChain[]): boolean => {
    if (about.expectations === undefined || about.expectations.LAN.changedAt >= startedAt) return false;
    return chains.some((chain) => keysFor(chain, about.host).some((key) => isAwaited(about, chain, key)));
  };

  const listedAudiences: Verdicts['listedAudiences'] = (host, probe) =>
    world.hostObjects.get(objectNameOf(host))?.spec.audiences ?? probe.zone.view.spec.audiences;
  const reportOn = (about: Case, audience: Audience, listed: readonly string[] | undefined): AudienceReport => {
    const { host, probe } = about;
    const ofAudience = options.chains().filter((chain) => chain.audience === audience);
    const isInScope = listed === undefined || listed.includes(audience);
    const chains = isInScope ? ofAudience : [];
    if (!isInScope) for (const { vantage } of ofAudience) options.judged(vantage, host, undefined);
    const stored = storedAudience(about.before, audience);
    if (stored?.report !== undefined && standsFromBefore(about, chains)) {
      for (const { vantage } of chains) options.judged(vantage, host, wasInternal(stored.audience, vantage));
      return stored.report;
    }
    const judgement = judgeAudience({
      vantages: chains.map((chain) => ({ name: chain.vantage, judgement: judgeChain(about, chain) })),
      isListed: isInScope && listed !== undefined,
      advice: { zone: probe.zone.name, servers: probe.servers.keys },
      stored: stored?.audience,
    });
    return reportOf(audience, judgement);
  };

  return {
    note(probe, { key, host, look, decision }) {
      const places = new Map(
        options
          .chains()
          .filter((chain) => !chain.isReported && slotsOf(chain).some((slot) => slot.key === key))
          .map((chain) => [placeOf(chain.audience), chain.audience] as const),
      );
      const lastsMs = lastsFor(key, probe.zone.name);
      const noted = [...places].flatMap(([place, audience]): Noted[] => {
        const expectation = expectationOf(probe, host, audience, decision);
        if (expectation === undefined) return [];
        const domain = searchDomainOf(key);
        const verdict =
          domain === undefined
            ? judgeNameserver(look, expectation, now())
            : judgeSearch(look, { expectation, domain }, now());
        const { changedAt } = expectation;
        return [standings.note({ key, place, host }, { verdict, at: look.at, changedAt, lastsMs })];
      });
      const again = noted.flatMap((each) => each.lookAgainAt ?? []);
      return {
        isChanged: noted.some((each) => each.isChanged),
        lookAgainAt: again.length === 0 ? undefined : Math.min(...again),
      };
    },
    forget: (host) => standings.forgetHost(host),
    forgetNameserver: (key) => standings.forgetNameserver(key),
    isWithoutAnswer: (key, zone) => isWithoutAnswerAt(key, zone, 'LAN') || isWithoutAnswerAt(key, zone, 'cluster'),
    listedAudiences,
    expectationOf: (probe, host) => expectationOf(probe, host, 'Pods', probe.zone.decide(host)),
    audiences(probe, judged) {
      const about = caseOf(probe, judged);
      const listed = listedAudiences(judged.host, probe);
      return AUDIENCES.map((audience) => reportOn(about, audience, listed));
    },
  };
}

function faultOf({ vantage, nameserver, verdict, cause, isMixed, answers, expected }: Failure): Fault {
  return { vantage, nameserver, verdict: isMixed ? 'Mixed' : verdict, cause: cause ?? verdict, answers, expected };
}

function reportOf(audience: Audience, judgement: AudienceJudgement): AudienceReport {
  const { verdict, failing, more, unlisted, condition } = judgement;
  const stored: HostAudience = {
    name: audience,
    verdict,
    failing: failing.map(({ vantage, nameserver, verdict: word, expected, answers }) => ({
      vantage,
      nameserver,
      verdict: word,
      expected: [...expected],
      answers: [...answers],
    })),
    ...(more > 0 && { more }),
  };
  const faults = [...failing, ...unlisted].map(faultOf);
  return { stored, faults, condition: condition && { type: conditionType(audience), ...condition } };
}
