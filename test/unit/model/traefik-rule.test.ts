import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRule } from '../../../src/model/traefik-rule.ts';

const nothing = { ok: true, hosts: [], skipped: [] };

describe('the hosts of a rule', () => {
  test.each<{ rule: string; hosts?: string[]; skipped?: string[] }>([
    { rule: 'Host(`git.example.com`)', hosts: ['git.example.com'] },
    { rule: 'Host("git.example.com")', hosts: ['git.example.com'] },
    { rule: 'Host(`a.example.com`, `b.example.com`)', hosts: ['a.example.com', 'b.example.com'] },
    { rule: 'Host(`a.example.com`,\n  "b.example.com",)', hosts: ['a.example.com', 'b.example.com'] },
    { rule: 'Host(`a.example.com`) || Host(`b.example.com`)', hosts: ['a.example.com', 'b.example.com'] },
    { rule: 'Host(`a.example.com`) || Host(`a.example.com`) && Path(`/x`)', hosts: ['a.example.com'] },
    { rule: 'Host(`a.example.com`)&&(PathPrefix(`/api`)||PathPrefix(`/v1`))', hosts: ['a.example.com'] },
    {
      rule: '((Host(`a.example.com`)) || (Path(`/`) && Host(`b.example.com`)))',
      hosts: ['a.example.com', 'b.example.com'],
    },
    { rule: 'host(`a.example.com`) || HOST(`b.example.com`)', hosts: ['a.example.com', 'b.example.com'] },
    { rule: 'HostHeader(`v2.example.com`)', hosts: ['v2.example.com'] },
    { rule: ' Host ( `a.example.com` ) ', hosts: ['a.example.com'] },
    { rule: 'Host(`Git.Example.com`)', hosts: ['Git.Example.com'] },
    { rule: 'Host(`*.apps.example.com`)', hosts: ['*.apps.example.com'] },
    { rule: String.raw`Host("\x67it.example\u002ecom")`, hosts: ['git.example.com'] },
    { rule: String.raw`Host("a\056b") && Path("/\"quoted\"\\")`, hosts: ['a.b'] },
    { rule: 'Host(``)', hosts: [''] },
    { rule: 'Host()' },
    { rule: 'PathPrefix(`/`)' },
    { rule: 'Header(`Host`, `a.example.com`) || Query(`host`, `b.example.com`)' },
    { rule: 'Path(`Host("no.example.com")`)' },
    { rule: 'ClientIP(`10.0.0.0/8`) && !Method(`POST`)' },
    { rule: 'HostRegexp(`.+`)', skipped: ['HostRegexp(`.+`)'] },
    { rule: 'HostRegexp(`{sub:[a-z]+}.example.com`)', skipped: ['HostRegexp(`{sub:[a-z]+}.example.com`)'] },
    { rule: 'HostSNI(`*`)', skipped: ['HostSNI(`*`)'] },
    { rule: 'HostSNIRegexp(`^a.*$`)', skipped: ['HostSNIRegexp(`^a.*$`)'] },
    { rule: '!Host(`a.example.com`)', skipped: ['!Host(`a.example.com`)'] },
    { rule: '!HostRegexp(`a`)', skipped: ['!HostRegexp(`a`)'] },
    { rule: 'Host(`a.example.com`) && !Path(`/admin`)', hosts: ['a.example.com'] },
    {
      rule: 'Host(`a.example.com`) && !(Host(`b.example.com`) || !Host(`c.example.com`))',
      hosts: ['a.example.com', 'c.example.com'],
      skipped: ['!Host(`b.example.com`)'],
    },
    { rule: '!!Host(`a.example.com`)', hosts: ['a.example.com'] },
    {
      rule: 'HostRegexp(`a`) || Host(`b.example.com`) || HostRegexp(`a`)',
      hosts: ['b.example.com'],
      skipped: ['HostRegexp(`a`)'],
    },
  ])('$rule', ({ rule, hosts = [], skipped = [] }) => {
    expect(readRule(rule)).toEqual({ ok: true, hosts, skipped });
  });
});

