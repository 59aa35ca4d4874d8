import type { Machine } from '../net/machine.ts';
import { seenAddresses, seenError, type Seen } from './seen.ts';

/** What kdig says of one question: answers are told from silence, and NODATA from NXDOMAIN. */
const FLAGS = ['+noall', '+header', '+answer', '+noedns', '+time=2', '+retry=0'];

/** Asks a nameserver from a machine for A and AAAA of each name, by kdig. */
export const askByKdig = async (
  machine: Machine,
  { kdig, nameserver, names }: { kdig: string; nameserver: string; names: readonly string[] },
): Promise<ReadonlyMap<string, Seen>> => {
  const ask = async (name: string, type: string): Promise<Seen> =>
    readKdig((await machine.run(kdig, [`@${nameserver}`, ...FLAGS, `${name}.`, type])).stdout);
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, together(await Promise.all([ask(name, 'A'), ask(name, 'AAAA')]))] as const),
    ),
  );
};

/** What kdig printed about one question; pure. */
export const readKdig = (text: string): Seen => {
  const status = /status: (\w+);/.exec(text)?.[1];
  if (status === undefined) return seenError('no answer');
  const addresses = [...text.matchAll(/^\S+\s+\d+\s+IN\s+(?:A|AAAA)\s+(\S+)$/gm)].flatMap(
    ([, address]) => address ?? [],
  );
  if (addresses.length > 0) return seenAddresses(addresses);
  return seenError(status === 'NOERROR' ? 'NODATA' : status);
};

/** A and AAAA as one: addresses where there are any, else the failure of either. */
const together = (seen: readonly Seen[]): Seen => {
  const addresses = seen.flatMap((one) => (one.kind === 'addresses' ? one.addresses : []));
  if (addresses.length > 0) return seenAddresses(addresses);
  return seen.find(({ kind }) => kind === 'failure') ?? seen[0] ?? seenError('no answer');
};
