import { canonicalAddress } from './address.ts';

/** What a text turned out to be: a host name in its stored form, or why it cannot be one. */
export type ParsedHostName = { ok: true; host: string } | { ok: false; problem: string };

const WILDCARD = '*.';
const WILDCARD_OBJECT_LABEL = 'xx--wildcard';
const PROBE_LABEL = 'splithorizon-probe';
const MOST_CHARACTERS = 253;
/** Unicode as people write it may come to fewer characters than it has: accents that are written apart, blanks of no width. */
const MOST_READ = 4 * MOST_CHARACTERS;
/** Leaves room for the label that is asked below a wildcard, and for the shorter one that names its object. */
const MOST_CHARACTERS_OF_WILDCARD = MOST_CHARACTERS - (PROBE_LABEL.length - 1);
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * Reads a host name as people write it (any letter case, a trailing dot, Unicode) into the stored form: lower-case
 * ASCII (RFC 5890 A-labels), no trailing dot, at most one wildcard as the first label. Limits of RFC 1035 2.3.4.
 */
export function parseHostName(text: string): ParsedHostName {
  const bad = (problem: string): ParsedHostName => ({ ok: false, problem });
  if (text === '') return bad('is empty');
  // Before anything else looks at it: Punycode takes a time that grows with the square of what it is given.
  if (text.length > MOST_READ) return bad(`has ${text.length} characters, more than ${MOST_CHARACTERS}`);
  if (canonicalAddress(text) !== undefined) return bad('is an IP address');
  const wildcard = text.startsWith(WILDCARD);
  const ascii = toAscii((wildcard ? text.slice(2) : text).replace(/\.$/, ''));
  if (ascii === undefined) return bad('has a character that no host name may have');
  const host = (wildcard ? WILDCARD : '') + ascii;
  const most = wildcard ? MOST_CHARACTERS_OF_WILDCARD : MOST_CHARACTERS;
  if (host.length > most) return bad(`has ${host.length} characters, more than ${most}`);
  for (const label of ascii.split('.')) {
    const problem = problemOfLabel(label);
    if (problem !== undefined) return bad(problem);
  }
  if (/^\d+$/.test(ascii.slice(ascii.lastIndexOf('.') + 1))) return bad('ends in a number, as only an IP address may');
  return { ok: true, host };
}

function problemOfLabel(label: string): string | undefined {
  if (label === '') return 'has an empty label';
  if (label.length > 63) return `has a label of ${label.length} characters, more than 63`;
  if (!LABEL.test(label)) return `has the label "${label}", which is no host name label (RFC 1123)`;
  return label === WILDCARD_OBJECT_LABEL
    ? `has the label "${label}", which stands for a star in object names`
    : undefined;
}

/** Lower-case ASCII of a dotted name; Unicode by IDNA as browsers do it (WHATWG URL), undefined where that refuses. */
function toAscii(name: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- exactly the ASCII range is meant
  if (/^[\x00-\x7f]*$/.test(name)) return /^[\w.*-]*$/.test(name) ? name.toLowerCase() : undefined;
  if (/[\s/\\?#@:[\]%<>^|]/.test(name)) return undefined;
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : undefined;
}

/** The name of a host's SplitHorizonHost: the host, `*` replaced by `xx--wildcard` since object names allow no star. */
export function objectNameOf(host: string): string {
  return host.startsWith(WILDCARD) ? `${WILDCARD_OBJECT_LABEL}.${host.slice(2)}` : host;
}

/** The host that a SplitHorizonHost of this name is about: what {@link objectNameOf} made of it; any other text as it is. */
export function hostOfObject(name: string): string {
  return name.startsWith(`${WILDCARD_OBJECT_LABEL}.`)
    ? `${WILDCARD}${name.slice(WILDCARD_OBJECT_LABEL.length + 1)}`
    : name;
}

/** The name to ask DNS for: the host itself, or for a wildcard a label that nobody else uses below it. */
export function probeNameOf(host: string): string {
  return host.startsWith(WILDCARD) ? `${PROBE_LABEL}.${host.slice(2)}` : host;
}

/** Whether a name is the zone's apex or lies below it. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** The longest of the zones that a host lies in. */
export function zoneOf(host: string, zones: Iterable<string>): string | undefined {
  let best: string | undefined;
  for (const zone of zones) if (isInZone(host, zone) && (best === undefined || zone.length > best.length)) best = zone;
  return best;
}

/** Whether `host` is one of the names that the wildcard `pattern` (`*.apps.example.com`) stands for (RFC 4592). */
export function isCoveredBy(host: string, pattern: string): boolean {
  return pattern.startsWith(WILDCARD) && host !== pattern && host.endsWith(pattern.slice(1));
}

/**
 * The names that a record at `host` takes away from a wildcard above it (RFC 4592 section 2.2.1): whatever lies below the
 * host, and the empty names between it and the wildcard with what lies below those. Empty where the wildcard is not above it.
 */
export function hiddenFromWildcard(host: string, wildcard: string): string[] {
  if (!isCoveredBy(host, wildcard)) return [];
  const labels = host.slice(0, -wildcard.length + 1).split('.');
  const above = labels.map((_, index) => `${labels.slice(index).join('.')}${wildcard.slice(1)}`);
  return above.flatMap((name) => (name === host ? [`*.${name}`] : [name, `*.${name}`]));
}
