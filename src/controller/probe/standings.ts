import type { NameserverVerdict } from '../../model/expectation.ts';
import { confirm, lookAgainAt, type Standing } from '../../plan/verdict/confirm.ts';
import { createIntern } from '../../plan/verdict/intern.ts';
import type { Place } from './chains.ts';

/** A host at a nameserver, as one place expects it to be. */
export interface Slot {
  readonly key: string;
  readonly place: Place;
  readonly host: string;
}

/** What became of a look. */
export interface Noted {
  /** Whether a verdict is another than before, or was too old to count. */
  readonly isChanged: boolean;
  /** When another look is wanted before the usual turn (ms). */
  readonly lookAgainAt: number | undefined;
}

/** What was seen, judged, with the times that decide whether what stood before still counts (all ms). */
export interface JudgedLook {
  readonly verdict: NameserverVerdict;
  readonly at: number;
  /** When the expectation last changed. */
  readonly changedAt: number;
  /** How long a verdict counts. */
  readonly lastsMs: number;
}

/** What stands for each host at each nameserver. */
export interface Standings {
  of(slot: Slot): Standing | undefined;
  /** Takes a look's verdict into account. */
  note(slot: Slot, look: JudgedLook): Noted;
  forgetHost(host: string): void;
  forgetNameserver(key: string): void;
}

/** Nothing was looked at yet. */
export function createStandings(): Standings {
  const tables = new Map<string, Map<string, Standing>>();
  const intern = createIntern();
  const tableName = ({ key, place }: Pick<Slot, 'key' | 'place'>): string => `${place} ${key}`;
  const of = (slot: Slot): Standing | undefined => tables.get(tableName(slot))?.get(slot.host);

  return {
    of,
    note(slot, { verdict, at, changedAt, lastsMs }) {
      const before = of(slot);
      const after = confirm(before, { verdict: intern(verdict), at }, changedAt);
      if (after === undefined) return { isChanged: false, lookAgainAt: undefined };
      const table = tables.get(tableName(slot)) ?? new Map<string, Standing>();
      tables.set(tableName(slot), table.set(slot.host, after));
      const wasOutdated = before !== undefined && at - before.at > lastsMs;
      return { isChanged: wasOutdated || before?.verdict !== after.verdict, lookAgainAt: lookAgainAt(after) };
    },
    forgetHost(host) {
      for (const table of tables.values()) table.delete(host);
    },
    forgetNameserver(key) {
      for (const place of ['cluster', 'LAN'] as const) tables.delete(tableName({ key, place }));
    },
  };
}
