import { canonicalAddress } from '../../model/address.ts';
import type { Pin } from '../../model/machine.ts';

/**
 * The lines of a hosts file that name hosts which are asked for, with these names only, as hosts(5) has them: an address, then
 * names, up to a `#`. Lines without an address or a name are passed over, as libraries do. Line by line, since files that block
 * names have hundreds of thousands.
 *
 * @param isAsked of a name in lower case
 */
export function* pinsIn(text: string, isAsked: (name: string) => boolean): Iterable<Pin> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const pin = pinOf(text.slice(start, end), isAsked);
    if (pin !== undefined) yield pin;
    start = end + 1;
  }
}

function pinOf(line: string, isAsked: (name: string) => boolean): Pin | undefined {
  const [given = '', ...words] = line.replace(/#.*$/, '').trim().split(/\s+/);
  const names = words.map((word) => word.toLowerCase()).filter(isAsked);
  // Last, since it costs most.
  const address = names.length === 0 ? undefined : canonicalAddress(given.replace(/%.*$/, ''));
  return address === undefined ? undefined : { address, names };
}
