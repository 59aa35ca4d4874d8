import type { HostAudience, HostStatus } from '../../model/api.ts';
import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import { objectNameOf } from '../../model/host-name.ts';
import type { Look } from '../../model/look.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import type { HostDecision } from '../../plan/host/decide-host.ts';
import { conditionType, type AudienceReport } from '../../plan/status/host-status.ts';
import type { Publication } from '../../plan/status/publication.ts';
import {
  judgeAudience,
  type AudienceCondition,
  type AudienceJudgement,
  type StoredAudience,
} from '../../plan/verdict/audience.ts';
import { confirm, lookAgainAt, type Standing } from '../../plan/verdict/confirm.ts';
import { currentVerdict, type Circumstances } from '../../plan/verdict/current.ts';
import { expectationFor } from '../../plan/verdict/expectation.ts';
import { createIntern } from '../../plan/verdict/intern.ts';
import { judgeNameserver } from '../../plan/verdict/nameserver.ts';
import { isWithoutAnswer } from '../../plan/verdict/rank.ts';
import { judgeVantage, type ChainLink, type VantageJudgement } from '../../plan/verdict/vantage.ts';
import type { World } from '../world.ts';
import { isAcceptedFallback, type VantageChain } from './chains.ts';
import type { ZoneProbe } from './zone-probe.ts';

/** What verdicts are made of. */
export interface VerdictsOptions {
  readonly world: World;
  readonly chains: () => readonly VantageChain[];
  /** The canary of a zone at a nameserver, and how long a rotation over the zone really takes there. */
  readonly canaryOf: (key: string, zone: string) => string | undefined;
  readonly rotationSeconds: (key: string, zone: string) => number;
  /** Whether a nameserver limits how often we may ask it. */
  readonly isThrottled: (key: string) => boolean;
  /** A vantage's word on a host. */
  readonly judged: (vantage: string, host: string, isInternal: boolean) => void;
  readonly now: () => number;
}

/** What became of a look. */
export interface Noted {
  /** Whether a verdict is another than before. */
  readonly isChanged: boolean;
  /** When another look is wanted before the usual turn (ms). */
  readonly lookAgainAt: number | undefined;
}

/** The verdicts over hosts: what stands at each nameserver, and what that comes to for each audience. */
export interface Verdicts {
  /** Takes a look into account. */
  note(probe: ZoneProbe, seen: { key: string; host: string; look: Look; decision: HostDecision }): Noted;
  /** Nothing is known of a host any more. */
  forget(host: string): void;
  /** Whether a nameserver was without an answer at its canary's last look: the canary then stands for all hosts. */
  isWithoutAnswer(key: string, zone: string): boolean;
  /** The audiences that count for a host. */
  scopeOf(host: string, probe: ZoneProbe): readonly Audience[];
  audiences(
    probe: ZoneProbe,
    about: { host: string; decision: HostDecision; publication: Publication; before: HostStatus },
  ): AudienceReport[];
}

/** Nodes and Pods are told the Service's own addresses too; LAN clients are not. */
type Place = 'cluster' | 'LAN';
const placeOf = (audience: Audience): Place => (audience === 'LAN' ? 'LAN' : 'cluster');

const NO_EXPECTATION: NameserverVerdict = {
  verdict: 'Unknown',
  answers: [],
  expected: [],
  detail: 'cannot be judged: no expected address is known',
};
const ROTATIONS_A_VERDICT_LASTS = 3;

