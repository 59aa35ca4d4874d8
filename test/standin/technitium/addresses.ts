import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ApiError } from './errors.ts';

/** An address as the server writes it back: `192.0.02.01` as `192.0.2.1`, IPv6 in its shortest form. */
export function parseAddress(text: string, family: 4 | 6): string {
  const found = readAddress(text);
  if (found === undefined) throw new ApiError('An invalid IP address was specified.', { inner: 'Invalid argument' });
  if (found.family !== family) throw new ApiError('Invalid IP address family.');
  return found.text;
}

function readAddress(text: string): { family: 4 | 6; text: string } | undefined {
  if (isIPv6(text)) {
    const address = ipaddr.IPv6.parse(text);
    const mapped = address.isIPv4MappedAddress();
    return { family: 6, text: mapped ? `::ffff:${address.toIPv4Address().toString()}` : address.toRFC5952String() };
  }
  // As inet_aton reads it: fewer than four parts, octal and hexadecimal ones too.
  if (!ipaddr.IPv4.isValid(text)) return undefined;
  return { family: 4, text: ipaddr.IPv4.parse(text).toString() };
}
