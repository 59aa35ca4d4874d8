import { canonicalAddress, familyOf } from '../model/address.ts';

const DEFAULT_PORT = 53;
/** What a link may be called (IFNAMSIZ of Linux). */
const SCOPE = /^[\w.-]{1,15}$/;

/** Where a DNS server listens. */
export interface NameserverAddress {
  /** Canonical (model/address.ts); a link-local IPv6 address may carry its scope: `fe80::1%eth0` (RFC 4007). */
  readonly address: string;
  readonly port: number;
}

/** Reads `IP`, `IP:port`, `[IPv6]` or `[IPv6]:port`, port 53 if none is said; undefined for anything else. */
export function parseNameserver(text: string): NameserverAddress | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed) return build(bracketed[1], bracketed[2], 6);
  const dotted = /^([\d.]+)(?::(\d+))?$/.exec(text);
  if (dotted) return build(dotted[1], dotted[2], 4);
  return build(text, undefined, 6);
}

/** Reads an address and a port as they stand in two places; undefined when either is none. */
export function nameserverAt(address: string, port?: string): NameserverAddress | undefined {
  return build(address, port, address.includes(':') ? 6 : 4);
}

/** The shortest text that `parseNameserver` reads back: the port is left out where it is 53. A key, too. */
export function formatNameserver({ address, port }: NameserverAddress): string {
  if (port === DEFAULT_PORT) return address;
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function build(text: string | undefined, port: string | undefined, family: 4 | 6): NameserverAddress | undefined {
  const address = canonicalWithScope(text ?? '');
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (address === undefined || familyOf(address) !== family) return undefined;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) return undefined;
  return number >= 1 && number <= 65_535 ? { address, port: number } : undefined;
}

function canonicalWithScope(text: string): string | undefined {
  const [bare = '', scope, ...more] = text.split('%');
  const address = canonicalAddress(bare);
  if (address === undefined || scope === undefined) return address;
  return familyOf(address) === 6 && more.length === 0 && SCOPE.test(scope) ? `${address}%${scope}` : undefined;
}