describe('what is no rule', () => {
  test.each([
    ['', 'it ends at character 1, where a matcher such as Host(`...`) belongs'],
    ['  ', 'it ends at character 3, where a matcher such as Host(`...`) belongs'],
    ['Host', 'it ends at character 5, where "(" belongs'],
    ['Host(', 'it ends at character 6, where a string in back-quotes or double quotes belongs'],
    ['Host(`a`', 'it ends at character 9, where "," or ")" belongs'],
    ['Host(`a` `b`)', '"`b`" stands at character 10, where "," or ")" belongs'],
    ['Host(,)', '"," stands at character 6, where a string in back-quotes or double quotes belongs'],
    ['Host(a)', '"a" stands at character 6, where a string in back-quotes or double quotes belongs'],
    ['Host(`a`) Host(`b`)', '"Host" stands at character 11, where "&&" or "||" belongs'],
    ['Host(`a`) &&', 'it ends at character 13, where a matcher such as Host(`...`) belongs'],
    ['(Host(`a`)', 'it ends at character 11, where ")", "&&" or "||" belongs'],
    ['Host(`a`))', '")" stands at character 10, where "&&" or "||" belongs'],
    ['Host:a.example.com', '":a.example.com" at character 5 is nothing that a rule may have'],
    ["Host('a.example.com')", `"'a.example.com')" at character 6 is nothing that a rule may have`],
    ['Host(`a)', '"`a)" at character 6 is nothing that a rule may have'],
    ['Host("a)', '""a)" at character 6 is nothing that a rule may have'],
    ['Host("a\nb")', '""a\nb")" at character 6 is nothing that a rule may have'],
    [String.raw`Host("\q")`, String.raw`""\q")" at character 6 is nothing that a rule may have`],
    ['Host(`a`) & Host(`b`)', '"& Host(`b`)" at character 11 is nothing that a rule may have'],
    ['("a")', '""a"" stands at character 2, where a matcher such as Host(`...`) belongs'],
    ['('.repeat(200), 'has more than 100 parentheses in each other'],
  ])('%s', (rule, problem) => {
    expect(readRule(rule)).toEqual({ ok: false, problem });
  });

  test('is found out without end of stack or patience, however long it is', () => {
    const long = 65_536;
    for (const text of ['(', '!', 'Host(', '`', '"', '"\\', ' ', 'a', '||', 'Host(`a`)||']) {
      expect(readRule(text.repeat(long / text.length))).toMatchObject({ ok: false });
    }
    const hosts = Array.from({ length: 2_000 }, (_, n) => `h${n}.example.com`);
    expect(readRule(hosts.map((host) => `Host("${host}")`).join(' || '))).toMatchObject({ ok: true, hosts });
    expect(readRule(`${'!'.repeat(60_000)}Path(\`/\`)`)).toEqual(nothing);
    expect(readRule(' '.repeat(long + 1))).toEqual({ ok: false, problem: 'has 65537 characters, more than 65536' });
  });
});

/** A rule as a tree, whose meaning is plain. */
type Tree =
  | { readonly kind: 'matcher'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'not'; readonly of: Tree }
  | { readonly kind: 'join'; readonly sign: '&&' | '||'; readonly parts: readonly Tree[] };

const value = fc.oneof(
  fc.constantFrom('a.example.com', 'b.example.com', '*.example.com', ''),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
);
const matcher = fc.record({
  kind: fc.constant('matcher' as const),
  name: fc.constantFrom('Host', 'host', 'HostHeader', 'HostRegexp', 'HostSNI', 'Path', 'Header', 'ClientIP'),
  values: fc.array(value, { maxLength: 3 }),
});
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    matcher,
    fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
    fc.record({
      kind: fc.constant('join' as const),
      sign: fc.constantFrom('&&' as const, '||' as const),
      parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** A Go string literal; JSON's escapes are Go's too, but for the slash, which JSON.stringify leaves alone. */
const literal = (text: string, raw: boolean): string =>
  raw && !text.includes('`') ? `\`${text}\`` : JSON.stringify(text);
const print = (node: Tree, raw: boolean, space: string): string => {
  if (node.kind === 'matcher') {
    return `${node.name}(${node.values.map((text) => literal(text, raw)).join(`,${space}`)})`;
  }
  if (node.kind === 'not') return `!${space}(${print(node.of, raw, space)})`;
  return node.parts.map((part) => `(${print(part, raw, space)})`).join(`${space}${node.sign}${space}`);
};
const named = (node: Tree, isNegated = false): string[] => {
  if (node.kind === 'not') return named(node.of, !isNegated);
  if (node.kind === 'join') return node.parts.flatMap((part) => named(part, isNegated));
  return /^host(header)?$/i.test(node.name) && !isNegated ? [...node.values] : [];
};

describe('every rule', () => {
  test('names the hosts that stand in it under no negation, however it is written', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), fc.constantFrom('', ' ', '\n\t'), (rule, raw, space) => {
        expect(readRule(print(rule, raw, space))).toMatchObject({ ok: true, hosts: [...new Set(named(rule))] });
      }),
    );
  });

  test('and everything else is read or refused, and never throws', () => {
    const piece = fc.constantFrom(
      'Host',
      'HostRegexp',
      '(',
      ')',
      '`',
      '"',
      '\\',
      '!',
      '&&',
      '||',
      ',',
      ' ',
      'a.b',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const read = readRule(text);
          expect(read.ok ? [...read.hosts, ...read.skipped] : [read.problem]).not.toContain(undefined);
        },
      ),
    );
  });
});
