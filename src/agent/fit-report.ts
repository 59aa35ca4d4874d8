import type { Report, ReportGroup } from '../model/api.ts';

/** What a report may take, in characters of its JSON: what is in it is ASCII. */
export const LONGEST_REPORT = 512 * 1024;

/** Quotes and comma around a name. */
const AROUND_A_NAME = 3;
/** The fields around the names that are left out of one zone at one nameserver. */
const AROUND_LEFT_OUT = 200;

interface Pair {
  readonly zone: string;
  readonly nameserver: string;
}

/**
 * A report that is no longer than `most`: where it would be, the groups that cost most for each host are left out, and their
 * hosts only named. Where even the names are too many, nothing is told of whole nameservers. Whoever is left out belongs to no group.
 */
export function fitReport(report: Report, most = LONGEST_REPORT): Report {
  const { groups = [], ...rest } = report;
  let excess = sizeOf(report) - most;
  if (excess <= 0) return report;
  const dropped = new Set<ReportGroup>();
  const pairs = new Set<string>();
  excess += sizeOf({ truncated: true });
  for (const group of groups.filter((each) => each.rest !== true).toSorted((a, b) => costOf(b) - costOf(a))) {
    if (excess <= 0) break;
    dropped.add(group);
    excess -= sizeOf(group) - namesOf(group) - (pairs.has(keyOf(group)) ? 0 : AROUND_LEFT_OUT);
    pairs.add(keyOf(group));
  }
  const kept = groups.filter((group) => !dropped.has(group));
  const leftOut = [...Map.groupBy(dropped, keyOf).values()].map((some) => leftOutOf(some));
  const fitted: Report = { ...rest, groups: kept, leftOut, truncated: true };
  return sizeOf(fitted) <= most ? fitted : withoutNameservers(fitted, most);
}

/** The last nameservers are asked the least. */
function withoutNameservers(report: Report, most: number): Report {
  let fitted = report;
  for (const { address } of report.resolvers.toReversed()) {
    if (sizeOf(fitted) <= most) break;
    const isOther = ({ nameserver }: Pair): boolean => nameserver !== address;
    const { groups = [], leftOut = [], unasked = [] } = fitted;
    fitted = {
      ...fitted,
      groups: groups.filter(isOther),
      leftOut: leftOut.filter(isOther),
      unasked: unasked.filter(isOther),
    };
  }
  return fitted;
}

function leftOutOf(groups: readonly ReportGroup[]): NonNullable<Report['leftOut']>[number] {
  const hosts = [...new Set(groups.flatMap((group) => group.hosts ?? []))].sort();
  const { zone = '', nameserver = '' } = groups[0] ?? {};
  return { zone, nameserver, hosts, count: hosts.length };
}

function costOf(group: ReportGroup): number {
  return sizeOf(group) / Math.max(1, group.count);
}

function namesOf({ hosts = [] }: ReportGroup): number {
  return hosts.reduce((sum, name) => sum + name.length + AROUND_A_NAME, 0);
}

function keyOf({ zone, nameserver }: Pair): string {
  return `${nameserver} ${zone}`;
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}
