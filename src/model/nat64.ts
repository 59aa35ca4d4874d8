import ipaddr from 'ipaddr.js';
import { canonicalAddress, familyOf, isInCidr } from './address.ts';

/** The prefix lengths that a translator may use (RFC 6052 2.2). */
const LENGTHS = [96, 64, 56, 48, 40, 32] as const;
/** The octet that holds no part of the IPv4 address (RFC 6052 2.2, bits 64 to 71). */
const RESERVED_OCTET = 8;
/** What ipv4only.arpa stands for (RFC 7050 2.2). */
const WELL_KNOWN = new Set(['192.0.0.170', '192.0.0.171']);

/** The NAT64 prefixes behind what a nameserver gives as AAAA of ipv4only.arpa (RFC 7050 3), as CIDR blocks. */
export function nat64PrefixesOf(addresses: Iterable<string>): string[] {
  const prefixes = new Set<string>();
  for (const address of addresses) {
    if (familyOf(address) !== 6) continue;
    for (const length of LENGTHS) {
      if (!WELL_KNOWN.has(ipv4Behind(address, length))) continue;
      prefixes.add(`${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`).toRFC5952String()}/${length}`);
    }
  }
  return [...prefixes];
}

/** The IPv4 address that a canonical address carries under one of the prefixes; undefined for any other address. */
export function embeddedIPv4(address: string, prefixes: readonly string[]): string | undefined {
  if (familyOf(address) !== 6) return undefined;
  const prefix = prefixes.find((candidate) => isInCidr(address, candidate));
  return prefix === undefined ? undefined : canonicalAddress(ipv4Behind(address, Number(prefix.split('/')[1])));
}

function ipv4Behind(address: string, length: number): string {
  const octets = ipaddr.parse(address).toByteArray();
  const indexes: number[] = [];
  for (let index = length / 8; indexes.length < 4; index++) if (index !== RESERVED_OCTET) indexes.push(index);
  return indexes.map((index) => octets[index]).join('.');
}
