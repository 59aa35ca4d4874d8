import { startRealResolver, type RealResolver } from './real-resolver.ts';
import { findUnbound } from './tools.ts';

/** What an Unbound does; nothing of it ever asks anybody outside this machine. */
export interface UnboundOptions {
  /** Zone -> server to forward to, as `address:port` (a domain override). */
  readonly forward?: Readonly<Record<string, string>>;
  /** The address of every name that is not forwarded: the world outside. */
  readonly outside: string;
  /** Blocks that no answer from elsewhere may lie in (rebinding protection). */
  readonly privateAddress?: readonly string[];
  /** Gives answers whose time is over once more. */
  readonly serveExpired?: boolean;
  /** Lines after all others, as somebody pastes them. */
  readonly pasted?: string;
  /** DS records of zones that must be signed: those that are not fail. */
  readonly trustAnchors?: readonly string[];
}

const block = (name: string, lines: readonly string[]): string =>
  `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const quoted = (name: string, text: string): string => `${name}: "${text}"`;

const configOf = (options: UnboundOptions, at: { readonly port: number; readonly folder: string }): string => {
  const { forward = {}, outside, privateAddress = [], serveExpired = false, trustAnchors = [], pasted = '' } = options;
  const validates = trustAnchors.length > 0;
  const server = block('server', [
    'interface: 127.0.0.1',
    `port: ${at.port}`,
    'access-control: 127.0.0.0/8 allow',
    // A packet from this source cannot leave the machine.
    'outgoing-interface: 127.0.0.1',
    'do-not-query-localhost: no',
    'do-daemonize: no',
    'num-threads: 1',
    'use-syslog: no',
    ...['chroot', 'username', 'pidfile', 'logfile'].map((name) => quoted(name, '')),
    quoted('directory', at.folder),
    quoted('module-config', validates ? 'validator iterator' : 'iterator'),
    ...trustAnchors.map((anchor) => quoted('trust-anchor', anchor)),
    // A server that was away is asked again soon.
    'infra-host-ttl: 1',
    'infra-keep-probing: yes',
    `serve-expired: ${serveExpired ? 'yes' : 'no'}`,
    ...privateAddress.map((cidr) => `private-address: ${cidr}`),
    'local-zone: "." redirect',
    quoted('local-data', `. 60 A ${outside}`),
    ...Object.keys(forward).map((zone) => `local-zone: "${zone}." transparent`),
  ]);
  const zones = Object.entries(forward).map(([zone, address]) =>
    block('forward-zone', [quoted('name', `${zone}.`), `forward-addr: ${address.replace(':', '@')}`]),
  );
  return [server, block('remote-control', ['control-enable: no']), ...zones, pasted].join('');
};

/** Starts the machine's Unbound as the present user on a free port of 127.0.0.1, with a configuration of its own. */
export const startUnbound = (options: UnboundOptions): Promise<RealResolver<UnboundOptions>> =>
  startRealResolver(
    { name: 'unbound', binary: findUnbound(), config: configOf, args: (file) => ['-d', '-c', file] },
    options,
  );
