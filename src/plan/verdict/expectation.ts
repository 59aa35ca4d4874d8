import { familyOf, sortedAddresses } from '../../model/address.ts';
import type { Expectation, PreviousSet } from '../../model/expectation.ts';
import type { ZoneSoa } from '../../model/soa.ts';
import type { Audience, PublicBlock } from '../../model/verdict.ts';
import type { HostTarget } from '../host/decide-host.ts';
import type { FormerSet } from '../zone/targets.ts';

/** What is known of the times around a host's record. */
export interface Timing {
  /** When the expectation last changed (ms). */
  readonly changedAt: number;
  /** When the last server of the zone gave the new answer; undefined while one is behind. */
  readonly levelAt: number | undefined;
  /** Whether the name had no addresses before. */
  readonly isNew: boolean;
  /** Earlier sets of the host and of the target that it follows, newest first. */
  readonly former: readonly FormerSet[];
}

/** What a zone adds to the expectation of each of its hosts. */
export interface ZoneExpectation {
  readonly soa: ZoneSoa | undefined;
  readonly publicBlocks: readonly PublicBlock[];
}

/** Technitium's default, where no SOA was read. */
const DEFAULT_NEGATIVE_TTL = 900;

/** What one audience should be told, with the times around it (docs/verdicts.md). */
export function expectationFor(
  host: string,
  target: HostTarget,
  audience: Audience,
  about: { readonly timing: Timing; readonly zone: ZoneExpectation },
): Expectation {
  const { timing, zone } = about;
  const own = audience === 'LAN' ? [] : target.clusterIPs;
  return {
    host,
    addresses: target.addresses.length === 0 ? [] : sortedAddresses([...target.addresses, ...target.alsoSeen, ...own]),
    hasIPv4: target.addresses.some((address) => familyOf(address) === 4),
    hasIPv6: target.addresses.some((address) => familyOf(address) === 6),
    cname: target.cname,
    previous: timing.former.map(previousSet),
    isNew: timing.isNew,
    changedAt: timing.changedAt,
    levelAt: timing.levelAt,
    negativeTtl: zone.soa?.negativeTtl ?? DEFAULT_NEGATIVE_TTL,
    soa: zone.soa && { mname: zone.soa.mname, rname: zone.soa.rname },
    publicBlocks: zone.publicBlocks,
  };
}

function previousSet({ addresses, cname, ttlSeconds, levelSince }: FormerSet): PreviousSet {
  return { addresses, cname, ttlSeconds, replacedAt: levelSince };
}
