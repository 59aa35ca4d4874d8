import type { Machine } from '../net/machine.ts';
import { daemonOn, type Daemon } from './daemon.ts';

/** What an Unbound does. */
export interface UnboundConfig {
  /** Zone -> address of the server that it is forwarded to, `.` for everything else. */
  readonly forward?: Readonly<Record<string, string>>;
  /** Zones whose names all have this address, and the TTL of such answers. */
  readonly redirect?: Readonly<Record<string, string>>;
  /** Lines of its server block besides. */
  readonly server?: readonly string[];
}

const block = (name: string, lines: readonly string[]): string =>
  `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`;

const text = ({ addresses }: Machine, { forward = {}, redirect = {}, server = [] }: UnboundConfig): string =>
  [
    block('server', [
      ...addresses.map((address) => `interface: ${address}`),
      'access-control: 0.0.0.0/0 allow',
      'do-ip6: no',
      'do-daemonize: no',
      'num-threads: 1',
      'use-syslog: no',
      'chroot: ""',
      'username: ""',
      'pidfile: ""',
      'directory: "/run"',
      'module-config: "iterator"',
      // A server that was away is asked again soon.
      'infra-host-ttl: 1',
      'infra-keep-probing: yes',
      // Nobody is asked but those that are forwarded to: there are no root servers here.
      ...('.' in forward ? [] : ['local-zone: "." static']),
      ...Object.entries(redirect).flatMap(([zone, address]) => [
        `local-zone: "${zone}." redirect`,
        `local-data: "${zone}. 1 A ${address}"`,
      ]),
      ...server,
    ]),
    block('remote-control', ['control-enable: no']),
    ...Object.entries(forward).map(([zone, address]) =>
      block('forward-zone', [`name: "${zone === '.' ? '.' : `${zone}.`}"`, `forward-addr: ${address}`]),
    ),
  ].join('');

/** Unbound on all addresses of a machine. */
export const unboundOn = (machine: Machine, binary: string): Daemon<UnboundConfig> =>
  daemonOn(machine, {
    name: 'unbound',
    binary,
    files: (config) => ({ '/etc/unbound.conf': text(machine, config) }),
    args: ['-d', '-c', '/etc/unbound.conf'],
    listens: `${machine.addresses[0] ?? ''}:53`,
  });
