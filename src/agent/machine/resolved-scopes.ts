import { formatNameserver, parseNameserver } from '../../probe/nameserver-address.ts';
import { parseResolvConf } from '../../probe/resolv-conf.ts';
import type { MachineFiles } from './files.ts';
import { listOf, type Setting } from './resolved-conf.ts';
import type { ResolvedLink } from './resolved-links.ts';

/** Where systemd-resolved listens: as a resolver, and as a proxy (systemd-resolved.service(8)). */
export const STUBS = ['127.0.0.53', '127.0.0.54'];
/** Where systemd-resolved keeps its state: all servers that it may ask about anything, and the path for programs. */
export const RUN = '/run/systemd/resolve';
export const IN_USE = `${RUN}/resolv.conf`;

/** A server as written, with where it was found. */
export interface Found {
  readonly word: string;
  readonly source: string;
}

/** Servers that are asked in order about the same names. */
export interface Scope {
  readonly name: string;
  readonly servers: readonly Found[];
  /** As written, with their `~`. */
  readonly domains: readonly string[];
  readonly defaultRoute: boolean;
}

/** The machine's resolv.conf, whoever wrote it. */
export interface ResolvConfText {
  readonly path: string;
  readonly text: string;
}

/** What scopes are read from, beside the state of systemd-resolved. */
export interface Sources {
  readonly settings: readonly Setting[];
  readonly links: readonly ResolvedLink[];
  readonly resolvConf: ResolvConfText;
}

/** The scopes of a machine, that of no link first. */
export function scopesOf(files: MachineFiles, sources: Sources): readonly Scope[] {
  const usable = sources.links.filter(({ isUsable }) => isUsable);
  return [globalScope(files, sources), ...usable.map((link) => linkScope(files, link))];
}

/** The servers of resolved.conf; else of a resolv.conf that is not its own; else, where no link has any, the fallback ones. */
function globalScope(files: MachineFiles, { settings, links, resolvConf }: Sources): Scope {
  const isConfigured = settings.some(({ key }) => key === 'DNS' || key === 'Domains');
  const isOwn = [IN_USE, `${RUN}/stub-resolv.conf`].some((path) => files.read(path) === resolvConf.text);
  const isRead = !isConfigured && !isOwn;
  const servers = isRead ? nameserversIn(resolvConf.text, resolvConf.path) : listOf(settings, 'DNS');
  const domains = isRead
    ? parseResolvConf(resolvConf.text).search
    : listOf(settings, 'Domains').map(({ word }) => word);
  const isFallback = servers.length === 0 && links.length === 0;
  return {
    name: 'global',
    servers: isFallback ? nameserversIn(files.read(IN_USE) ?? '', IN_USE) : servers,
    domains,
    defaultRoute: true,
  };
}

/** A link takes names outside of all domains unless it has domains that only route, and not the root as one. */
function linkScope(files: MachineFiles, { index, source, servers, domains, defaultRoute }: ResolvedLink): Scope {
  const onlyRoutes = domains.some((domain) => domain.startsWith('~')) && !domains.some((domain) => isRoot(domain));
  return {
    name: `link ${files.linkName(index) ?? index}`,
    servers: servers.map((word) => ({ word: withLink(word, files.linkName(index)), source })),
    domains,
    defaultRoute: defaultRoute ?? !onlyRoutes,
  };
}

/** A link-local server is asked through its link. */
function withLink(word: string, link: string | undefined): string {
  return link !== undefined && /^\[?fe80:/i.test(word) && !word.includes('%')
    ? word.replace(/^(\[?[\da-f:]+)/i, `$1%${link}`)
    : word;
}

/** All of the file, not the first three only; its own stub is passed over. */
export function nameserversIn(text: string, source: string): Found[] {
  if (!/^nameserver[ \t]/m.test(text)) return [];
  const words = parseResolvConf(text).nameservers.map(formatNameserver);
  return words.filter((word) => !STUBS.includes(word)).map((word) => ({ word, source }));
}

/** `ADDRESS[:PORT][%LINK][#NAME]` of resolved.conf(5); a link matters to link-local addresses only. */
export function addressOf(word: string): string | undefined {
  const [endpoint = ''] = word.split('#');
  const [bare = '', link] = endpoint.split('%');
  const named = /^\[?fe80:/i.test(bare) && link !== undefined ? endpoint : bare;
  const nameserver = parseNameserver(named);
  return nameserver && formatNameserver(nameserver);
}

function isRoot(domain: string): boolean {
  return domain === '.' || domain === '~.';
}
