import { familyOf, sortedAddresses } from '../../model/address.ts';
import type { NameserverVerdict } from '../../model/expectation.ts';
import type { ChainLink, NameserverFinding } from './vantage.ts';

/** What a machine's hosts file says of a host. */
export interface PinnedHost {
  readonly file: string;
  /** Canonical; at least one. */
  readonly addresses: readonly string[];
  /** Those that it should have; empty where that is not known. */
  readonly expected: readonly string[];
  /** Whether DNS is asked for the family that the file has no address of: by glibc, and not by musl, Go and systemd-resolved. */
  readonly asksOtherFamily: boolean;
}

const MOST_LISTED = 8;

/** What is to be said of the file. */
export function findingOfPins({ file, addresses, expected }: PinnedHost): NameserverFinding {
  const misleads = expected.length > 0 && addresses.some((address) => !expected.includes(address));
  const pinned = sortedAddresses(addresses).slice(0, MOST_LISTED);
  const then = misleads ? `expected ${expected.slice(0, MOST_LISTED).join(' or ')}` : 'whatever DNS says';
  return {
    verdict: 'Pinned',
    nameserver: file,
    accepted: false,
    answers: pinned,
    expected: expected.slice(0, MOST_LISTED),
    detail: `pins it to ${pinned.join(', ')}, ${then}`,
    ...(misleads && { misleads }),
  };
}

/** Whether anybody asks DNS about the host nevertheless. */
export function asksBeside({ addresses, asksOtherFamily }: PinnedHost): boolean {
  return asksOtherFamily && new Set(addresses.map(familyOf)).size === 1;
}

/** A nameserver as far as it is still asked: what it says of the other family is a fault only where wrong addresses come. */
export function besidePins(link: ChainLink, { addresses }: PinnedHost): ChainLink {
  const pinned = new Set(addresses.map(familyOf));
  const { verdict } = link;
  const leadsAstray = verdict.answers.some(
    (answer) => isAddress(answer) && !pinned.has(familyOf(answer)) && !verdict.expected.includes(answer),
  );
  return leadsAstray ? link : { ...link, verdict: harmless(verdict) };
}

function harmless({ answers, expected, detail }: NameserverVerdict): NameserverVerdict {
  return { verdict: 'Internal', answers, expected, detail };
}

/** Words stand among answers, such as NXDOMAIN and AAAA SERVFAIL. */
function isAddress(answer: string): boolean {
  return /^[\d.]+$|:/.test(answer);
}
