/** What a router rule of Traefik says of hosts, or why it cannot be read. */
export type RuleHosts =
  | {
      readonly ok: true;
      /** The values of its host matchers as they are written, each once. */
      readonly hosts: readonly string[];
      /** Matchers that stand for hosts without naming them, as they are written: patterns, and what is negated. */
      readonly skipped: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** Matchers (in lower case; Traefik takes `Host`, `host` and `HOST`) whose values are hosts. `HostHeader` is of v2. */
const NAMING = new Set(['host', 'hostheader']);
const PATTERNS = new Set(['hostregexp', 'hostsni', 'hostsniregexp']);

/**
 * Go's lexical elements (its specification, "String literals") as far as rules have them. A back-quoted string knows no
 * escapes; single quotes are none.
 */
const TOKEN =
  /(?<space>\s+)|(?<raw>`[^`]*`)|(?<quoted>"(?:[^"\\\n]|\\(?:[abfnrtv\\"]|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U00(?:0[\da-fA-F]|10)[\da-fA-F]{4}))*")|(?<word>[A-Za-z_]\w*)|(?<sign>&&|\|\||[!(),])/y;
const ESCAPE = /\\(?:([abfnrtv\\"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g;
const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
/** Longer than anybody writes, and read without a pause that would be felt. */
const MOST_CHARACTERS = 65_536;
/** Deeper than anybody nests, and far from what the stack holds. */
const MOST_DEEP = 100;

interface Token {
  readonly kind: 'string' | 'word' | 'sign';
  /** As it is written; of a string what it stands for. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

class RuleError extends Error {}

/**
 * Reads a rule such as "Host(`a.example.com`, `b.example.com`) && !Path(`/admin`)", of Traefik 2 or 3 alike: matchers
 * joined by && and ||, negated by !, in parentheses. Which of && and || binds tighter is all one for which hosts it names.
 */
export function readRule(rule: string): RuleHosts {
  const hosts = new Set<string>();
  const skipped = new Set<string>();
  const note = (matcher: { name: string; values: readonly string[]; text: string }, isNegated: boolean): void => {
    const name = matcher.name.toLowerCase();
    const isNaming = NAMING.has(name);
    if (isNaming && !isNegated) for (const value of matcher.values) hosts.add(value);
    else if (isNaming || PATTERNS.has(name)) skipped.add(`${isNegated ? '!' : ''}${matcher.text}`);
  };
  try {
    readExpression(rule, note);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { ok: false, problem: error.message };
  }
  return { ok: true, hosts: [...hosts], skipped: [...skipped] };
}

type Note = (matcher: { name: string; values: readonly string[]; text: string }, isNegated: boolean) => void;

/** expression = operand { ("&&" | "||") operand }; operand = { "!" } ( "(" expression ")" | matcher "(" strings ")" ) */
function readExpression(rule: string, note: Note): void {
  if (rule.length > MOST_CHARACTERS) {
    throw new RuleError(`has ${rule.length} characters, more than ${MOST_CHARACTERS}`);
  }
  const tokens = tokensOf(rule);
  let at = 0;
  const fail = (wanted: string): never => {
    const token = tokens[at];
    const found = token === undefined ? 'it ends' : `"${rule.slice(token.start, token.end).slice(0, 40)}" stands`;
    throw new RuleError(`${found} at character ${(token?.start ?? rule.length) + 1}, where ${wanted} belongs`);
  };
  const take = (sign: string): Token | undefined => {
    const token = tokens[at];
    if (token?.kind !== 'sign' || token.text !== sign) return undefined;
    at += 1;
    return token;
  };
  const expression = (isNegated: boolean, depth: number): void => {
    if (depth > MOST_DEEP) throw new RuleError(`has more than ${MOST_DEEP} parentheses in each other`);
    do operand(isNegated, depth);
    while (take('&&') ?? take('||'));
  };
  const operand = (isNegated: boolean, depth: number): void => {
    let negated = isNegated;
    while (take('!')) negated = !negated;
    if (take('(')) {
      expression(negated, depth + 1);
      if (!take(')')) fail('")", "&&" or "||"');
    } else matcher(negated);
  };
  const matcher = (isNegated: boolean): void => {
    const name = tokens[at];
    if (name?.kind !== 'word') return fail('a matcher such as Host(`...`)');
    at += 1;
    if (!take('(')) fail('"("');
    const values: string[] = [];
    let end = take(')');
    while (end === undefined) {
      const value = tokens[at];
      if (value?.kind !== 'string') return fail('a string in back-quotes or double quotes');
      values.push(value.text);
      at += 1;
      const more = take(',');
      end = take(')');
      if (more === undefined && end === undefined) fail('"," or ")"');
    }
    note({ name: name.text, values, text: rule.slice(name.start, end.end) }, isNegated);
  };
  expression(false, 0);
  if (at < tokens.length) fail('"&&" or "||"');
}

function tokensOf(rule: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < rule.length; start = TOKEN.lastIndex) {
    TOKEN.lastIndex = start;
    const { raw, quoted, word, sign, space } = TOKEN.exec(rule)?.groups ?? {};
    const end = TOKEN.lastIndex;
    if (raw !== undefined) tokens.push({ kind: 'string', text: raw.slice(1, -1), start, end });
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: unescaped(quoted.slice(1, -1)), start, end });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, start, end });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, start, end });
    else if (space === undefined) {
      throw new RuleError(
        `"${rule.slice(start, start + 20)}" at character ${start + 1} is nothing that a rule may have`,
      );
    }
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, control?: string, octal?: string, ...hex: (string | undefined)[]) => {
    if (control !== undefined) return CONTROLS[control] ?? control;
    const digits = hex.slice(0, 3).find((each) => each !== undefined) ?? '';
    return String.fromCodePoint(octal === undefined ? parseInt(digits, 16) : parseInt(octal, 8));
  });
}
