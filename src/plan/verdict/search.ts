import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import type { Look } from '../../model/look.ts';
import { judgeNameserver } from './nameserver.ts';
import { ofClass, see } from './seen.ts';

const GOES_ON: NameserverVerdict = {
  verdict: 'Internal',
  answers: [],
  expected: [],
  detail: 'has no such name under the search domain',
};

/**
 * What a host's name under a search domain does to clients that try that first: `Internal` where they go on to the name
 * itself. Whatever else it is, they get that: an address in all libraries, NOERROR without one and a failure in musl.
 */
export function judgeSearch(look: Look, searched: { expectation: Expectation; domain: string }, now: number) {
  const { expectation, domain } = searched;
  if (ofClass(see(look, expectation), 'nx').length > 0 && !givesAddresses(look)) return GOES_ON;
  // What would be to change is not the nameserver's forwarding.
  const { endsSearch: _, answersPublicly: __, ...verdict } = judgeNameserver(look, expectation, now);
  if (verdict.verdict === 'Internal') return GOES_ON;
  return {
    ...verdict,
    detail: `${verdict.detail}, for the name under the search domain ${domain}, which is tried first`,
  };
}

/** Whether a look under a search domain shows that there may be something for every host: any answer but NXDOMAIN. */
export function answersSearch({ a, aaaa }: Look): boolean {
  return [a, aaaa].some((answer) => answer?.outcome === 'answer' && answer.rcode === 'NOERROR');
}

/** Whether clients try the search domains before the name itself (resolv.conf(5), `ndots`). */
export function triesSearch(name: string, ndots: number): boolean {
  return name.split('.').length - 1 < ndots;
}

function givesAddresses({ a, aaaa }: Look): boolean {
  return [a, aaaa].some((answer) => answer?.outcome === 'answer' && answer.addresses.length > 0);
}
