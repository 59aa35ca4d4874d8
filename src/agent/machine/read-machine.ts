import type { MachineConfig, MachineResolver } from '../../model/machine.ts';
import { formatNameserver } from '../../probe/nameserver-address.ts';
import { parseResolvConf, type ResolvConf } from '../../probe/resolv-conf.ts';
import type { MachineFiles } from './files.ts';
import { parseHosts } from './hosts-file.ts';
import { parseNsswitch } from './nsswitch.ts';

const RESOLV_CONF = '/etc/resolv.conf';
const HOSTS = '/etc/hosts';
const NSSWITCH = '/etc/nsswitch.conf';
/** Where systemd-resolved listens unless it is told not to (systemd-resolved.service(8)). */
const STUBS = ['127.0.0.53', '127.0.0.54'];

/** What a machine's files say of how names are looked up on it. Never throws: what is missing is as the libraries take it. */
export function readMachine(files: MachineFiles): MachineConfig {
  const conf = parseResolvConf(files.read(RESOLV_CONF) ?? '');
  const musl = files.read('/etc/alpine-release') !== undefined;
  const isResolvedThere = files.list('/run/systemd/resolve').length > 0;
  const lookup = parseNsswitch(musl ? undefined : files.read(NSSWITCH), NSSWITCH, isResolvedThere);
  const listed = listedResolvers(conf);
  const isResolvedAsked =
    isResolvedThere && (lookup.ways.includes('resolve') || listed.some(({ role }) => role === 'Stub'));
  return {
    resolvers: listed,
    rotate: conf.rotate,
    timeoutSeconds: conf.timeoutSeconds,
    attempts: conf.attempts,
    ndots: conf.ndots,
    search: conf.search,
    musl,
    pins: musl || lookup.pinsDecide ? parseHosts(files.read(HOSTS) ?? '') : [],
    unseen: [
      ...lookup.unseen,
      ...(isResolvedAsked ? ['/run/systemd/resolve: the servers of systemd-resolved are not looked at'] : []),
    ],
  };
}

function listedResolvers({ nameservers }: ResolvConf): MachineResolver[] {
  return nameservers
    .filter(({ used }) => used)
    .map(({ address, port }) => ({
      address: formatNameserver({ address, port }),
      source: RESOLV_CONF,
      ...(STUBS.includes(address) && port === 53 && { role: 'Stub' as const }),
    }));
}
