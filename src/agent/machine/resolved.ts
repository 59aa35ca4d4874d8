import type { MachineResolver } from '../../model/machine.ts';
import type { MachineFiles } from './files.ts';
import { isNo, lastOf, readResolvedConf } from './resolved-conf.ts';
import { doubtsAbout } from './resolved-doubts.ts';
import { readLinks } from './resolved-links.ts';
import { addressOf, scopesOf, STUBS, type Found, type ResolvConfText, type Scope } from './resolved-scopes.ts';

/** systemd-resolved of a machine: which servers it asks about what. */
export interface Resolved {
  readonly uplinks: readonly MachineResolver[];
  /** Whether programs find its stub at 127.0.0.53. */
  readonly hasStub: boolean;
  /** Whether it answers from the hosts file itself. */
  readonly readsHosts: boolean;
  /** Clauses for people, as in MachineConfig. */
  readonly unseen: readonly string[];
}

/** Reads the configuration and the state of systemd-resolved (version 252 and its neighbours; resolved.conf(5)). */
export function readResolved(files: MachineFiles, resolvConf: ResolvConfText): Resolved {
  const settings = readResolvedConf(files);
  const links = readLinks(files);
  const scopes = scopesOf(files, { settings, links, resolvConf });
  return {
    uplinks: scopes.flatMap((scope) => scope.servers.flatMap((server) => uplinkOf(scope, server) ?? [])),
    hasStub: !/^(no|false|0|off|tcp)$/i.test(lastOf(settings, 'DNSStubListener')?.value ?? 'yes'),
    readsHosts: !isNo(lastOf(settings, 'ReadEtcHosts')?.value ?? 'yes'),
    unseen: doubtsAbout(files, { settings, links, scopes }),
  };
}

function uplinkOf({ name, domains, defaultRoute }: Scope, { word, source }: Found): MachineResolver | undefined {
  const address = addressOf(word);
  if (address === undefined || STUBS.includes(address)) return undefined;
  const bare = domains.map((domain) =>
    domain
      .replace(/^~/, '')
      .replace(/(?<=.)\.$/, '')
      .toLowerCase(),
  );
  return { address, source, role: 'Uplink', scope: name, domains: bare, defaultRoute };
}
