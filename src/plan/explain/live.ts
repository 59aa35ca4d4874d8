import type { Look } from '../../model/look.ts';
import type { HostStatus, PreviousAddresses } from '../../model/api.ts';
import type { Expectation } from '../../model/expectation.ts';
import type { ZoneSoa } from '../../model/soa.ts';
import type { Audience } from '../../model/verdict.ts';
import { expectationFor } from '../verdict/expectation.ts';
import { judgeNameserver } from '../verdict/nameserver.ts';
import { targetName, type FormerSet } from '../zone/targets.ts';
import type { ExplainFacts, LiveFacts } from './facts.ts';
import type { SeenNow } from './page.ts';

const NOT_ASKED: Omit<SeenNow, 'from'> = {
  answers: [],
  detail: 'is not asked: no server of the zone that answers here holds the name, and a cache would keep the denial',
};

/** What a nameserver was seen to say from here, judged as the operator does; undefined without `--live`. */
export function seenNow(key: string, audience: Audience, facts: ExplainFacts, status: HostStatus): SeenNow | undefined {
  const { live } = facts;
  if (live === undefined) return undefined;
  const from = live.from.get(key);
  const look = live.looks.get(key);
  return {
    ...(look === undefined ? NOT_ASKED : judged(look, audience, facts, status)),
    ...(from !== undefined && { from }),
  };
}

function judged(look: Look, audience: Audience, facts: ExplainFacts, status: HostStatus): Omit<SeenNow, 'from'> {
  const { live } = facts;
  const expectation = live && expectationOf(audience, facts, { status, live });
  if (live === undefined || expectation === undefined)
    return { answers: [], detail: 'cannot be judged: no expected address is known' };
  const { verdict, answers, detail, note } = judgeNameserver(look, expectation, live.at);
  if (verdict === 'External' && mayBeClusterIp(audience, facts)) {
    return { verdict: 'Unknown', answers, detail: `${detail}, or a ClusterIP, which you may not list` };
  }
  return { verdict, answers, detail: note ?? detail };
}

function expectationOf(
  audience: Audience,
  { zone, decision, view }: ExplainFacts,
  { status, live }: { readonly status: HostStatus; readonly live: LiveFacts },
): Expectation | undefined {
  if (zone === undefined || decision?.target === undefined) return undefined;
  const target = zone.view.status.targets?.find(
    ({ record }) => targetName(record, zone.view.name) === decision.target?.record,
  );
  const published = status.conditions.find(({ type }) => type === 'RecordPublished')?.lastTransitionTime;
  const changedAt = Math.max(view.createdAt, timeOf(published) ?? 0);
  return expectationFor(view.spec.host, decision.target, audience, {
    timing: {
      changedAt,
      levelAt: changedAt,
      isNew: true,
      former: [...(status.previous ?? []), ...(target?.previous ?? [])].map(formerSet),
    },
    zone: { soa: soaOf(live), publicBlocks: zone.view.spec.publicAddresses },
  });
}

/** Whether an address that is none of the target's may be the Service's own, inside of the cluster. */
function mayBeClusterIp(audience: Audience, { unread }: ExplainFacts): boolean {
  return audience !== 'LAN' && unread.includes('services');
}

function formerSet({ addresses, ttlSeconds, levelSince }: PreviousAddresses): FormerSet {
  return { addresses, ttlSeconds, levelSince: timeOf(levelSince) };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function soaOf({ soas }: LiveFacts): ZoneSoa | undefined {
  for (const soa of soas.values()) if ('serial' in soa) return soa;
  return undefined;
}
