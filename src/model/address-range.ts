import { canonicalAddress, isInCidr } from './address.ts';

const NOWHERE = ['0.0.0.0', '::', '::1'];
const LOCAL = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'],
  ...['fc00::/7', 'fe80::/10', '::1/128'],
];

/** Whether an address in canonical form is one that filters put in place of what they block: unspecified, or loopback. */
export function leadsNowhere(address: string): boolean {
  return NOWHERE.includes(address) || address.startsWith('127.');
}

/** Whether an address in canonical form belongs to a network of one's own (RFC 1918, 4193, 6598, 3927, loopback). */
export function isLocal(address: string): boolean {
  return LOCAL.some((block) => isInCidr(address, block));
}

/** The address in `IP`, `IP:port` or `[IPv6]:port`, without a scope; undefined where there is none. */
export function addressOfEndpoint(endpoint: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(endpoint)?.[1] ?? /^([\d.]+)(?::\d+)?$/.exec(endpoint)?.[1] ?? endpoint;
  return canonicalAddress(bare.replace(/%.*$/, ''));
}
