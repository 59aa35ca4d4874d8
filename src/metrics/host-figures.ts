import { AUDIENCES, VERDICTS, type Cause } from '../model/verdict.ts';
import type { AudienceReport, Fault } from '../plan/status/host-status.ts';
import type { HostStatus } from '../model/api.ts';
import { byRank } from '../plan/verdict/rank.ts';
import { sample, type Sample } from './catalogue.ts';

/** What the hosts come to, kept as their statuses come: a scrape costs as much as they differ, not as many as they are. */
export interface HostFigures {
  /** A host's status was computed. */
  put(host: string, status: HostStatus, audiences: readonly AudienceReport[]): void;
  /** A host is gone. */
  forget(host: string): void;
  /** The series over the hosts of these zones. */
  samples(zones: Iterable<string>): Iterable<Sample>;
}

/** How hosts stand; those that stand alike share one. */
interface Standing {
  readonly zone: string;
  readonly ready: string;
  readonly published: string;
  readonly verdicts: readonly { readonly audience: string; readonly verdict: string }[];
  /** The worst first. */
  readonly faults: readonly AudienceFault[];
}

type AudienceFault = Fault & { readonly audience: string };

interface Group {
  /** The standing as a text, which tells it from others. */
  readonly key: string;
  readonly standing: Standing;
  /** In the order in which they came to stand so, so that those that are shown stay the same. */
  readonly hosts: Set<string>;
}

const MOST_SHOWN = 200;

/** No host is known yet. */
export function createHostFigures(): HostFigures {
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, Group>();

  const leave = (host: string): void => {
    const group = groupOf.get(host);
    if (group === undefined) return;
    groupOf.delete(host);
    group.hosts.delete(host);
    if (group.hosts.size === 0) groups.delete(group.key);
  };

  return {
    put(host, status, audiences) {
      const standing = standingOf(status, audiences);
      const key = standing && JSON.stringify(standing);
      if (key === groupOf.get(host)?.key) return;
      leave(host);
      if (standing === undefined || key === undefined) return;
      const group = groups.get(key) ?? { key, standing, hosts: new Set<string>() };
      group.hosts.add(host);
      groups.set(key, group);
      groupOf.set(host, group);
    },
    forget: leave,
    *samples(zones) {
      const byZone = Map.groupBy(groups.values(), ({ standing }) => standing.zone);
      for (const zone of zones) {
        const here = byZone.get(zone) ?? [];
        yield* totals(zone, here);
        const failing = here.filter(({ standing }) => standing.faults.length > 0);
        yield* causes(zone, failing);
        yield* examples(zone, failing.toSorted(byWorst));
      }
    },
  };
}

function standingOf({ zone, conditions }: HostStatus, audiences: readonly AudienceReport[]): Standing | undefined {
  if (zone === undefined) return undefined;
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const faults = audiences.flatMap(({ stored, faults: all }) =>
    all.map((fault) => ({ audience: stored.name, ...fault })),
  );
  return {
    zone,
    ready: (find('Ready')?.status ?? 'Unknown').toLowerCase(),
    published: find('RecordPublished')?.reason ?? 'Pending',
    verdicts: audiences.map(({ stored }) => ({ audience: stored.name, verdict: stored.verdict })),
    faults: faults.toSorted(byFault),
  };
}

function byFault(a: Fault, b: Fault): number {
  const judged = ({ verdict, cause }: Fault) => ({ verdict, cause: cause as Cause });
  return byRank(judged(a), judged(b));
}

function byWorst({ standing: a }: Group, { standing: b }: Group): number {
  const [worst, other] = [a.faults[0], b.faults[0]];
  return worst === undefined || other === undefined ? 0 : byFault(worst, other);
}

/** Verdicts and states that no host has are 0, so that a graph has no holes. */
function* totals(zone: string, groups: readonly Group[]): Iterable<Sample> {
  const verdictHosts = new Map<string, number>();
  const readyHosts = new Map<string, number>();
  const publishedHosts = new Map<string, number>();
  for (const { standing, hosts } of groups) {
    for (const { audience, verdict } of standing.verdicts) add(verdictHosts, `${audience} ${verdict}`, hosts.size);
    add(readyHosts, standing.ready, hosts.size);
    add(publishedHosts, standing.published, hosts.size);
  }
  for (const audience of AUDIENCES) {
    for (const verdict of VERDICTS) {
      yield sample('splithorizon_hosts', { zone, audience, verdict }, verdictHosts.get(`${audience} ${verdict}`) ?? 0);
    }
  }
  for (const status of ['true', 'false', 'unknown']) {
    yield sample('splithorizon_hosts_ready', { zone, status }, readyHosts.get(status) ?? 0);
  }
  for (const [reason, hosts] of publishedHosts) yield sample('splithorizon_hosts_published', { zone, reason }, hosts);
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function causeLabels(zone: string, { audience, vantage, nameserver, verdict, cause }: AudienceFault) {
  return { zone, audience, vantage, nameserver, verdict, cause };
}

/** Tells causes of one zone apart; none of the words has a space. */
function causeKey({ audience, vantage, nameserver, verdict, cause }: AudienceFault): string {
  return `${audience} ${vantage} ${nameserver} ${verdict} ${cause}`;
}

function* causes(zone: string, groups: readonly Group[]): Iterable<Sample> {
  const counts = new Map<string, { readonly fault: AudienceFault; hosts: number }>();
  for (const { standing, hosts } of groups) {
    for (const fault of standing.faults) {
      const key = causeKey(fault);
      const count = counts.get(key) ?? { fault, hosts: 0 };
      count.hosts += hosts.size;
      counts.set(key, count);
    }
  }
  for (const { fault, hosts } of counts.values()) {
    yield sample('splithorizon_failing_hosts', causeLabels(zone, fault), hosts);
  }
}

/** First an example of each cause, which an alert can name, then the worst hosts, up to a bound. */
function* examples(zone: string, worstFirst: readonly Group[]): Iterable<Sample> {
  const shown = new Set<string>();
  const show = (host: string, fault: AudienceFault): Sample[] => {
    const key = `${host} ${causeKey(fault)}`;
    if (shown.size >= MOST_SHOWN || shown.has(key)) return [];
    shown.add(key);
    const { answers, expected } = fault;
    const labels = { ...causeLabels(zone, fault), host, answers: answers.join(), expected: expected.join() };
    return [sample('splithorizon_host_failing', labels, 1)];
  };
  const exemplified = new Set<string>();
  for (const { standing, hosts } of worstFirst) {
    for (const fault of standing.faults) {
      const cause = causeKey(fault);
      if (exemplified.has(cause)) continue;
      exemplified.add(cause);
      const [first = ''] = hosts;
      yield* show(first, fault);
    }
  }
  for (const { standing, hosts } of worstFirst) {
    for (const host of hosts) {
      if (shown.size >= MOST_SHOWN) return;
      for (const fault of standing.faults) yield* show(host, fault);
    }
  }
}
