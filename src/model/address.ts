import ipaddr from 'ipaddr.js';

/** IPv4 or IPv6, as the record types A and AAAA tell them apart. */
export type Family = 4 | 6;

/**
 * The one spelling of an IP address that two equal addresses share: dotted decimal, or RFC 5952 for IPv6.
 * Undefined for what is no address (zone ids, prefixes and IPv4 with leading zeros included).
 */
export function canonicalAddress(text: string): string | undefined {
  // By the URL parser: ipaddr.js takes ::192.0.2.1 for ::ffff:192.0.2.1, octal and hex numbers in the dotted part, and
  // 30 us to say that a host name is no address.
  if (/^(\d+\.){3}\d+$/.test(text)) return URL.parse(`http://${text}`)?.hostname === text ? text : undefined;
  return /^[\da-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) : undefined;
}

/** The family of an address in canonical form. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

/** Whether an address in canonical form lies in a CIDR block; false for a block that is none, or of the other family. */
export function isInCidr(address: string, cidr: string): boolean {
  // The family first: it costs nothing, and the rest microseconds.
  if (familyOf(address) !== familyOf(cidr) || !ipaddr.isValidCIDR(cidr)) return false;
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return ipaddr.parse(address).match([network, bits] as [ipaddr.IPv4 & ipaddr.IPv6, number]);
}

/** Addresses in canonical form, without doubles, in one stable order (IPv4 first). */
export function sortedAddresses(addresses: Iterable<string>): string[] {
  return [...new Set(addresses)].sort((a, b) => familyOf(a) - familyOf(b) || (a < b ? -1 : a > b ? 1 : 0));
}
