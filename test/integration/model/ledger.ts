import type { PlainRecord } from '../../standin/technitium/plain-record.ts';
import { mayTakeOver, wantedAt, type Intent } from './intent.ts';
import { markerOf, show } from './marker.ts';

/** Whoever writes into the zone by an operator: what its people want, and what its records are marked with. */
export interface Claimant {
  readonly marker: string;
  readonly intent: Intent;
}

/**
 * The account of what must never happen: a record of somebody else changed, one of ours gone without a reason, a value
 * that nobody ever asked for. It is looked into after each step, and all the while between; it knows of the operators
 * nothing but what their people asked for.
 */
export interface Ledger {
  /** What was found wrong so far. */
  readonly violations: readonly string[];
  /** How often the zone was looked at. */
  readonly looks: number;
  /** Records that somebody wrote by hand, as they wrote them. */
  foreign(): PlainRecord[];
  /** Compares the zone with the account. */
  look(): void;
  /** What people asked for is about to change, or has changed. */
  asked(): void;
  /** Somebody at the console does something at a name: what is found there meanwhile says nothing. */
  byHand<T>(name: string, act: () => Promise<T>): Promise<T>;
  wrote(record: PlainRecord): void;
  unwrote(record: PlainRecord): void;
  /** Somebody made a record of an operator's say something else, and its mark stand. */
  bent(record: PlainRecord): void;
  /** The server has forgotten its last writes. */
  forgot(): void;
  /** A person let so many deletions pass. */
  approved(count: number, intent: Intent): void;
  /** All is as wanted: what was allowed on the way is not any more. */
  settled(): void;
}

/** Status holds times in whole seconds. */
const ROUNDING_MS = 1_000;
const FREE = 2;

const isSame = (a: PlainRecord, b: PlainRecord): boolean => show(a) === show(b);
const isAt = (name: string, record: PlainRecord): boolean => record.name.toLowerCase() === name.toLowerCase();

/** What is known of one claimant's records. */
interface Account extends Claimant {
  /** Records with its mark, as they were last seen. */
  owned: readonly PlainRecord[];
  /** Since when a name's record may go; kept until all is settled, for the operator may not know better yet. */
  readonly mayGoSince: Map<string, number>;
  /** Everything that a name was ever to say. */
  readonly values: Map<string, Set<string>>;
  /** Names that change their type: the old records go before the new ones come. */
  readonly changing: Set<string>;
  deletions: number;
  most: number;
}