/** No look was taken yet. */
export function createVerdicts(options: VerdictsOptions): Verdicts {
  const { world, now } = options;
  const standings = new Map<string, Map<string, Standing>>();
  const intern = createIntern();
  const startedAt = now();

  const standingOf = (key: string, place: Place, host: string): Standing | undefined =>
    standings.get(`${place} ${key}`)?.get(host);
  const expectationOf = (probe: ZoneProbe, host: string, audience: Audience, decision: HostDecision) =>
    decision.target &&
    expectationFor(host, decision.target, audience, {
      timing: probe.timing(host, decision),
      zone: { soa: probe.soa, publicBlocks: probe.zone.view.spec.publicAddresses },
    });

  const noteAt = (slot: { key: string; place: Place; host: string }, look: Look, expectation: Expectation): Noted => {
    const name = `${slot.place} ${slot.key}`;
    const before = standingOf(slot.key, slot.place, slot.host);
    const verdict = intern(judgeNameserver(look, expectation, now()));
    const after = confirm(before, { verdict, at: look.at }, expectation.changedAt);
    if (after === undefined) return { isChanged: false, lookAgainAt: undefined };
    const hosts = standings.get(name) ?? new Map<string, Standing>();
    standings.set(name, hosts.set(slot.host, after));
    return { isChanged: before === undefined || before.verdict !== after.verdict, lookAgainAt: lookAgainAt(after) };
  };

  const isAccepted = (probe: ZoneProbe, key: string): boolean => isAcceptedFallback(probe.zone.view.spec, key);
  const isSilentCanary = (key: string, zone: string, place: Place): boolean => {
    const canary = options.canaryOf(key, zone);
    const verdict = canary === undefined ? undefined : standingOf(key, place, canary)?.verdict.verdict;
    return verdict !== undefined && isWithoutAnswer(verdict);
  };

  /** One nameserver's link in the chain, as it stands for this host now. */
  const linkOf = (
    probe: ZoneProbe,
    at: { key: string; place: Place; host: string },
    about: Omit<Circumstances, 'rotationSeconds'>,
  ): ChainLink => {
    const { key, place, host } = at;
    const accepted = isAccepted(probe, key);
    const zone = probe.zone.name;
    const canary = accepted || isSilentCanary(key, zone, place) ? options.canaryOf(key, zone) : undefined;
    const standing = standingOf(key, place, canary ?? host);
    const verdict = currentVerdict(standing, { ...about, rotationSeconds: options.rotationSeconds(key, zone) }, now());
    return { address: key, verdict, accepted };
  };
  const judgeChain = (
    probe: ZoneProbe,
    chain: VantageChain,
    about: { host: string; decision: HostDecision; publication: Publication },
  ): VantageJudgement => {
    const { host, decision, publication } = about;
    const place = placeOf(chain.audience);
    const expectation = expectationOf(probe, host, chain.audience, decision);
    const nameservers = chain.nameservers.map(({ key }): ChainLink => {
      if (expectation === undefined) return { address: key, verdict: NO_EXPECTATION, accepted: false };
      const held = probe.servers.keys.includes(key) ? undefined : probe.heldBack(host, decision);
      const circumstances = {
        expectation,
        heldBack: held,
        recordReason: publication.reason,
        isThrottled: options.isThrottled(key),
      };
      return linkOf(probe, { key, place, host }, circumstances);
    });
    const judgement = judgeVantage({ nameservers, everyServerMayAnswer: chain.everyServerMayAnswer });
    options.judged(chain.vantage, host, judgement.verdict === 'Internal');
    return judgement;
  };

  const explicitAudiences = (host: string, probe: ZoneProbe): readonly string[] | undefined =>
    world.hostObjects.get(objectNameOf(host))?.spec.audiences ?? probe.zone.view.spec.audiences;
  /** After our start the stored verdict stands until the host was asked again, for 3 rotations at most. */
  const standsFromBefore = (
    probe: ZoneProbe,
    chains: readonly VantageChain[],
    host: string,
    changedAt: number,
  ): boolean => {
    if (changedAt >= startedAt) return false;
    return chains.some((chain) =>
      chain.nameservers.some(({ key }) => {
        const rotationMs = options.rotationSeconds(key, probe.zone.name) * 1000;
        const isAsked = standingOf(key, placeOf(chain.audience), host) !== undefined;
        const byCanary = isAccepted(probe, key) || isSilentCanary(key, probe.zone.name, placeOf(chain.audience));
        return !isAsked && !byCanary && now() - startedAt < ROTATIONS_A_VERDICT_LASTS * rotationMs;
      }),
    );
  };

  return {
    note(probe, { key, host, look, decision }) {
      const places = new Map(
        options
          .chains()
          .filter((chain) => chain.nameservers.some((nameserver) => nameserver.key === key))
          .map((chain) => [placeOf(chain.audience), chain.audience] as const),
      );
      const noted = [...places].map(([place, audience]) => {
        const expectation = expectationOf(probe, host, audience, decision);
        return expectation && noteAt({ key, place, host }, look, expectation);
      });
      const again = noted.flatMap((each) => each?.lookAgainAt ?? []);
      return {
        isChanged: noted.some((each) => each?.isChanged),
        lookAgainAt: again.length === 0 ? undefined : Math.min(...again),
      };
    },
    forget(host) {
      for (const hosts of standings.values()) hosts.delete(host);
    },
    isWithoutAnswer: (key, zone) => isSilentCanary(key, zone, 'LAN') || isSilentCanary(key, zone, 'cluster'),
    scopeOf(host, probe) {
      const explicit = explicitAudiences(host, probe);
      return AUDIENCES.filter((audience) => explicit === undefined || explicit.includes(audience));
    },
    audiences(probe, about) {
      const { host, decision, before } = about;
      const explicit = explicitAudiences(host, probe);
      const changedAt = decision.target === undefined ? 0 : probe.timing(host, decision).changedAt;
      return AUDIENCES.map((audience): AudienceReport => {
        const isInScope = explicit === undefined || explicit.includes(audience);
        const chains = isInScope ? options.chains().filter((chain) => chain.audience === audience) : [];
        const stored = storedAudience(before, audience);
        if (stored.report !== undefined && standsFromBefore(probe, chains, host, changedAt)) return stored.report;
        const judgement = judgeAudience({
          vantages: chains.map((chain) => ({ name: chain.vantage, judgement: judgeChain(probe, chain, about) })),
          isListed: isInScope && explicit !== undefined,
          advice: { zone: probe.zone.name, servers: probe.servers.keys },
          stored: stored.audience,
        });
        return reportOf(audience, judgement);
      });
    },
  };
}

function reportOf(audience: Audience, { verdict, failing, more, condition }: AudienceJudgement): AudienceReport {
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
  return { stored, condition: condition && { type: conditionType(audience), ...condition } };
}

/** What a status says of an audience, as the judge takes it and as it would be written again. */
function storedAudience(
  status: HostStatus,
  audience: Audience,
): { audience: StoredAudience | undefined; report: AudienceReport | undefined } {
  const stored = status.audiences?.find(({ name }) => name === audience);
  if (stored === undefined) return { audience: undefined, report: undefined };
  const condition = storedCondition(status, audience);
  const failing = (stored.failing ?? []).map((failure) => ({ ...failure, answers: failure.answers ?? [] }));
  return {
    audience: { verdict: stored.verdict, failing, more: stored.more ?? 0, condition },
    report: condition && { stored, condition: { type: conditionType(audience), ...condition } },
  };
}

function storedCondition(status: HostStatus, audience: Audience): AudienceCondition | undefined {
  const found = status.conditions.find(({ type }) => type === conditionType(audience));
  if (found === undefined) return undefined;
  const { status: word, reason, message } = found;
  return { status: word === 'True' || word === 'False' ? word : 'Unknown', reason, message };
}
