import { addressOfEndpoint } from '../../model/address-range.ts';
import type { MachineFiles } from './files.ts';
import { isNo, lastOf, type Setting } from './resolved-conf.ts';
import type { ResolvedLink } from './resolved-links.ts';
import { addressOf, IN_USE, nameserversIn, STUBS, type Found, type Scope } from './resolved-scopes.ts';

/** What the files of systemd-resolved come to. */
export interface ResolvedFindings {
  readonly settings: readonly Setting[];
  readonly links: readonly ResolvedLink[];
  readonly scopes: readonly Scope[];
}

const DELEGATES = ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map((folder) => `${folder}/systemd/dns-delegate.d`);

/** Why asking the servers that were found may show something else than clients of systemd-resolved get; clauses for people. */
export function doubtsAbout(files: MachineFiles, { settings, links, scopes }: ResolvedFindings): string[] {
  const delegating = DELEGATES.filter((folder) => files.list(folder).some((name) => name.endsWith('.dns-delegate')));
  return [
    ...notInUse(files, { links, scopes }),
    ...ownJudgement(settings, links),
    ...delegating.map((folder) => `${folder}: the servers that names are delegated to are not looked at`),
  ];
}

/** What it says itself of its servers is held against what its files come to: somebody may have changed one of the two since. */
function notInUse(files: MachineFiles, { links, scopes }: Omit<ResolvedFindings, 'settings'>): string[] {
  const text = files.read(IN_USE);
  if (text === undefined) return [`${IN_USE} is not there: which servers systemd-resolved asks is not known`];
  const used = new Set(nameserversIn(text, IN_USE).flatMap(bareAddresses));
  const onLinks = links.flatMap(({ servers, source }) => servers.map((word) => ({ word, source })));
  const known = new Set([...scopes.flatMap(({ servers }) => servers), ...onLinks].flatMap(bareAddresses));
  // Servers that are asked about some names only are not among those in use.
  const expected = scopes.filter(({ defaultRoute }) => defaultRoute).flatMap(({ servers }) => servers);
  return [
    ...expected
      .filter((server) => bareAddresses(server).some((address) => !used.has(address)))
      .map(
        ({ word, source }) =>
          `${source}: ${word} is not among the servers that systemd-resolved has in use; it may have to be restarted`,
      ),
    ...[...used]
      .filter((address) => !known.has(address))
      .map((address) => `${IN_USE}: what systemd-resolved asks ${address} about is not known`),
  ];
}

/** The address of a server without port and link; none of what systemd-resolved passes over itself. */
function bareAddresses({ word }: Found): string[] {
  const address = addressOfEndpoint(addressOf(word) ?? '');
  return address === undefined || STUBS.includes(address) ? [] : [address];
}

/** Where answers are checked or fetched in another way than we ask. */
function ownJudgement(settings: readonly Setting[], links: readonly ResolvedLink[]): string[] {
  const [dnssec, tls] = [lastOf(settings, 'DNSSEC'), lastOf(settings, 'DNSOverTLS')];
  const places = [
    { dnssec: dnssec?.value, source: dnssec?.source ?? '', tls: undefined },
    { dnssec: undefined, tls: tls?.value, source: tls?.source ?? '' },
    ...links.map((link) => ({ dnssec: link.dnssec, tls: link.dnsOverTls, source: link.source })),
  ];
  return places.flatMap(({ dnssec: validates, tls: encrypts, source }) => [
    ...(isNo(validates || 'no')
      ? []
      : [`${source}: DNSSEC=${validates ?? ''}: what systemd-resolved rejects is not evaluated`]),
    ...(isNo(encrypts || 'no') ? [] : [`${source}: DNSOverTLS=${encrypts ?? ''}: servers are not asked over TLS here`]),
  ]);
}
