import { encode, RECURSION_DESIRED } from 'dns-packet';

/** Types that are asked for here. */
export type AskedType = 'A' | 'AAAA' | 'SOA';

/**
 * A query message as the stub resolvers of glibc and musl send it: one question of class IN, recursion desired, no
 * EDNS (RFC 1035 4.1).
 *
 * @param name lower-case, without a trailing dot
 * @param random from 0 to 1; makes the id, half of what a forged answer must guess (the port is the other)
 */
export function encodeQuestion(name: string, type: AskedType, random: () => number): Buffer {
  const id = Math.floor(random() * 0x1_0000);
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type, class: 'IN' }] });
}
