import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import type { Standing } from './confirm.ts';

/**
 * Why a nameserver that caches is not asked for a host now (docs/promises.md, 7), where it is not:
 * `Behind`: a server of the zone does not give the new answer yet, within its lag. `PastLag`: the same, for longer than
 * its lag. `NotHeld`: no server of the zone holds the name.
 */
export type HeldBack = 'Behind' | 'PastLag' | 'NotHeld';

/** What is known of one host at one nameserver beside the looks. */
export interface Circumstances {
  readonly expectation: Pick<Expectation, 'addresses' | 'changedAt'>;
  readonly heldBack: HeldBack | undefined;
  /** Reason of the host's condition RecordPublished. */
  readonly recordReason: string;
  /** Whether the prober is kept from asking this nameserver by its limit on queries. */
  readonly isThrottled: boolean;
  /** The zone's or the vantage's, whichever is longer. */
  readonly rotationSeconds: number;
}

/** A verdict that is not looked at again within so many rotations says nothing any more. */
export const ROTATIONS_A_VERDICT_LASTS = 3;
const NOTHING_CAME = { answers: [], expected: [] };

const UNASKED: NameserverVerdict = {
  verdict: 'Propagating',
  detail: 'was not asked yet since the expected answer changed',
  ...NOTHING_CAME,
};
const WAITS_FOR_SERVERS: NameserverVerdict = {
  verdict: 'Propagating',
  detail: 'is not asked before every server of the zone has the new answer',
  ...NOTHING_CAME,
};
const SERIAL_BEHIND: NameserverVerdict = {
  verdict: 'Unknown',
  cause: 'SerialBehind',
  detail: 'is not asked, since a server of the zone is behind for longer than its allowed lag',
  ...NOTHING_CAME,
};
const OUTDATED: NameserverVerdict = {
  verdict: 'Unknown',
  detail: `was not asked within ${ROTATIONS_A_VERDICT_LASTS} rotations`,
  ...NOTHING_CAME,
};
const THROTTLED: NameserverVerdict = {
  ...OUTDATED,
  cause: 'Throttled',
  detail: `${OUTDATED.detail}: it limits how often it may be asked`,
};
const NOT_HELD = 'is not asked, since no server of the zone holds the name';
const NOT_HELD_UNKNOWN: NameserverVerdict = { verdict: 'Unknown', detail: NOT_HELD, ...NOTHING_CAME };

/** The verdict that counts now for one host at one nameserver: what stands, unless time or the zone took its ground away. */
export function currentVerdict(
  standing: Pick<Standing, 'verdict' | 'at'> | undefined,
  circumstances: Circumstances,
  now: number,
): NameserverVerdict {
  const { expectation, heldBack, isThrottled, rotationSeconds } = circumstances;
  if (heldBack === 'NotHeld') return notHeld(circumstances);
  const asked = standing !== undefined && standing.at >= expectation.changedAt ? standing : undefined;
  if (asked === undefined && heldBack === 'PastLag') return SERIAL_BEHIND;
  if (asked === undefined && heldBack === 'Behind') return WAITS_FOR_SERVERS;
  const { at, verdict } = asked ?? { at: expectation.changedAt, verdict: UNASKED };
  if (now - at <= ROTATIONS_A_VERDICT_LASTS * rotationSeconds * 1000) return verdict;
  return isThrottled ? THROTTLED : OUTDATED;
}

function notHeld({ recordReason, expectation }: Circumstances): NameserverVerdict {
  const isMissed = recordReason === 'Observed' || recordReason === 'Published';
  if (!isMissed) return NOT_HELD_UNKNOWN;
  return { verdict: 'NotFound', detail: NOT_HELD, answers: [], expected: expectation.addresses.slice(0, 8) };
}
