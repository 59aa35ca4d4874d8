import type { Machine } from '../net/machine.ts';
import type { Programs } from '../programs.ts';
import { daemonOn, type Daemon } from './daemon.ts';

/** What a systemd-resolved is told. */
export interface ResolvedConfig {
  /** Servers of the network link, as DHCP would bring them, and its routing domains. */
  readonly link: readonly string[];
  /** Drop-ins of /etc/systemd/resolved.conf.d: name -> lines of their [Resolve] section. */
  readonly dropIns?: Readonly<Record<string, readonly string[]>>;
}

const section = (lines: readonly string[]): string => `[Resolve]\n${lines.map((line) => `${line}\n`).join('')}`;

/** What networkd leaves there of a link, which systemd-resolved reads (sd-network). */
const linkFile = (servers: readonly string[]): string =>
  `ADMIN_STATE=configured\nOPER_STATE=routable\nCARRIER_STATE=carrier\nADDRESS_STATE=routable\nDNS=${servers.join(' ')}\n`;

/** systemd-resolved on a machine, whose /etc/resolv.conf is the stub's. It needs neither systemd nor D-Bus. */
export const resolvedOn = async (machine: Machine, { resolved }: Programs): Promise<Daemon<ResolvedConfig>> => {
  const { stdout } = await machine.run('ip', ['-json', 'link', 'show', 'eth0']);
  const [link] = JSON.parse(stdout) as readonly { readonly ifindex: number }[];
  await machine.write('/etc/resolv.conf', '-> ../run/systemd/resolve/stub-resolv.conf');
  return daemonOn<ResolvedConfig>(machine, {
    name: 'systemd-resolved',
    binary: resolved.binary,
    files: ({ link: servers, dropIns = {} }) => ({
      // Debian's as it is but for what would make the landscape wait: nobody here speaks DNSSEC, mDNS or LLMNR.
      '/etc/systemd/resolved.conf': section(['DNSSEC=no', 'MulticastDNS=no', 'LLMNR=no', 'FallbackDNS=']),
      [`/run/systemd/netif/links/${link?.ifindex ?? 0}`]: linkFile(servers),
      ...Object.fromEntries(
        Object.entries(dropIns).map(([name, lines]) => [`/etc/systemd/resolved.conf.d/${name}`, section(lines)]),
      ),
    }),
    args: [],
    env: { LD_LIBRARY_PATH: resolved.libraries },
    listens: '127.0.0.53:53',
  });
};
