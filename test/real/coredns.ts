import { startRealResolver, type RealResolver } from './real-resolver.ts';
import { findCoreDns } from './tools.ts';

/** What a CoreDNS does. Servers are given as `address:port`. */
export interface CoreDnsOptions {
  /** The zone that it has a block for. */
  readonly zone: string;
  /** Names with addresses of their own there, before anything else (plugin hosts). */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The server that the rest of the zone is forwarded to. */
  readonly forward: string;
  /** The server for everything else. */
  readonly outside: string;
  /** Gives answers whose time is over once more. */
  readonly serveStale?: boolean;
}

const configOf = (
  { zone, hosts = {}, forward, outside, serveStale = false }: CoreDnsOptions,
  { port }: { readonly port: number },
): string => {
  const pins = Object.entries(hosts).map(([host, address]) => `    ${address} ${host}\n`);
  return `${zone}:${port} {
  bind 127.0.0.1
  errors
  hosts {
${pins.join('')}    fallthrough
  }
  cache {
    servfail 0
    ${serveStale ? 'serve_stale' : ''}
  }
  forward . ${forward}
}
.:${port} {
  bind 127.0.0.1
  errors
  forward . ${outside}
}
`;
};

/** Starts the project's own build of CoreDNS, or the machine's, on a free port of 127.0.0.1. */
export const startCoreDns = (options: CoreDnsOptions): Promise<RealResolver<CoreDnsOptions>> =>
  startRealResolver(
    { name: 'coredns', binary: findCoreDns(), config: configOf, args: (file) => ['-conf', file] },
    options,
  );
