import type { Look } from '../../model/look.ts';
import { probeNameOf } from '../../model/host-name.ts';
import { answersSearch, triesSearch } from '../../plan/verdict/search.ts';
import { isThrottled } from '../../probe/look.ts';
import type { ProbedNameserver, Prober } from '../../probe/prober.ts';
import type { World } from '../world.ts';
import { askedChains, askedPlacesOf, chainOf, nameserversOf, slotsOf, type VantageChain } from './chains.ts';
import type { VantageCounts } from './vantage-counts.ts';
import type { Verdicts } from './verdicts.ts';
import type { ZoneProbe } from './zone-probe.ts';

/** The nameservers of all vantages, and how each is asked. */
export interface AskedNameservers {
  readonly chains: readonly VantageChain[];
  /** A vantage came, went or changed, or the resolver configuration may have. */
  refresh(): void;
  /** Zones or what they accept changed. */
  applyModes(zone: string): void;
  removeZone(zone: string): void;
  /** Whether a nameserver is asked about a host for any of the audiences; undefined stands for all. */
  isAskedFor(key: string, host: string, audiences: readonly string[] | undefined): boolean;
  /** Whether a nameserver limits how often it may be asked; who is kept off by that has not looked. */
  isThrottled(key: string): boolean;
  /** Takes note of whether a look was kept from seeing anything by such a limit, which it tells. */
  noteThrottling(key: string, host: string, seen: Look): boolean;
  /** Whether only the canary is asked there: what it said stands for all hosts of the zone. */
  isCanaryOnly(key: string, zone: string): boolean;
  /** Takes note of a look under a search domain: gives whether all hosts are asked for there from now on. */
  noteSearch(key: string, zone: string, seen: Look): boolean;
  /** What the canary said changed: gives whether that counts for all hosts of the zone, or did. */
  canaryChanged(key: string, zone: string): boolean;
  /** Asks every nameserver for a host before all others. */
  ask(host: string): void;
  /** Asks every nameserver for all hosts of a zone. */
  sweep(zone: string): void;
}

/** What it takes to know them. */
export interface AskedNameserversOptions {
  readonly world: Pick<World, 'vantages'>;
  readonly prober: Prober;
  readonly verdicts: Pick<Verdicts, 'isWithoutAnswer' | 'forgetNameserver'>;
  readonly counts: VantageCounts;
  readonly probes: () => Iterable<ZoneProbe>;
  /** Hosts whose verdicts from before our start leave something to be asked. */
  readonly openHosts: () => Iterable<string>;
  readonly readResolvConf: () => string;
  /** What is known of a vantage changed. */
  readonly vantageChanged: (vantage: string) => void;
  /** Other nameservers are asked than before, or from other places. */
  readonly changed: () => void;
}

/** Technitium counts a client's queries by the minute. */
const THROTTLED_FOR_MS = 60_000;

