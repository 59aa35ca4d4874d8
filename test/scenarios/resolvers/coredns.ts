import type { Machine } from '../net/machine.ts';
import { daemonOn, type Daemon } from './daemon.ts';

/** What the cluster's CoreDNS does with the zone, and with names outside. */
export interface CoreDnsConfig {
  readonly zone: string;
  /** Names of the zone with addresses of their own there. */
  readonly pins?: Readonly<Record<string, string>>;
  /** The server that the rest of the zone is forwarded to. */
  readonly forward: string;
  /** The server for everything else. */
  readonly outside: string;
  /** Lines of its cache block, such as `serve_stale`. */
  readonly cache?: readonly string[];
}

const server = (name: string, address: string, lines: readonly string[]): string =>
  `${name}:53 {\n${[`bind ${address}`, 'errors', ...lines].map((line) => `  ${line}\n`).join('')}}\n`;

const text = (
  { addresses: [address = ''] }: Machine,
  { zone, pins = {}, forward, outside, cache = [] }: CoreDnsConfig,
): string =>
  [
    server(zone, address, [
      'hosts {',
      ...Object.entries(pins).map(([host, ip]) => `  ${ip} ${host}`),
      '  fallthrough',
      '}',
      // Of a failure nothing is kept, so that what heals shows at once.
      ...['cache {', '  servfail 0', ...cache.map((line) => `  ${line}`), '}'],
      `forward . ${forward}`,
    ]),
    server('cluster.local', address, ['template ANY ANY {', '  rcode NXDOMAIN', '}']),
    server('.', address, [`forward . ${outside}`]),
  ].join('');

/** CoreDNS on the first address of a machine. */
export const coreDnsOn = (machine: Machine, binary: string): Daemon<CoreDnsConfig> =>
  daemonOn(machine, {
    name: 'coredns',
    binary,
    files: (config) => ({ '/etc/Corefile': text(machine, config) }),
    args: ['-conf', '/etc/Corefile'],
    // Its TCP sockets are checked by nobody; UDP comes last.
    listens: `${machine.addresses[0] ?? ''}:53`,
  });