export const createLedger = (options: {
  readonly claimants: readonly Claimant[];
  readonly names: readonly string[];
  readonly records: () => readonly PlainRecord[];
  readonly now: () => number;
}): Ledger => {
  const { claimants, names, records, now } = options;
  const violations: string[] = [];
  const foreign = new Map<string, PlainRecord>();
  const everForeign = new Set<string>();
  const mayBeTaken = new Map<string, 'as it is' | 'whatever it says'>();
  const touched = new Set<string>();
  let handsOn = 0;
  let looks = 0;
  let hasForgotten = false;
  const accounts = claimants.map((claimant): Account => {
    const known = { mayGoSince: new Map(), values: new Map(), changing: new Set<string>() };
    return { ...claimant, owned: [], ...known, deletions: 0, most: FREE };
  });

  const allNames = (intent: Intent): Set<string> => new Set([...names, intent.target, ...intent.written.keys()]);
  const typesAt = (intent: Intent, name: string): string =>
    [...new Set(wantedAt(intent, name)?.records.map(({ type }) => type))].sort().join();
  const types = new Map<string, string>();

  const mayGo = (intent: Intent, name: string): boolean =>
    wantedAt(intent, name) === undefined && intent.policy !== 'UpsertOnly' && !intent.exclude.has(name);

  const learn = (account: Account): void => {
    const { intent, mayGoSince, values, changing, marker } = account;
    for (const name of allNames(intent)) {
      const wanted = wantedAt(intent, name);
      const said = values.get(name) ?? new Set<string>();
      for (const { type, value } of wanted?.records ?? []) said.add(`${type} ${value}`);
      values.set(name, said);
      if (mayGo(intent, name) && !mayGoSince.has(name)) mayGoSince.set(name, now());
      const key = `${marker} ${name}`;
      const [before, after] = [types.get(key), typesAt(intent, name)];
      if (after === '') continue;
      if (before !== undefined && before !== after) changing.add(name);
      types.set(key, after);
    }
  };
  const weigh = (): void => {
    for (const [key, record] of foreign) {
      if (/^splithorizon:/.test(record.comments)) continue;
      for (const { intent } of accounts) {
        const how = intent.policy === 'DryRun' ? undefined : mayTakeOver(intent, record);
        if (how !== undefined && mayBeTaken.get(key) !== 'whatever it says') mayBeTaken.set(key, how);
      }
    }
  };

  const markedBy = ({ marker }: Claimant, record: PlainRecord): boolean => markerOf(record)?.owner === marker;
  const isMarked = (record: PlainRecord): boolean => accounts.some((account) => markedBy(account, record));
  /** Whether a record is one that was taken over: as it was but for its TTL, and what was noted of it is kept. */
  const isTakenFrom = (record: PlainRecord, from: PlainRecord): boolean => {
    const marker = markerOf(record);
    const note = marker?.isAdopted === true ? marker.note : undefined;
    return isMarked(record) && isAt(from.name, record) && record.type === from.type && note === from.comments;
  };

  const lookAtForeign = (found: readonly PlainRecord[]): void => {
    for (const [key, record] of foreign) {
      if (found.some((other) => isSame(other, record))) continue;
      const how = mayBeTaken.get(key);
      const isTaken = found.some((other) => isTakenFrom(other, record));
      if (how === 'whatever it says' || ((how !== undefined || hasForgotten) && isTaken)) foreign.delete(key);
      else {
        const there = found.filter((other) => isAt(record.name, other)).map(show);
        violations.push(
          `somebody else's ${show(record)} is not there any more; at its name: ${there.join(', ') || '-'}`,
        );
        foreign.delete(key);
      }
    }
  };
  const lookAtUnknown = (found: readonly PlainRecord[]): void => {
    for (const record of found) {
      const key = show(record);
      if (isMarked(record) || foreign.has(key) || touched.has(record.name.toLowerCase())) continue;
      const isReleased = accounts.some(({ owned }) => owned.some((own) => isTakenFrom(own, record)));
      if (isReleased || (hasForgotten && everForeign.has(key))) note(record);
      else violations.push(`nobody wrote ${key}`);
    }
  };
  const lookAtGone = (account: Account, name: string): void => {
    const { intent, mayGoSince, most } = account;
    const age = now() - (mayGoSince.get(name) ?? Infinity);
    if (age < intent.graceSeconds * 1000 - ROUNDING_MS) {
      violations.push(`the record of ${name} went, ${age < 0 ? 'though it is wanted' : `unwanted for ${age} ms only`}`);
    }
    account.deletions += 1;
    if (intent.isGuarded && account.deletions > most) violations.push(`the guard let ${name} pass`);
  };
  const lookAtOwned = (account: Account, found: readonly PlainRecord[]): void => {
    const { values, changing } = account;
    const owned = found.filter((record) => markedBy(account, record));
    const left = new Set(owned.map(({ name }) => name));
    for (const name of new Set(account.owned.map((record) => record.name))) {
      if (!left.has(name) && !touched.has(name) && !changing.has(name)) lookAtGone(account, name);
    }
    for (const record of owned) {
      const { name, type, value } = record;
      if (!touched.has(name) && values.get(name)?.has(`${type} ${value}`) !== true) {
        violations.push(`nobody ever asked for ${show(record)}`);
      }
    }
    account.owned = owned;
  };

  const note = (record: PlainRecord): void => {
    foreign.set(show(record), record);
    everForeign.add(show(record));
    weigh();
  };

  return {
    violations,
    get looks() {
      return looks;
    },
    foreign: () => [...foreign.values()],
    look() {
      looks += 1;
      if (handsOn > 0 || violations.length > 0) return;
      const found = records();
      lookAtForeign(found);
      lookAtUnknown(found);
      for (const account of accounts) lookAtOwned(account, found);
    },
    asked() {
      for (const account of accounts) learn(account);
      weigh();
    },
    async byHand(name, act) {
      handsOn += 1;
      touched.add(name.toLowerCase());
      try {
        return await act();
      } finally {
        handsOn -= 1;
      }
    },
    wrote: note,
    unwrote(record) {
      foreign.delete(show(record));
    },
    bent({ name, type, value }) {
      for (const { values } of accounts) values.get(name)?.add(`${type} ${value}`);
    },
    forgot() {
      hasForgotten = true;
      const found = records();
      for (const account of accounts) {
        account.owned = found.filter((record) => markedBy(account, record));
        account.most += account.deletions;
      }
    },
    approved(count, intent) {
      for (const account of accounts) if (account.intent === intent) account.most += count;
    },
    settled() {
      hasForgotten = false;
      touched.clear();
      mayBeTaken.clear();
      for (const account of accounts) {
        account.changing.clear();
        for (const name of account.mayGoSince.keys()) {
          if (!mayGo(account.intent, name)) account.mayGoSince.delete(name);
        }
      }
      weigh();
    },
  };
};
