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
        yield* causes(failing);
        yield* examples(failing.toSorted(byWorst));
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
  const sum = (counts: (standing: Standing) => boolean): number =>
    groups.reduce((total, { standing, hosts }) => total + (counts(standing) ? hosts.size : 0), 0);
  for (const audience of AUDIENCES) {
    for (const verdict of VERDICTS) {
      const value = sum(({ verdicts }) =>
        verdicts.some((each) => each.audience === audience && each.verdict === verdict),
      );
      yield sample('splithorizon_hosts', { zone, audience, verdict }, value);
    }
  }
  for (const status of ['true', 'false', 'unknown']) {
    yield sample(
      'splithorizon_hosts_ready',
      { zone, status },
      sum(({ ready }) => ready === status),
    );
  }
  for (const reason of new Set(groups.map(({ standing }) => standing.published))) {
    yield sample(
      'splithorizon_hosts_published',
      { zone, reason },
      sum(({ published }) => published === reason),
    );
  }
}

function causeLabels(zone: string, { audience, vantage, nameserver, verdict, cause }: AudienceFault) {
  return { zone, audience, vantage, nameserver, verdict, cause };
}

function* causes(groups: readonly Group[]): Iterable<Sample> {
  const counts = new Map<string, { readonly labels: ReturnType<typeof causeLabels>; hosts: number }>();
  for (const { standing, hosts } of groups) {
    for (const fault of standing.faults) {
      const labels = causeLabels(standing.zone, fault);
      const key = JSON.stringify(labels);
      const count = counts.get(key) ?? { labels, hosts: 0 };
      count.hosts += hosts.size;
      counts.set(key, count);
    }
  }
  for (const { labels, hosts } of counts.values()) yield sample('splithorizon_failing_hosts', labels, hosts);
}

/** First an example of each cause, which an alert can name, then the worst hosts, up to a bound. */
function* examples(worstFirst: readonly Group[]): Iterable<Sample> {
  const shown = new Set<string>();
  const show = (zone: string, host: string, fault: AudienceFault): Sample[] => {
    const labels = {
      ...causeLabels(zone, fault),
      host,
      answers: fault.answers.join(','),
      expected: fault.expected.join(','),
    };
    const key = JSON.stringify(labels);
    if (shown.size >= MOST_SHOWN || shown.has(key)) return [];
    shown.add(key);
    return [sample('splithorizon_host_failing', labels, 1)];
  };
  const exemplified = new Set<string>();
  for (const { standing, hosts } of worstFirst) {
    const [first] = hosts;
    for (const fault of first === undefined ? [] : standing.faults) {
      const cause = JSON.stringify(causeLabels(standing.zone, fault));
      if (first !== undefined && !exemplified.has(cause)) yield* show(standing.zone, first, fault);
      exemplified.add(cause);
    }
  }
  for (const { standing, hosts } of worstFirst) {
    for (const host of hosts) {
      if (shown.size >= MOST_SHOWN) return;
      for (const fault of standing.faults) yield* show(standing.zone, host, fault);
    }
  }
}
