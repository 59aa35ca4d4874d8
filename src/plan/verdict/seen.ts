import { sortedAddresses } from '../../model/address.ts';
import { leadsNowhere } from '../../model/address-range.ts';
import type { Expectation } from '../../model/expectation.ts';
import type { Answer, Look, QuestionType } from '../../model/look.ts';
import { addressesOf, classify, unexpectedIn, type AnswerClass } from './classify.ts';

/** One type's answer with its class. */
export interface TypeSeen {
  readonly type: QuestionType;
  readonly answer: Answer;
  readonly class: AnswerClass;
}

/** A look beside what was expected of it: what the rows of the table decide on. */
export interface Seen {
  readonly a: TypeSeen;
  /** Undefined where AAAA was not asked. */
  readonly aaaa: TypeSeen | undefined;
  readonly all: readonly TypeSeen[];
  readonly look: Look;
  /** The expectation; for a `cname` target filled in with what the same nameserver says of that name. */
  readonly expectation: Expectation;
  readonly nat64Prefixes: readonly string[];
}

/** Holds a look against the expectation. */
export function see(look: Look, expectation: Expectation): Seen {
  const expected = fillIn(look, expectation);
  const nat64Prefixes = look.nat64Prefixes ?? [];
  const typeSeen = (type: QuestionType, answer: Answer, sibling: Answer | undefined): TypeSeen => ({
    type,
    answer,
    class: classify(answer, sibling, expected, nat64Prefixes),
  });
  const a = typeSeen('A', look.a, look.aaaa);
  const aaaa = look.aaaa && typeSeen('AAAA', look.aaaa, look.a);
  return { a, aaaa, all: aaaa ? [a, aaaa] : [a], look, expectation: expected, nat64Prefixes };
}

/** The types of a look that fall into a class. */
export function ofClass({ all }: Seen, wanted: AnswerClass): readonly TypeSeen[] {
  return all.filter((typeSeen) => typeSeen.class === wanted);
}

/** The addresses that came and are not expected now, unwrapped, in the order of the answers. */
export function unexpectedOf({ all, expectation, nat64Prefixes }: Seen): readonly string[] {
  return all.flatMap(({ answer }) => unexpectedIn(answer, expectation, nat64Prefixes));
}

function fillIn({ cname: beside }: Look, expectation: Expectation): Expectation {
  if (expectation.cname === undefined) return expectation;
  const [ipv4, ipv6] = [beside?.a, beside?.aaaa].map((answer) =>
    addressesOf(answer).filter((address) => !leadsNowhere(address)),
  );
  return {
    ...expectation,
    addresses: sortedAddresses([...(ipv4 ?? []), ...(ipv6 ?? [])]),
    hasIPv4: (ipv4 ?? []).length > 0,
    hasIPv6: (ipv6 ?? []).length > 0,
  };
}
