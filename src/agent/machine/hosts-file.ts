import { canonicalAddress } from '../../model/address.ts';
import type { Pin } from '../../model/machine.ts';

/**
 * Reads a hosts file as hosts(5) has it: an address, then names, up to a `#`. Lines without an address or a name are
 * passed over, as libraries do.
 */
export function parseHosts(text: string): readonly Pin[] {
  return text.split('\n').flatMap((line) => {
    const [given = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    const address = canonicalAddress(given.replace(/%.*$/, ''));
    return address === undefined || names.length === 0 ? [] : [{ address, names: names.map(lowerCase) }];
  });
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
