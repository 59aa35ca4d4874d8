import { familyOf } from '../../model/address.ts';
import { probeNameOf } from '../../model/host-name.ts';
import type { Answer, QuestionType } from '../../model/look.ts';
import type { ZoneRecord } from '../../model/record.ts';

/** A question whose answer tells whether a server has what the primary has at a name. */
export interface ContentQuestion {
  readonly name: string;
  readonly type: QuestionType;
  /** Whether an answer is what the primary gives. */
  readonly isSame: (answer: Answer) => boolean;
}

/** The question for a name that has these records on the primary; undefined where no answer would tell. */
export function contentQuestion(name: string, records: readonly ZoneRecord[]): ContentQuestion | undefined {
  const enabled = records.filter(({ disabled }) => !disabled);
  const asked = probeNameOf(name);
  const alias = enabled.find(({ type }) => type === 'CNAME')?.value;
  if (alias !== undefined) {
    return { name: asked, type: 'A', isSame: (answer) => answer.outcome === 'answer' && answer.chain.includes(alias) };
  }
  const addresses = enabled.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ value }) => value);
  const family = addresses.some((address) => familyOf(address) === 4) ? 4 : 6;
  const wanted = addresses.filter((address) => familyOf(address) === family).sort();
  if (wanted.length === 0) return undefined;
  return {
    name: asked,
    type: family === 4 ? 'A' : 'AAAA',
    isSame: (answer) => answer.outcome === 'answer' && answer.addresses.toSorted().join() === wanted.join(),
  };
}
