import type { Answer as PacketRecord } from 'dns-packet';
import { sortedAddresses } from '../model/address.ts';
import type { Answer, QuestionType } from '../model/look.ts';
import { answerOf, soaOf, type Soa } from './answer.ts';
import type { NameserverAddress } from './nameserver-address.ts';
import { encodeQuestion, type Question } from './question.ts';
import type { Message } from './reply.ts';
import { exchangeTcp } from './tcp.ts';
import { exchangeUdp } from './udp.ts';

/** Where to ask, and how patiently. */
export interface AskOptions {
  readonly server: NameserverAddress;
  /** How long each attempt is waited for. @default 5000 */
  readonly timeoutMs?: number | undefined;
  /** How often the query is sent before the server counts as silent. @default 2 */
  readonly attempts?: number | undefined;
  readonly signal: AbortSignal;
  /** Asks past a validating resolver's checks, to tell why it fails. @default false, as clients ask */
  readonly checkingDisabled?: boolean | undefined;
  /** From 0 to 1; unpredictable, for the ids of queries. */
  readonly random: () => number;
}

/** What a server said of a zone's SOA. */
export type SoaAnswer =
  | { readonly outcome: 'soa'; readonly soa: Soa; readonly aa: boolean }
  /** An answer without the zone's SOA: the server does not hold the zone, or refuses. */
  | { readonly outcome: 'none'; readonly rcode: string }
  | Exclude<Answer, { outcome: 'answer' }>;

/**
 * Nothing came over TCP after an answer over UDP that was cut short (TC): to a client, silence; for Technitium, how it
 * throttles (600 a minute, after a burst of 3,000). Another shape of the answer `silent`, which `isTruncated` tells from
 * plain silence.
 */
const TRUNCATED = { outcome: 'silent', truncated: true } as const;

/** Whether an answer is silence after TC: then the server lives, and may be throttling us. */
export function isTruncated(answer: Answer | SoaAnswer): boolean {
  return 'truncated' in answer;
}

/**
 * Asks one server for one type of one name as the stub resolvers of glibc and musl do: UDP, again after silence, TCP
 * after TC. What comes is judged before it is believed. Rejects only when the signal aborts or when this machine has no
 * socket left; all else is an answer.
 *
 * @param name lower-case, without a trailing dot
 */
export async function ask(options: AskOptions, name: string, type: QuestionType): Promise<Answer> {
  const reply = await exchange(options, { name, type, checkingDisabled: options.checkingDisabled });
  return 'outcome' in reply ? reply : answerOf(reply, name, type);
}

/** What a name stands for, and for how long that may be believed. */
export interface ResolvedName {
  /** Of both families, canonical and sorted; empty where the name has none. */
  readonly addresses: readonly string[];
  /** The least TTL on the way to them, in seconds. */
  readonly ttlSeconds: number;
}

/** Asks one server for the addresses of a name, as `ask` does; undefined where it gives no answer to use. */
export async function askAddresses(options: AskOptions, name: string): Promise<ResolvedName | undefined> {
  const addresses: string[] = [];
  const ttls: number[] = [];
  for (const type of ['A', 'AAAA'] as const) {
    const reply = await exchange(options, { name, type });
    const answer = 'outcome' in reply ? reply : answerOf(reply, name, type);
    if (answer.outcome !== 'answer' || !['NOERROR', 'NXDOMAIN'].includes(answer.rcode)) return undefined;
    addresses.push(...answer.addresses);
    if ('answers' in reply && answer.addresses.length > 0) ttls.push(...(reply.answers ?? []).map(ttlOf));
  }
  return { addresses: sortedAddresses(addresses), ttlSeconds: ttls.length === 0 ? 0 : Math.min(...ttls) };
}

/** Asks one server for the SOA of a zone, as `ask` does. */
export async function askSoa(options: AskOptions, zone: string): Promise<SoaAnswer> {
  const reply = await exchange(options, { name: zone, type: 'SOA' });
  if ('outcome' in reply) return reply;
  const soa = soaOf(reply.answers?.filter((record) => record.name.toLowerCase() === zone));
  return soa ? { outcome: 'soa', soa, aa: reply.flag_aa } : { outcome: 'none', rcode: reply.rcode };
}

/** An OPT pseudo-record has no TTL, and stands in no answer section anyway. */
function ttlOf(record: PacketRecord): number {
  return 'ttl' in record ? (record.ttl ?? 0) : 0;
}

async function exchange(
  { server, timeoutMs = 5000, attempts = 2, signal, random }: AskOptions,
  question: Question,
): Promise<Message | Exclude<Answer, { outcome: 'answer' }>> {
  const way = { server, query: encodeQuestion(question, random), timeoutMs, attempts, signal };
  const overUdp = await exchangeUdp(way);
  const reply = overUdp.kind === 'truncated' ? await exchangeTcp(way) : overUdp;
  if (reply.kind === 'message') return reply.message;
  if (reply.kind === 'malformed') return { outcome: 'malformed', problem: reply.problem };
  return overUdp.kind === 'truncated' ? TRUNCATED : { outcome: 'silent' };
}
