import { nameserverAt, type NameserverAddress } from './nameserver-address.ts';

/** MAXNS of glibc and musl: nameservers beyond these are never asked. */
const MOST_NAMESERVERS = 3;
const LONGEST_NAME = 253;
/** Any printable character will do (RFC 2181 11). */
const LABEL = /^[\x21-\x7e]{1,63}$/;

/** A `nameserver` line. */
export interface ListedNameserver extends NameserverAddress {
  /** False beyond the third: it stands in the file, and no program asks it. */
  readonly used: boolean;
}

/** What a stub resolver takes from resolv.conf(5). */
export interface ResolvConf {
  /** In the file's order, which is the order of asking. Never empty: without any, glibc asks 127.0.0.1. */
  readonly nameservers: readonly ListedNameserver[];
  /** Search domains, lower-case without a trailing dot. Empty where the file has none (not guessed from the host's name). */
  readonly search: readonly string[];
  readonly ndots: number;
  /** How long one server is waited for, once. */
  readonly timeoutSeconds: number;
  /** How often the whole list is gone through. */
  readonly attempts: number;
  readonly rotate: boolean;
}

/** Defaults and ceilings of glibc's resolv.h, and what it takes for a value that would mean never (0). */
const NUMBERS = {
  ndots: { fallback: 1, least: 0, most: 15 },
  timeout: { fallback: 5, least: 1, most: 30 },
  attempts: { fallback: 2, least: 1, most: 5 },
};

/**
 * Reads resolv.conf as glibc does: keywords at the very start of a line, the last `search` or `domain` counts, options
 * add up, and lines it cannot read are passed over. One thing is added: `nameserver 127.0.0.1#5301` names a port, which
 * glibc has no way to say.
 */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: ListedNameserver[] = [];
  let search: readonly string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [, keyword, rest = ''] = /^(nameserver|search|domain|options)[ \t](.*)$/.exec(line.trimEnd()) ?? [];
    const words = rest.split(/\s+/).filter((word) => word !== '');
    if (keyword === 'nameserver') {
      const nameserver = nameserverOf(words);
      if (nameserver) nameservers.push({ ...nameserver, used: nameservers.length < MOST_NAMESERVERS });
    } else if (keyword === 'search') search = domains(words);
    else if (keyword === 'domain') search = domains(words.slice(0, 1));
    else if (keyword === 'options') options.push(...words);
  }
  if (nameservers.length === 0) nameservers.push({ address: '127.0.0.1', port: 53, used: true });
  return {
    nameservers,
    search,
    ndots: numberOf('ndots', options),
    timeoutSeconds: numberOf('timeout', options),
    attempts: numberOf('attempts', options),
    rotate: options.includes('rotate'),
  };
}

function nameserverOf([word = '']: readonly string[]): NameserverAddress | undefined {
  const [address = '', port] = word.split('#');
  return nameserverAt(address, port);
}

/** `.`, the root, is a search domain that adds nothing; what can be no name is tried by nobody. */
function domains(words: readonly string[]): string[] {
  const names = words.map((word) => word.toLowerCase().replace(/\.$/, ''));
  return names.filter((name) => name.length <= LONGEST_NAME && name.split('.').every((label) => LABEL.test(label)));
}

function numberOf(name: keyof typeof NUMBERS, options: readonly string[]): number {
  const { fallback, least, most } = NUMBERS[name];
  const text = options.findLast((option) => option.startsWith(`${name}:`))?.slice(name.length + 1);
  if (text === undefined) return fallback;
  const number = Number.parseInt(text, 10);
  return Math.min(Math.max(Number.isNaN(number) ? 0 : number, least), most);
}
