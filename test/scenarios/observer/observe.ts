import type { Machine } from '../net/machine.ts';
import type { Library, Programs } from '../programs.ts';
import type { Audience } from '../verdicts.ts';
import { askByKdig } from './kdig.ts';
import { lookUp, LIBRARIES } from './look-ups.ts';
import type { Seen } from './seen.ts';

/** A place to observe from, and what its look-ups may come to: set by hand, stage by stage, not read from anywhere. */
export interface Place {
  readonly machine: Machine;
  readonly audience: Audience;
  readonly nameservers: readonly string[];
  /** Those of them that may answer publicly as long as look-ups do not come to them. */
  readonly accepted: readonly string[];
}

/** What was seen of one host from one place. */
export interface Sight {
  readonly place: Place;
  readonly pinned: boolean;
  readonly lookUps: readonly { readonly library: Library; readonly seen: readonly Seen[] }[];
  readonly nameservers: readonly { readonly address: string; readonly seen: Seen }[];
}

const TRIES = 3;

/** Looks at every name from a place. @returns name -> what was seen */
export const observe = async (
  place: Place,
  { kdig, lookUps }: Programs,
  names: readonly string[],
): Promise<ReadonlyMap<string, Sight>> => {
  const { machine, audience, nameservers } = place;
  const byLibrary = await Promise.all(
    LIBRARIES[audience].map(async (library) => ({
      library,
      found: await lookUp(machine, { program: lookUps[library], names, tries: TRIES }),
    })),
  );
  const byServer = await Promise.all(
    nameservers.map(async (address) => ({
      address,
      found: await askByKdig(machine, { kdig, nameserver: address, names }),
    })),
  );
  const { stdout: hosts } = await machine.run('cat', ['/etc/hosts']);
  const pinned = new Set(hosts.split(/\s+/));
  return new Map(
    names.map((name) => [
      name,
      {
        place,
        pinned: pinned.has(name),
        lookUps: byLibrary.map(({ library, found }) => ({ library, seen: found.get(name) ?? [] })),
        nameservers: byServer.flatMap(({ address, found }) => {
          const seen = found.get(name);
          return seen === undefined ? [] : [{ address, seen }];
        }),
      },
    ]),
  );
};
