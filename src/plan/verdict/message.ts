import { addressOfEndpoint, isLocal } from '../../model/address-range.ts';
import type { NameserverFinding } from './vantage.ts';

/** What one nameserver says to one vantage. */
export interface Failure extends NameserverFinding {
  readonly vantage: string;
  /** Whether others that the vantage may ask answer as expected, so that the vantage is Mixed. */
  readonly isMixed: boolean;
}

/** Where the zone is to be asked, so that a message can say what to change. */
export interface Advice {
  readonly zone: string;
  /** The zone's DNS servers, as the vantages write addresses (port left out where it is 53); the first is the one to name. */
  readonly servers: readonly string[];
}

const MOST_SENTENCES = 3;
const MOST_NAMES = 3;
const LONGEST_MESSAGE = 1024;

/** A sentence for each thing that a nameserver says, those of several vantages in one; then how many are left out. */
export function sentencesOf(failures: readonly Failure[], advice: Advice): readonly string[] {
  const groups = Map.groupBy(failures, ({ nameserver, detail }) => `${nameserver} ${detail}`);
  const sentences = [...groups.values()].slice(0, MOST_SENTENCES).map((group) => sentenceOf(group, advice));
  const rest = groups.size - sentences.length;
  return rest > 0 ? [...sentences, `And ${rest} more like that.`] : sentences;
}

/** `lan-a, lan-b, lan-c and 2 more`. */
export function namesOf(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** Sentences as one message of bounded length. */
export function messageOf(sentences: readonly string[]): string {
  const message = sentences.join(' ');
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
}

function sentenceOf(group: readonly Failure[], advice: Advice): string {
  const [first] = group;
  if (first === undefined) return '';
  const what = `${namesOf(group.map(({ vantage }) => vantage))}: ${first.nameserver} ${first.detail}.`;
  const change = whatToChange(first, advice);
  return change === undefined ? what : `${what} ${first.nameserver} ${change}.`;
}

/** What to change where a nameserver evidently does not know the internal horizon. */
function whatToChange(
  { nameserver, accepted, answersPublicly, verdict }: Failure,
  { zone, servers }: Advice,
): string | undefined {
  if (verdict === 'Pinned') return 'overrides DNS there: take the name out of it';
  if (accepted || !answersPublicly) return undefined;
  if (servers.includes(nameserver)) return 'is a server of the zone: look there for what translates its answers';
  const address = addressOfEndpoint(nameserver);
  if (address === undefined || !isLocal(address)) {
    return 'is not of this network: take it out, or list it in acceptedFallbacks of the zone';
  }
  return `has no forward for ${zone} to ${servers[0] ?? "the zone's servers"}`;
}
