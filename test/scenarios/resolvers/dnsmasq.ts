import type { Machine } from '../net/machine.ts';
import type { Programs } from '../programs.ts';
import { daemonOn, type Daemon } from './daemon.ts';

/** What a dnsmasq, such as a home router's, does. */
export interface DnsmasqConfig {
  /** Zone -> address of the server that it is forwarded to, `` for everything else. */
  readonly forward: Readonly<Record<string, string>>;
  /** Lines besides, such as `stop-dns-rebind`. */
  readonly lines?: readonly string[];
}

/** dnsmasq on all addresses of a machine, DNS alone. */
export const dnsmasqOn = (machine: Machine, { dnsmasq }: Programs): Daemon<DnsmasqConfig> =>
  daemonOn(machine, {
    name: 'dnsmasq',
    binary: dnsmasq,
    files: ({ forward, lines = [] }) => ({
      '/etc/dnsmasq.conf': [
        'no-resolv',
        'no-hosts',
        'bind-interfaces',
        ...machine.addresses.map((address) => `listen-address=${address}`),
        ...Object.entries(forward).map(([zone, address]) => `server=${zone === '' ? '' : `/${zone}/`}${address}`),
        ...lines,
        '',
      ].join('\n'),
    }),
    args: ['--keep-in-foreground', '--conf-file=/etc/dnsmasq.conf', '--user=root', '--pid-file='],
    listens: `${machine.addresses[0] ?? ''}:53`,
  });
