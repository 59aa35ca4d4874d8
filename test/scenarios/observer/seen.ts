/** What one look-up, or one nameserver, gave. */
export type Seen =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** The name does not exist, or has no address. */
  | { readonly kind: 'none'; readonly word: string }
  /** An error that is no answer about the name, or silence. */
  | { readonly kind: 'failure'; readonly word: string };

/** How it compares with what should come. */
export type Class = 'internal' | 'old' | 'other' | 'none' | 'failed';

/** The addresses that a host should have now, and those that it had before. */
export interface Right {
  readonly now: readonly string[];
  readonly before: readonly string[];
}

/** Compares by nothing but the addresses. */
export const classOf = (seen: Seen, { now, before }: Right): Class => {
  if (seen.kind === 'none') return 'none';
  if (seen.kind === 'failure') return 'failed';
  if (seen.addresses.every((address) => now.includes(address))) return 'internal';
  return seen.addresses.every((address) => now.includes(address) || before.includes(address)) ? 'old' : 'other';
};

/** For people: the addresses or the error. */
export const textOf = (seen: Seen): string => (seen.kind === 'addresses' ? seen.addresses.join(',') : seen.word);

const NONE = new Set(['EAI_NONAME', 'EAI_NODATA', 'not-found', 'NXDOMAIN', 'NODATA']);

/** Of an error word of a look-up program or of kdig. */
export const seenError = (word: string): Seen => ({ kind: NONE.has(word) ? 'none' : 'failure', word });

/** Of addresses, in an order that does not depend on the turn they came in. */
export const seenAddresses = (addresses: readonly string[]): Seen => ({
  kind: 'addresses',
  addresses: [...new Set(addresses)].sort(),
});
