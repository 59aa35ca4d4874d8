import type { ReportedLook } from '../model/report.ts';
import { lookAgainAt, settle, type SeenLook, type Settled } from './settle.ts';

/** A look at a host as it came in. */
export interface FreshLook {
  readonly look: ReportedLook;
  /** When it was begun (ms). */
  readonly at: number;
  /** The host that stands for the zone at the nameserver. */
  readonly canary: string | undefined;
}

/** What one nameserver said of each host. */
export interface LookTable {
  /** Takes a look into account; gives when the host is to be looked at again before its turn (ms). */
  note(host: string, fresh: FreshLook): number | undefined;
  /** Takes a look as it was reported by an earlier agent. */
  resume(host: string, look: ReportedLook, at: number): void;
  /** What counts, several where answers come by turns, none where nothing was seen since a time (ms). */
  of(host: string, newerThan: number): readonly ReportedLook[];
  /** Whether clients got no answer for a host that they could use. */
  isWithoutAnswer(host: string): boolean;
  /** Whether the newest look met a failure, which has systemd-resolved ask another server; undefined where there is none. */
  hasFailed(host: string): boolean | undefined;
  forget(host: string): void;
}

/** So many different looks are shared at a time. */
const MOST_SHARED = 1000;
const USABLE = ['NOERROR', 'NXDOMAIN'];

/** Nothing was seen yet. */
export function createLookTable(): LookTable {
  const hosts = new Map<string, Settled>();
  /** 10,000 hosts that are answered alike hold one look. */
  const known = new Map<string, Pick<SeenLook, 'look' | 'text'>>();

  const seenLook = (look: ReportedLook, at: number): SeenLook => {
    const text = JSON.stringify(look);
    const shared = known.get(text) ?? { look, text };
    // What was shared is shared anew if need be: only memory depends on it.
    if (known.size >= MOST_SHARED) known.clear();
    known.set(text, shared);
    return { ...shared, at };
  };

  return {
    note(host, { look, at, canary }) {
      const seen = seenLook(look, at);
      const isKnown = canary !== undefined && canary !== host && isSettledOn(hosts.get(canary), seen.text);
      const next = settle(hosts.get(host), seen, isKnown);
      hosts.set(host, next);
      return lookAgainAt(next);
    },
    resume(host, look, at) {
      const stands = [...(hosts.get(host)?.stands ?? []), seenLook(look, at)];
      hosts.set(host, { stands, history: stands });
    },
    of: (host, newerThan) => {
      const { stands = [], history = [] } = hosts.get(host) ?? {};
      return (history.at(-1)?.at ?? 0) < newerThan ? [] : stands.map(({ look }) => look);
    },
    isWithoutAnswer(host) {
      const { stands = [] } = hosts.get(host) ?? {};
      return stands.length > 0 && stands.every(({ look }) => isUseless(look.a));
    },
    hasFailed(host) {
      const newest = hosts.get(host)?.history.at(-1)?.look;
      return newest && [newest.a, newest.aaaa].some((answer) => answer !== undefined && isUseless(answer));
    },
    forget: (host) => void hosts.delete(host),
  };
}

function isSettledOn(settled: Settled | undefined, text: string): boolean {
  return settled?.stands.length === 1 && settled.stands[0]?.text === text;
}

function isUseless({ outcome, rcode = '', lame }: ReportedLook['a']): boolean {
  return outcome !== 'answer' || !USABLE.includes(rcode) || lame === true;
}
