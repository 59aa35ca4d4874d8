import { addressOfEndpoint, isLocal, leadsNowhere } from '../../model/address-range.ts';
import { canonicalAddress } from '../../model/address.ts';
import type { HostStatus } from '../../model/api.ts';
import { isWithoutAnswer } from '../verdict/rank.ts';

/** What one nameserver gets wrong for one vantage, as a host's status tells it. */
export interface Fault {
  readonly audience: string;
  readonly vantage: string;
  readonly nameserver: string;
  readonly verdict: string;
  readonly answers: readonly string[];
  readonly expected: readonly string[];
  /** The message of the audience's condition, which may say more. */
  readonly message: string;
}

/** What is behind a fault, as far as its answers tell; each has its own way to be put right. */
export type FaultKind =
  /** It has an answer of its own, or asks elsewhere. */
  | 'Elsewhere'
  /** The same, and it is not of this network. */
  | 'Public'
  /** A server of the zone itself answers otherwise. */
  | 'ZoneServer'
  /** AAAA is denied beside a right A. */
  | 'HalfDenied'
  /** It keeps changing between right and wrong. */
  | 'Changing'
  | 'Filtered'
  | 'Rebinding'
  | 'Stale'
  | 'Refused'
  | 'Validation'
  | 'Failed'
  | 'Timeout'
  /** A hosts file overrides DNS. */
  | 'Pinned'
  /** No server of the zone holds the name, so nobody was asked. */
  | 'NotHeld'
  /** A word that this version does not know. */
  | 'Other';

/** The faults that a host's status lists, at most 3 of an audience. */
export function faultsOf({ audiences = [], conditions }: HostStatus): Fault[] {
  return audiences.flatMap(({ name, failing = [] }) => {
    const message = conditions.find(({ type }) => type === `${name}Resolve`)?.message ?? '';
    return failing.map(({ vantage, nameserver, verdict, answers = [], expected = [] }) => ({
      ...{ audience: name, vantage, nameserver, verdict, answers, expected, message },
    }));
  });
}

/** Faults of different hosts with the same text have one cause, as far as anybody can tell from outside. */
export function causeOf({ nameserver, verdict }: Pick<Fault, 'nameserver' | 'verdict'>): string {
  return `${nameserver} ${isWithoutAnswer(verdict) ? 'Failed' : verdict}`;
}

/** What is behind a fault; `servers` are the keys of the zone's servers. */
export function kindOf(fault: Fault, servers: readonly string[]): FaultKind {
  const { nameserver, verdict, answers } = fault;
  if (verdict === 'Timeout' || verdict === 'Pinned') return verdict;
  if (verdict === 'Failed') return failureKind(fault);
  if (servers.includes(nameserver)) return 'ZoneServer';
  if (verdict === 'Stale') return 'Stale';
  if (verdict === 'NotFound') return denialKind(fault);
  if (verdict === 'Mixed') return 'Changing';
  return verdict === 'External' && answers.length > 0 ? elsewhere(nameserver) : 'Other';
}

function failureKind({ answers, message }: Fault): FaultKind {
  if (answers.some((answer) => answer.endsWith('REFUSED'))) return 'Refused';
  return message.includes('DNSSEC') ? 'Validation' : 'Failed';
}

function denialKind({ nameserver, answers, expected }: Fault): FaultKind {
  const addresses = answers.flatMap((answer) => canonicalAddress(answer) ?? []);
  if (answers.length === 0) return 'NotHeld';
  if (addresses.some(leadsNowhere)) return 'Filtered';
  const isDenied = answers.some((answer) => answer.endsWith('NXDOMAIN'));
  if (isDenied) return addresses.length > 0 ? 'HalfDenied' : elsewhere(nameserver);
  return expected.every((address) => canonicalAddress(address) !== undefined && isLocal(address))
    ? 'Rebinding'
    : elsewhere(nameserver);
}

function elsewhere(nameserver: string): FaultKind {
  const address = addressOfEndpoint(nameserver);
  return address !== undefined && isLocal(address) ? 'Elsewhere' : 'Public';
}
