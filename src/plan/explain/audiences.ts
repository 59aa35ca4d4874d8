import type { Condition, HostAudience, HostStatus } from '../../model/api.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import { expectationFor } from '../verdict/expectation.ts';
import type { AskedVantage, ExplainFacts } from './facts.ts';
import { seenNow } from './live.ts';
import type { ExplainedAudience, ExplainedNameserver, ExplainedVantage, Word } from './page.ts';

/** A condition for a reader; what is missing was never written. */
export function wordOf(conditions: readonly Condition[], type: string): Word {
  const found = conditions.find((condition) => condition.type === type);
  if (found === undefined) return { type, status: 'Unknown', reason: 'Pending', message: 'Waiting for the operator' };
  const { status, reason, message, lastTransitionTime: since } = found;
  return { type, status, reason, message, ...(since !== undefined && { since }) };
}

/** What each audience is told, vantage by vantage and nameserver by nameserver. */
export function explainAudiences(status: HostStatus, facts: ExplainFacts): ExplainedAudience[] {
  return AUDIENCES.map((audience) => {
    const stored = status.audiences?.find(({ name }) => name === audience);
    const has = status.conditions.some(({ type }) => type === `${audience}Resolve`);
    const condition = has ? wordOf(status.conditions, `${audience}Resolve`) : undefined;
    const verdict = stored?.verdict ?? '-';
    const vantages = facts.vantages.filter(({ view }) => view.spec.audience === audience);
    return {
      audience,
      verdict,
      ...(condition && { condition }),
      expected: expectedBy(audience, facts),
      more: stored?.more ?? 0,
      // Where the host is none of the audience's business, nobody asks for it.
      vantages:
        verdict === '-'
          ? []
          : vantages.map((vantage) => explainVantage(vantage, { audience, stored, condition, status, facts })),
    };
  });
}

interface About {
  readonly audience: Audience;
  readonly stored: HostAudience | undefined;
  readonly condition: Word | undefined;
  readonly status: HostStatus;
  readonly facts: ExplainFacts;
}

function explainVantage({ view, nameservers }: AskedVantage, about: About): ExplainedVantage {
  const { askedFrom, conditions } = view.status;
  const failing = (about.stored?.failing ?? []).filter(({ vantage }) => vantage === view.name);
  const keys = new Set([...nameservers, ...failing.map(({ nameserver }) => nameserver)]);
  return {
    vantage: view.name,
    ...(askedFrom !== undefined && { askedFrom }),
    reporting: wordOf(conditions, 'Reporting'),
    nameservers: [...keys].map((key) => explainNameserver(key, view.name, about)),
  };
}

function explainNameserver(key: string, vantage: string, about: About): ExplainedNameserver {
  const { audience, stored, facts, status } = about;
  const failure = stored?.failing?.find((each) => each.vantage === vantage && each.nameserver === key);
  const verdict = failure?.verdict ?? unlistedVerdict(key, about);
  const accepted = facts.accepted.get(key);
  const now = seenNow(key, audience, facts, status);
  return {
    nameserver: key,
    ...(verdict !== undefined && { verdict }),
    answers: failure?.answers ?? [],
    ...(accepted !== undefined && { accepted }),
    ...(now && { now }),
  };
}

/**
 * The verdict over a nameserver that the status lists no failure of: Internal, unless the message says something of it, not
 * all failures are listed, or nobody looked.
 */
function unlistedVerdict(key: string, { stored, condition }: About): string | undefined {
  if (stored === undefined || condition === undefined || (stored.more ?? 0) > 0) return undefined;
  if (stored.verdict === 'Unknown' || stored.verdict === 'Propagating') return undefined;
  const isSaid = condition.message.includes(` ${key} `) || condition.message.includes('more like that');
  return isSaid ? undefined : 'Internal';
}

function expectedBy(audience: Audience, { decision, view }: ExplainFacts): readonly string[] {
  if (decision?.target === undefined) return [];
  const timing = { changedAt: 0, levelAt: undefined, isNew: false, former: [] };
  const zone = { soa: undefined, publicBlocks: [] };
  const { addresses, cname } = expectationFor(view.spec.host, decision.target, audience, { timing, zone });
  return addresses.length > 0 || cname === undefined ? addresses : [cname];
}
