import type { Answer } from '../model/look.ts';
import { isTruncated, type AskOptions, type SoaAnswer } from './ask.ts';
import type { Clock } from './clock.ts';
import type { NameserverAddress } from './nameserver-address.ts';

/** Told of each question: whom it went to, what came (the response code, or why there is none), and how long that took. */
export type NoteQuestion = (server: NameserverAddress, outcome: string, seconds: number) => void;

type Ask<Question extends unknown[], Got> = (options: AskOptions, ...question: Question) => Promise<Got>;

/** Asks as `ask` does, and tells of it. */
export function metered<Question extends unknown[], Got extends Answer | SoaAnswer>(
  ask: Ask<Question, Got>,
  { clock, note }: { readonly clock: Pick<Clock, 'now'>; readonly note: NoteQuestion },
): Ask<Question, Got> {
  return async (options, ...question) => {
    const askedAt = clock.now();
    const answer = await ask(options, ...question);
    note(options.server, outcomeOf(answer), (clock.now() - askedAt) / 1000);
    return answer;
  };
}

function outcomeOf(answer: Answer | SoaAnswer): string {
  switch (answer.outcome) {
    case 'answer':
    case 'none':
      return answer.rcode;
    case 'soa':
      return 'NOERROR';
    case 'silent':
      return isTruncated(answer) ? 'truncated' : 'silent';
    case 'malformed':
      return 'malformed';
  }
}
