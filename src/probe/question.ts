import { CHECKING_DISABLED, encode, RECURSION_DESIRED } from 'dns-packet';

/** Types that are asked for here. */
export type AskedType = 'A' | 'AAAA' | 'SOA';

/** What a query asks. */
export interface Question {
  /** Lower-case, without a trailing dot. */
  readonly name: string;
  readonly type: AskedType;
  /** Sets CD: a resolver that validates is to answer without (RFC 4035 3.2.2). */
  readonly checkingDisabled?: boolean | undefined;
}

/**
 * A query message as the stub resolvers of glibc and musl send it: one question of class IN, recursion desired, no
 * EDNS (RFC 1035 4.1).
 *
 * @param random from 0 to 1; makes the id, half of what a forged answer must guess (the port is the other)
 */
export function encodeQuestion({ name, type, checkingDisabled }: Question, random: () => number): Buffer {
  const id = Math.floor(random() * 0x1_0000);
  const flags = RECURSION_DESIRED | (checkingDisabled === true ? CHECKING_DISABLED : 0);
  return encode({ type: 'query', id, flags, questions: [{ name, type, class: 'IN' }] });
}
