import type { HostStatus } from '../../model/api.ts';
import type { RecordSet } from '../../model/record.ts';
import { parseHostStatus } from '../../model/views.ts';
import { claimKey, isSameSource, sourceIdOf } from '../host/claim.ts';
import { addressSets } from '../host/target.ts';
import { timestamp } from '../status/conditions.ts';
import { explainAudiences, wordOf } from './audiences.ts';
import type { ExplainFacts } from './facts.ts';
import { seenNow } from './live.ts';
import { nameserverFixes } from './nameserver-fixes.ts';
import type { ExplainedRecord, ExplainedRecords, ExplainedServer, ExplainedSource, HostPage, Word } from './page.ts';
import { recordFixes } from './record-fixes.ts';

/** Conditions of a zone that stand between a host and its record. */
const OBSTACLES = ['TechnitiumReachable', 'TargetsPublished', 'RecordsSynced'];

/** The page on one host, of what the cluster stores and, where it was asked, what was seen from here. */
export function explainHost(facts: ExplainFacts): HostPage {
  const { view, writtenAt, zone, decision, live } = facts;
  const status = parseHostStatus(view.statusText);
  const published = wordOf(status.conditions, 'RecordPublished');
  const written = writtenTime(writtenAt, status);
  const target = decision?.target;
  return {
    host: view.spec.host,
    object: view.name,
    generated: view.generated,
    ...(zone && { zone: zone.view.name, policy: zone.view.spec.policy }),
    ...(written !== undefined && { written }),
    current: status.observedGeneration === view.generation,
    ready: wordOf(status.conditions, 'Ready'),
    sources: sourcesOf(status, facts),
    moreSources: status.moreSources ?? 0,
    ...(target && { target: { label: target.label, addresses: target.addresses } }),
    record: recordsOf(status, published, facts),
    ...(zone && { serversInSync: wordOf(zone.view.status.conditions, 'ServersInSync') }),
    servers: serversOf(status, facts),
    audiences: explainAudiences(status, facts),
    fixes: [...recordFixes(published, facts), ...nameserverFixes(status, facts)],
    ...(live && { askedNow: timestamp(live.at) }),
    unread: facts.unread,
  };
}

/** The API server notes a time for the fields that are written; where only their values change it may be an earlier one. */
function writtenTime(writtenAt: number | undefined, { conditions }: HostStatus): string | undefined {
  const flips = conditions.flatMap(({ lastTransitionTime }) => lastTransitionTime ?? []);
  return [...(writtenAt === undefined ? [] : [timestamp(writtenAt)]), ...flips].sort().at(-1);
}

/** Who names the host now, then those that the status still lists. */
function sourcesOf({ sources: stored = [] }: HostStatus, { decision }: ExplainFacts): ExplainedSource[] {
  const live = decision?.sources ?? [];
  const isLive = (source: (typeof stored)[number]): boolean => {
    const id = sourceIdOf(source);
    return id !== undefined && live.some((claim) => isSameSource(claim, id));
  };
  const gone = stored.filter((source) => !isLive(source));
  return [
    ...live.map((claim) => ({ source: claimKey(claim), conflict: claim.conflict, gone: false })),
    ...gone.map(({ kind, namespace, name, conflict = false }) => ({
      ...{ source: `${kind} ${namespace}/${name}`, conflict, gone: decision !== undefined },
    })),
  ];
}

function recordsOf(status: HostStatus, published: Word, facts: ExplainFacts): ExplainedRecords {
  const { zone, decision } = facts;
  const conditions = zone?.view.status.conditions ?? [];
  const problem = decision?.problem?.message;
  const obstacles = OBSTACLES.filter((type) => conditions.some((each) => each.type === type && each.status !== 'True'))
    .map((type) => wordOf(conditions, type))
    .filter(({ message }, index, all) => all.findIndex((other) => other.message === message) === index);
  return {
    wanted: wantedOf(facts),
    ...(problem !== undefined && { problem }),
    held: (status.records ?? []).map(({ type, ttlSeconds, values, adopted = false }) => ({
      ...{ type, ttlSeconds, values, adopted },
    })),
    published,
    obstacles,
  };
}

function wantedOf({ view, zone, decision }: ExplainFacts): ExplainedRecord[] {
  if (zone === undefined || decision === undefined || decision.excluded) return [];
  const shown = ({ type, ttl, values }: RecordSet): ExplainedRecord => ({ type, ttlSeconds: ttl, values });
  const self = zone.targets.find(({ record }) => record === view.spec.host);
  if (self !== undefined) return addressSets(self.record, self.addresses, self.ttlSeconds).map(shown);
  return decision.observed || !decision.wanted ? [] : decision.desired.map(shown);
}

function serversOf(status: HostStatus, facts: ExplainFacts): ExplainedServer[] {
  const known = facts.zone?.view.status.servers ?? [];
  return facts.servers.map(({ name, key }) => {
    const { serial, reason = 'Pending' } = known.find((server) => server.name === name) ?? {};
    const now = seenNow(key, 'LAN', facts, status);
    const soa = facts.live?.soas.get(key);
    return {
      ...{ name, address: key },
      ...(serial !== undefined && { serial }),
      reason,
      ...(now && { now: { ...now, ...(soa && 'serial' in soa && { serial: soa.serial }) } }),
    };
  });
}