/** Nobody is asked yet. */
export function createAskedNameservers(options: AskedNameserversOptions): AskedNameservers {
  const { world, prober, verdicts } = options;
  const throttled = new Set<string>();
  /** `key zone`: where the canary's verdict stands for all hosts. */
  const canaryOnly = new Set<string>();
  /** `key zone`: search domains under which something else than NXDOMAIN ever came. */
  const answering = new Set<string>();
  let chains: readonly VantageChain[] = [];
  let nameservers = new Map<string, ProbedNameserver>();
  let isFirst = true;

  const slotOf = (key: string, zone: string): string => `${key} ${zone}`;
  /** Of an accepted fallback, of a nameserver without an answer that others stand behind, and under a search domain that holds nothing, only canaries are asked. */
  const applyMode = (key: string, probe: ZoneProbe): void => {
    const { name } = probe.zone;
    const isSearch = nameservers.get(key)?.searchDomain !== undefined;
    const isCanaryOnly = isSearch
      ? !answering.has(slotOf(key, name))
      : probe.isAccepted(key) || verdicts.isWithoutAnswer(key, name);
    if (isCanaryOnly) canaryOnly.add(slotOf(key, name));
    else canaryOnly.delete(slotOf(key, name));
    prober.setMode(key, name, isCanaryOnly ? 'canary' : 'all');
  };
  const probeOf = (zone: string): ZoneProbe | undefined => {
    for (const probe of options.probes()) if (probe.zone.name === zone) return probe;
    return undefined;
  };
  const forgetSlot = (key: string, zone: string): void => {
    canaryOnly.delete(slotOf(key, zone));
    answering.delete(slotOf(key, zone));
  };
  const remove = (key: string): void => {
    prober.removeNameserver(key);
    verdicts.forgetNameserver(key);
    throttled.delete(key);
    for (const { zone } of options.probes()) forgetSlot(key, zone.name);
  };
  /** A nameserver that is new to a place has not been judged there, whoever else had it asked. */
  const sweepNew = (before: ReadonlyMap<string, string>): void => {
    for (const [place, key] of askedPlacesOf(askedChains(chains))) {
      if (before.has(place)) continue;
      if (isFirst && wasAsked(key)) {
        for (const host of options.openHosts()) prober.askNow(key, host);
        continue;
      }
      prober.sweep(key);
      // A sweep passes the canaries over, which another place may have had asked already.
      for (const { zone } of options.probes()) {
        const canary = prober.canaryOf(key, zone.name);
        if (canary !== undefined) prober.askNow(key, canary);
      }
    }
    isFirst = false;
  };
  /** Whether a nameserver was asked before our start, as a vantage's status tells: then the rotation is soon enough. */
  const wasAsked = (key: string): boolean =>
    [...world.vantages.values()].some(
      ({ status: { hosts, summary } }) =>
        (hosts?.total ?? 0) > 0 && summary?.resolvers?.split(',').includes(key) === true,
    );

  return {
    get chains() {
      return chains;
    },
    refresh() {
      const next = [...world.vantages.values()].flatMap((view) => chainOf(view, options.readResolvConf) ?? []);
      if (JSON.stringify(next) === JSON.stringify(chains)) return;
      const before = chains;
      const wanted = nameserversOf(askedChains(next));
      for (const key of nameservers.keys()) if (!wanted.has(key)) remove(key);
      [chains, nameservers] = [next, wanted];
      for (const [key, server] of nameservers) {
        prober.setNameserver(server);
        for (const probe of options.probes()) applyMode(key, probe);
      }
      sweepNew(askedPlacesOf(askedChains(before)));
      const names = new Set(chains.map(({ vantage }) => vantage));
      for (const { vantage } of before) if (!names.has(vantage)) options.counts.forgetVantage(vantage);
      for (const vantage of names) options.vantageChanged(vantage);
      options.changed();
    },
    applyModes(zone) {
      const probe = probeOf(zone);
      if (probe !== undefined) for (const key of nameservers.keys()) applyMode(key, probe);
    },
    removeZone(zone) {
      for (const key of nameservers.keys()) forgetSlot(key, zone);
    },
    isAskedFor: (key, host, audiences) =>
      askedChains(chains).some(
        (chain) =>
          audiences?.includes(chain.audience) !== false &&
          (chain.nameservers.some((nameserver) => nameserver.key === key) ||
            chain.searches.some((search) => search.key === key && triesSearch(probeNameOf(host), search.ndots))),
      ),
    isCanaryOnly: (key, zone) => canaryOnly.has(slotOf(key, zone)),
    noteSearch(key, zone, seen) {
      const probe = probeOf(zone);
      const isNews = nameservers.get(key)?.searchDomain !== undefined && !answering.has(slotOf(key, zone));
      if (probe === undefined || !isNews || !answersSearch(seen)) return false;
      answering.add(slotOf(key, zone));
      applyMode(key, probe);
      return true;
    },
    isThrottled: (key) => throttled.has(key),
    noteThrottling(key, host, seen) {
      const isNow = isThrottled(seen);
      if (isNow) prober.askAgain(key, host, THROTTLED_FOR_MS);
      if (isNow === throttled.has(key)) return isNow;
      if (isNow) throttled.add(key);
      else throttled.delete(key);
      for (const chain of askedChains(chains)) {
        if (slotsOf(chain).some((slot) => slot.key === key)) options.vantageChanged(chain.vantage);
      }
      return isNow;
    },
    canaryChanged(key, zone) {
      const wasForAll = canaryOnly.has(slotOf(key, zone));
      const probe = probeOf(zone);
      if (probe !== undefined) applyMode(key, probe);
      return wasForAll || canaryOnly.has(slotOf(key, zone));
    },
    ask(host) {
      for (const key of nameservers.keys()) prober.askNow(key, host);
    },
    sweep(zone) {
      for (const key of nameservers.keys()) prober.sweep(key, zone);
    },
  };
}
