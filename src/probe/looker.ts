import type { Answer, Look, QuestionType } from '../model/look.ts';
import type { ask } from './ask.ts';
import type { Clock } from './clock.ts';
import { look, type Subject } from './look.ts';
import { createNat64Prefixes, NAT64_NAME } from './nat64.ts';
import { formatNameserver } from './nameserver-address.ts';
import { PRIORITY, take, type Pacer } from './pacer.ts';
import type { ProbedNameserver } from './prober.ts';

export interface LookerOptions {
  /** Paces the questions that only explain a look; those of the look itself are granted to the prober. */
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** From 0 to 1; unpredictable. */
  readonly random: () => number;
  /** Milliseconds of the wall clock, for `Look.at`. */
  readonly now: () => number;
  readonly ask: typeof ask;
}

/**
 * Makes what a prober looks with: A and AAAA as a client asks, and where that needs explaining one question more. A
 * SERVFAIL is asked again with CD=1: an answer then means that validation fails. An IPv6 address that came has the
 * nameserver asked, once an hour at most, what it translates IPv4 into.
 */
export function createLooker({ pacer, clock, random, now, ask }: LookerOptions) {
  const nat64 = createNat64Prefixes(clock);

  return async (nameserver: ProbedNameserver, subject: Subject, signal: AbortSignal): Promise<Look> => {
    const { timeoutMs, attempts, searchDomain } = nameserver;
    const options = { server: nameserver, timeoutMs, attempts, signal, random };
    const wanted = searchDomain === undefined ? subject : { name: `${subject.name}.${searchDomain}` };
    const seen = await look(wanted, (name, type) => ask(options, name, type), now);
    const askMore = async (name: string, type: QuestionType, checkingDisabled: boolean): Promise<Answer> => {
      await take(pacer, nameserver, PRIORITY.first, signal);
      return ask({ ...options, checkingDisabled }, name, type);
    };
    const failed = typeOfServfail(seen);
    const unvalidated = failed && (await askMore(wanted.name, failed, true));
    const nat64Prefixes = hasIPv6(seen)
      ? await nat64.of(formatNameserver(nameserver), () => askMore(NAT64_NAME, 'AAAA', false))
      : [];
    return {
      ...seen,
      ...(unvalidated && { unvalidated }),
      ...(nat64Prefixes.length > 0 && { nat64Prefixes }),
      at: now(),
    };
  };
}

function typeOfServfail({ a, aaaa }: Look): QuestionType | undefined {
  if (isServfail(a)) return 'A';
  return isServfail(aaaa) ? 'AAAA' : undefined;
}

function isServfail(answer: Answer | undefined): boolean {
  return answer?.outcome === 'answer' && answer.rcode === 'SERVFAIL';
}

function hasIPv6({ aaaa, cname }: Look): boolean {
  return [aaaa, cname?.aaaa].some((answer) => answer?.outcome === 'answer' && answer.addresses.length > 0);
}
