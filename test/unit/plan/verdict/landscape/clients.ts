import type { Answer } from '../../../../../src/model/look.ts';
import type { Place } from './landscape.ts';

/** What a program gets that looks the host up: every address that may come, or that it fails. */
export interface Outcome {
  readonly addresses: readonly string[];
  readonly mayFail: boolean;
}

interface Said {
  readonly a: Answer;
  readonly aaaa: Answer | undefined;
}

/** The last word of each server of a place, in the client's order. */
function lastWords({ servers }: Place): Said[] {
  return servers.flatMap(({ looks }) => looks.at(-1) ?? []);
}

const addressesIn = (answer: Answer | undefined): readonly string[] =>
  answer?.outcome === 'answer' && answer.rcode === 'NOERROR' ? answer.addresses : [];
const denies = (answer: Answer | undefined): boolean => answer?.outcome === 'answer' && answer.rcode === 'NXDOMAIN';

/** Whether musl takes an answer for one: whatever says NOERROR or NXDOMAIN. */
function isTaken(answer: Answer | undefined): boolean {
  return answer?.outcome === 'answer' && (answer.rcode === 'NOERROR' || denies(answer));
}

/**
 * Whether glibc and Go take it, and do not go on to their next server: not where nothing comes from who is no resolver,
 * unless it has addresses of the other type.
 */
function isUsable(answer: Answer | undefined, other: Answer | undefined): boolean {
  if (answer?.outcome !== 'answer' || !isTaken(answer)) return false;
  return denies(answer) || answer.aa || answer.ra || addressesIn(answer).length > 0 || addressesIn(other).length > 0;
}

/** glibc asks both types of one server, goes on if there is no A to use, and takes what it gets of them. */
export function askLikeGlibc(place: Place): Outcome {
  const said = lastWords(place).find(({ a, aaaa }) => isUsable(a, aaaa));
  const addresses = [...addressesIn(said?.a), ...addressesIn(said?.aaaa)];
  return { addresses, mayFail: addresses.length === 0 };
}

/** Go decides which server answers for each type alone. */
export function askLikeGo(place: Place): Outcome {
  const words = lastWords(place);
  const a = words.find((said) => isUsable(said.a, said.aaaa))?.a;
  const aaaa = words.find((said) => isUsable(said.aaaa, said.a))?.aaaa;
  const addresses = [...addressesIn(a), ...addressesIn(aaaa)];
  return { addresses, mayFail: addresses.length === 0 };
}

/**
 * musl asks all servers at once: any usable answer may be the first, for each type. One NXDOMAIN denies the name, and a
 * type that nobody answers fails it whole.
 */
export function askLikeMusl(place: Place): Outcome {
  const words = lastWords(place);
  const a = words.map((said) => said.a).filter(isTaken);
  const aaaa = words.map((said) => said.aaaa).filter(isTaken);
  const mayLack = (answers: readonly (Answer | undefined)[]): boolean =>
    answers.some((answer) => addressesIn(answer).length === 0);
  const isDenied = [...a, ...aaaa].some(denies);
  const isUnanswered = a.length === 0 || aaaa.length === 0;
  return {
    addresses: [...a, ...aaaa].flatMap(addressesIn),
    mayFail: isDenied || isUnanswered || (mayLack(a) && mayLack(aaaa)),
  };
}

/** The place with every server as the first in turn, as `rotate` makes it. */
export function turnsOf(place: Place): Place[] {
  return place.servers.map((server, index) => ({
    ...place,
    servers: [server, ...place.servers.slice(index + 1), ...place.servers.slice(0, index)],
  }));
}
