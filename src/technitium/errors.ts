import { ADVICE } from './advice.ts';

/** What went wrong with a call, as a closed list. All but the last five also are reasons of conditions on the zone. */
export type TechnitiumReason =
  /** No connection, no answer in time, a broken one, or HTTP 5xx. */
  | 'Unreachable'
  /** The token is unknown, expired, missing, or its user is gone. Trying again does not help. */
  | 'NotAuthenticated'
  /** Too many wrong passwords from this address. Trying again makes it last longer. */
  | 'LoginBlocked'
  /** The token is good but its user lacks the right. */
  | 'AccessDenied'
  | 'ZoneNotFound'
  /** Another type than Primary or Forwarder, or a zone of the server's own. */
  | 'ZoneNotWritable'
  /** The zone answers REFUSED over DNS. */
  | 'ZoneDisabled'
  /** What answers is no Technitium API, or not one that is understood here. */
  | 'UnexpectedAnswer'
  /** The zone was taken out of its cluster, whose other servers go on with it: nobody may ask for this copy. */
  | 'TwoPrimaries'
  | 'AlreadyExists'
  | 'NoSuchRecord'
  /** A CNAME beside other records (RFC 1034 section 3.6.2), either way round. */
  | 'CnameConflict'
  /** The zone is no copy of another server's, so it cannot be transferred. */
  | 'NotACopy'
  /** Anything else that the server says against this one record. */
  | 'Rejected';

/** A failed call. The message is for people; no token and no control character is ever in it. */
export class TechnitiumError extends Error {
  override readonly name = 'TechnitiumError';
  readonly reason: TechnitiumReason;
  /**
   * True when the call may have changed the zone in spite of the error: read the zone before counting on its serial.
   * Never true for a call that only reads.
   */
  readonly outcomeUnknown: boolean;
  /** What a person can do about it, as a sentence; empty where that is in the message. */
  readonly advice: string;

  // No `cause`: those of fetch and JSON.parse quote headers and bodies, and answers carry the token in clear.
  constructor(reason: TechnitiumReason, message: string, outcomeUnknown = false, advice = ADVICE[reason]) {
    super(message);
    this.reason = reason;
    this.outcomeUnknown = outcomeUnknown;
    this.advice = advice;
  }
}

interface FailureDetails {
  /** False when the server surely did not act on the request. */
  readonly mayHaveActed?: boolean;
  /** Whether the same request may succeed a moment later. */
  readonly transient?: boolean;
  /** What the server said, as it came: it ends the message. */
  readonly quote?: string;
  /** What to do about it, where more is known than the reason. */
  readonly advice?: string;
}

/** Why an answer is missing or of no use. Which server and which call it was is added by who made the call. */
export class Failure extends Error {
  readonly reason: TechnitiumReason;
  readonly details: FailureDetails;

  constructor(reason: TechnitiumReason, message: string, details: FailureDetails = {}) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}

/** The server has no error codes: its texts (15.2 and 14.3, the typing mistakes are theirs), first match wins. */
const TEXTS: readonly (readonly [RegExp, TechnitiumReason])[] = [
  [/^Parameter 'token' missing\.$/, 'NotAuthenticated'],
  [/^Invalid username or password\b/, 'NotAuthenticated'],
  [/^User account is disabled\./, 'NotAuthenticated'],
  [/^Max limit of \d+ attempts exceeded\./, 'LoginBlocked'],
  [/^Access was denied to manage internal DNS Server zone\.$/, 'ZoneNotWritable'],
  [/^Access was denied\b/, 'AccessDenied'],
  [/^No such zone was found: /, 'ZoneNotFound'],
  [/^Cannot (add|set|update|delete) records? in .+ zone\.$/, 'ZoneNotWritable'],
  [/^Zone must be a primary or forwarder type: /, 'ZoneNotWritable'],
  [/^Only Secondary, .* support resync\.$/, 'NotACopy'],
  [/^No such node exists in the Cluster by name: /, 'Unreachable'],
  [/^Record already exists\./, 'AlreadyExists'],
  [/^Cannot add record: record already exists\.$/, 'AlreadyExists'],
  [/^Cannot update record: the record does not exists\b/, 'NoSuchRecord'],
  // Said of a CNAME at a name that the zone, which does exist, does not hold.
  [/^Cannot update record: zone '.*' does not exists\.$/, 'NoSuchRecord'],
  [/^Cannot delete record: no such record exists\.$/, 'NoSuchRecord'],
  [/^Cannot add record: a CNAME record cannot exists with other record types\b/, 'CnameConflict'],
];

/** What the `errorMessage` of an answer with status `error` means. */
export function reasonOfText(text: string): TechnitiumReason {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'Rejected';
}

const LONGEST_QUOTE = 300;

/** A text of the server's as a message may quote it: one line, of bounded length, without the token. */
export function quotable(text: string, token: string): string {
  const line = text
    // Before the cut, which could leave half of it.
    .replaceAll(token, '[token]')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
