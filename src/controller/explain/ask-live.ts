import { probeNameOf } from '../../model/host-name.ts';
import type { Answer, Look } from '../../model/look.ts';
import { parseHostStatus } from '../../model/views.ts';
import type { ExplainFacts, LiveFacts, SoaNow } from '../../plan/explain/facts.ts';
import { seenNow } from '../../plan/explain/live.ts';
import { ask, askSoa, type AskOptions, type SoaAnswer } from '../../probe/ask.ts';
import { monotonicClock } from '../../probe/clock.ts';
import { localAddressFor } from '../../probe/local-address.ts';
import { createLooker } from '../../probe/looker.ts';
import { parseNameserver, type NameserverAddress } from '../../probe/nameserver-address.ts';
import { createPacer } from '../../probe/pacer.ts';

/** What asking from here needs. */
export interface AskLiveOptions {
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** From 0 to 1; unpredictable. */
  readonly random: () => number;
}

/** A person waits, and many of the nameservers may be out of reach from here. */
const PATIENCE = { timeoutMs: 2_000, attempts: 2 };
const PACE = { queriesPerSecond: 20, burst: 20 };

/**
 * Asks the servers of the zone and, if all of those that answer have the name as it is now, the nameservers of all vantages,
 * from this machine: no question plants a denial or an old answer in a cache.
 */
export async function askLive(
  facts: ExplainFacts,
  { now, random }: AskLiveOptions,
  signal: AbortSignal,
): Promise<LiveFacts> {
  const look = createLooker({
    ask,
    now,
    random,
    clock: monotonicClock,
    pacer: createPacer({ clock: monotonicClock, ...PACE }),
  });
  const subject = { name: probeNameOf(facts.view.spec.host), cname: facts.decision?.target?.cname };
  const [looks, from, soas] = [new Map<string, Look>(), new Map<string, string>(), new Map<string, SoaNow>()];
  const sources = new Map<string, string>();
  const lookAt = async (key: string, server: NameserverAddress): Promise<void> => {
    const address = await localAddressFor(server, sources);
    if (address !== undefined) from.set(key, address);
    looks.set(key, await look({ ...server, ...PATIENCE }, subject, signal));
  };
  const askServer = async ({ key, address, port }: ExplainFacts['servers'][number]): Promise<void> => {
    const server = { address, port };
    await lookAt(key, server);
    const zone = facts.zone?.view.name;
    const options: AskOptions = { server, signal, random, ...PATIENCE };
    if (zone !== undefined) soas.set(key, soaNow(await askSoa(options, zone)));
  };
  const at = now();
  await Promise.all(facts.servers.map(askServer));
  const seen = { at, looks, soas, from };
  const others = new Set(facts.vantages.flatMap(({ nameservers }) => nameservers).filter((key) => !looks.has(key)));
  if (mayAskCaches({ ...facts, live: seen })) {
    await Promise.all(
      [...others].map(async (key) => {
        const server = parseNameserver(key);
        if (server !== undefined) await lookAt(key, server);
      }),
    );
  }
  return seen;
}

/**
 * Whether a cache may be asked: every server of the zone that answers gives the name, and not as it was before. Where the zone
 * lists no servers, what the operator last saw in the zone counts.
 */
function mayAskCaches(facts: ExplainFacts): boolean {
  const status = parseHostStatus(facts.view.statusText);
  if (facts.servers.length === 0) return (status.records ?? []).length > 0;
  const answering = facts.servers.filter(({ key }) => facts.live?.looks.get(key)?.a.outcome === 'answer');
  return (
    answering.length > 0 &&
    answering.every(({ key }) => {
      const { a, aaaa } = facts.live?.looks.get(key) ?? {};
      const verdict = seenNow(key, 'LAN', facts, status)?.verdict;
      return (isPositive(a) || isPositive(aaaa)) && verdict !== 'Propagating' && verdict !== 'Stale';
    })
  );
}

function isPositive(answer: Answer | undefined): boolean {
  return (
    answer?.outcome === 'answer' && answer.rcode === 'NOERROR' && answer.addresses.length + answer.chain.length > 0
  );
}

function soaNow(answer: SoaAnswer): SoaNow {
  if (answer.outcome !== 'soa') return { problem: answer.outcome === 'none' ? answer.rcode : answer.outcome };
  const { serial, mname, rname, refresh, ttl, minimum } = answer.soa;
  return { serial, mname, rname, refresh, negativeTtl: Math.min(ttl, minimum) };
}
