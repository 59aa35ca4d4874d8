import type { MachineFiles } from './files.ts';

/** What systemd-resolved knows of one network interface. */
export interface ResolvedLink {
  readonly index: number;
  /** The file that says so. */
  readonly source: string;
  /** Whether anything is asked through it: it is up, as far as can be known. */
  readonly isUsable: boolean;
  /** As written: `10.0.20.1`, `10.0.20.1:53%eth0#dns.example`. */
  readonly servers: readonly string[];
  /** As written: `lan`, and with a `~` those that only route. */
  readonly domains: readonly string[];
  /** Undefined where that follows from the domains. */
  readonly defaultRoute: boolean | undefined;
  readonly dnssec: string | undefined;
  readonly dnsOverTls: string | undefined;
}

/** What systemd-networkd found out of links, or was told. */
const MANAGED = '/run/systemd/netif/links';
/** What others told systemd-resolved over D-Bus: NetworkManager, VPN clients, `resolvectl dns`. */
const TOLD = '/run/systemd/resolve/netif';
/** States of a link that systemd-resolved asks through. */
const USABLE = ['routable', 'degraded', 'degraded-carrier'];
const UNMANAGED = [undefined, 'pending', 'initialized', 'unmanaged'];

/** The links that have servers, by index. Private data of systemd, in files that have kept their form since version 229. */
export function readLinks(files: MachineFiles): readonly ResolvedLink[] {
  const indexes = [...files.list(MANAGED), ...files.list(TOLD)].filter((name) => /^\d+$/.test(name)).map(Number);
  return [...new Set(indexes)]
    .sort((a, b) => a - b)
    .flatMap((index) => managedLink(files, index) ?? toldLink(files, index) ?? [])
    .filter(({ servers }) => servers.length > 0);
}

/** Undefined where networkd has no say about the link. */
function managedLink(files: MachineFiles, index: number): ResolvedLink | undefined {
  const source = `${MANAGED}/${index}`;
  const values = assignmentsIn(files.read(source) ?? '');
  if (UNMANAGED.includes(values.get('ADMIN_STATE'))) return undefined;
  return {
    index,
    source,
    isUsable: USABLE.includes(values.get('OPER_STATE') ?? ''),
    servers: wordsOf(values.get('DNS')),
    domains: [...wordsOf(values.get('DOMAINS')), ...wordsOf(values.get('ROUTE_DOMAINS')).map((name) => `~${name}`)],
    defaultRoute: yesOrNo(values.get('DNS_DEFAULT_ROUTE')),
    dnssec: values.get('DNSSEC'),
    dnsOverTls: values.get('DNS_OVER_TLS'),
  };
}

function toldLink(files: MachineFiles, index: number): ResolvedLink | undefined {
  const source = `${TOLD}/${index}`;
  const text = files.read(source);
  if (text === undefined) return undefined;
  const values = assignmentsIn(text);
  return {
    index,
    source,
    isUsable: true,
    servers: wordsOf(values.get('SERVERS')),
    domains: wordsOf(values.get('DOMAINS')),
    defaultRoute: yesOrNo(values.get('DEFAULT_ROUTE')),
    dnssec: values.get('DNSSEC'),
    dnsOverTls: values.get('DNS_OVER_TLS'),
  };
}

function assignmentsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line.trim()) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replace(/^"(.*)"$/, '$1')]];
    }),
  );
}

function wordsOf(text = ''): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function yesOrNo(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : ['yes', 'true', '1', 'on'].includes(text.toLowerCase());
}
