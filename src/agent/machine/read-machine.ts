import { NSSWITCH, type MachineConfig, type MachineResolver } from '../../model/machine.ts';
import { formatNameserver } from '../../probe/nameserver-address.ts';
import { parseResolvConf, type ResolvConf } from '../../probe/resolv-conf.ts';
import type { MachineFiles } from './files.ts';
import { parseNsswitch } from './nsswitch.ts';
import { RUN, STUBS } from './resolved-scopes.ts';
import { readResolved, type Resolved } from './resolved.ts';

const RESOLV_CONF = '/etc/resolv.conf';
const HOSTS = '/etc/hosts';
/** Programs that reach systemd-resolved by a socket of its own get what its stub gives, and that can be asked. */
const STUB: MachineResolver = { address: '127.0.0.53', source: NSSWITCH, role: 'Stub' };
const NO_RESOLVED: Resolved = { uplinks: [], hasStub: false, readsHosts: false, unseen: [] };

/** What a machine's files say of how names are looked up on it. Never throws: what is missing is as the libraries take it. */
export function readMachine(files: MachineFiles): MachineConfig {
  const text = files.read(RESOLV_CONF) ?? '';
  const hidden = [RESOLV_CONF, HOSTS, NSSWITCH].filter((path) => isHidden(files, path));
  const { nameservers, ...conf } = parseResolvConf(text);
  const musl = files.read('/etc/alpine-release') !== undefined;
  const isResolvedThere = files.list(RUN).length > 0;
  const lookup = parseNsswitch(musl ? undefined : files.read(NSSWITCH), NSSWITCH, isResolvedThere);
  // Nobody is asked for want of a file that programs can read and we cannot.
  const seen = nameservers.filter(({ used }) => used && !hidden.includes(RESOLV_CONF));
  const listed = listedResolvers(seen, isResolvedThere);
  const asksStub = listed.some(({ role }) => role === 'Stub');
  const resolved =
    asksStub || lookup.ways.includes('resolve') ? readResolved(files, { path: RESOLV_CONF, text }) : NO_RESOLVED;
  return {
    ...conf,
    resolvers: [...listed, ...(resolved.hasStub && !asksStub ? [STUB] : []), ...resolved.uplinks],
    musl,
    // systemd-resolved reads the hosts file itself, whatever stands before it.
    hostsFile: musl || lookup.pinsDecide || resolved.readsHosts ? (files.read(HOSTS) ?? '') : '',
    unseen: [
      ...hidden.map((path) => `${path} leads to a file that is not seen from here`),
      ...lookup.unseen,
      ...resolved.unseen,
      ...(isResolvedThere ? [] : missingState(listed)),
    ],
  };
}

/** Whether a file stands in its folder and cannot be read: a link out of what is mounted, or no right to it. */
function isHidden(files: MachineFiles, path: string): boolean {
  const at = path.lastIndexOf('/');
  return files.read(path) === undefined && files.list(path.slice(0, at)).includes(path.slice(at + 1));
}

function listedResolvers(nameservers: ResolvConf['nameservers'], isResolvedThere: boolean): MachineResolver[] {
  return nameservers.map(formatNameserver).map((address) => ({
    address,
    source: RESOLV_CONF,
    ...(isResolvedThere && STUBS.includes(address) && { role: 'Stub' as const }),
  }));
}

function missingState(listed: readonly MachineResolver[]): string[] {
  return listed
    .filter(({ address }) => STUBS.includes(address))
    .map(({ address }) => `${RUN} is not there: the servers behind ${address} are not known`);
}
