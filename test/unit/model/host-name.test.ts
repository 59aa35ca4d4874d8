import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  hostOfObject,
  isCoveredBy,
  isInZone,
  objectNameOf,
  parseHostName,
  probeNameOf,
  zoneOf,
  hiddenFromWildcard,
} from '../../../src/model/host-name.ts';

// Hundreds of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** A name of exactly this many characters. */
const nameOf = (length: number): string => (length % 2 === 0 ? 'aa' : 'a') + '.a'.repeat(Math.floor((length - 1) / 2));

describe('a host name is read into its stored form', () => {
  test.each([
    { name: 'as it is', given: 'git.example.com', want: 'git.example.com' },
    { name: 'in upper case', given: 'GIT.Example.COM', want: 'git.example.com' },
    { name: 'with a trailing dot', given: 'git.example.com.', want: 'git.example.com' },
    { name: 'with an umlaut', given: 'müller.example.com', want: 'xn--mller-kva.example.com' },
    {
      name: 'with an umlaut, upper case and a trailing dot',
      given: 'MÜLLER.Example.com.',
      want: 'xn--mller-kva.example.com',
    },
    { name: 'with an umlaut of two code points', given: 'mu\u0308ller.example.com', want: 'xn--mller-kva.example.com' },
    { name: 'with a sharp s, which has its own code point (IDNA 2008)', given: 'faß.de', want: 'xn--fa-hia.de' },
    { name: 'with ideographic full stops', given: '例え。テスト', want: 'xn--r8jz45g.xn--zckzah' },
    { name: 'in ASCII already', given: 'XN--mller-kva.example.com', want: 'xn--mller-kva.example.com' },
    { name: 'of one label', given: 'intranet', want: 'intranet' },
    { name: 'with digits and inner hyphens', given: '4-ever.3com.example', want: '4-ever.3com.example' },
    { name: 'with a label of digits that is not the last', given: '10.example.com', want: '10.example.com' },
    { name: 'of a wildcard', given: '*.apps.example.com', want: '*.apps.example.com' },
    {
      name: 'of a wildcard in upper case with a trailing dot',
      given: '*.APPS.example.com.',
      want: '*.apps.example.com',
    },
    { name: 'of a wildcard with an umlaut', given: '*.müller.example.com', want: '*.xn--mller-kva.example.com' },
    { name: 'with a label of 63', given: `${'a'.repeat(63)}.example.com`, want: `${'a'.repeat(63)}.example.com` },
    { name: 'of 253 characters', given: nameOf(253), want: nameOf(253) },
    { name: 'of 253 characters and a trailing dot', given: `${nameOf(253)}.`, want: nameOf(253) },
    { name: 'of a wildcard of 236 characters', given: `*.${nameOf(234)}`, want: `*.${nameOf(234)}` },
  ])('$name', ({ given, want }) => {
    expect(parseHostName(given)).toEqual({ ok: true, host: want });
  });

  const noCharacter = 'has a character that no host name may have';
  const emptyLabel = 'has an empty label';
  const numeric = 'ends in a number, as only an IP address may';
  const noLabel = (label: string): string => `has the label "${label}", which is no host name label (RFC 1123)`;

  test.each([
    { name: 'nothing', given: '', want: 'is empty' },
    { name: 'a dot', given: '.', want: emptyLabel },
    { name: 'a label less', given: 'git..example.com', want: emptyLabel },
    { name: 'a dot before', given: '.example.com', want: emptyLabel },
    { name: 'two dots behind', given: 'example.com..', want: emptyLabel },
    { name: 'IPv4', given: '10.0.20.203', want: 'is an IP address' },
    { name: 'IPv6', given: 'fd00::1', want: 'is an IP address' },
    { name: 'IPv6 in brackets', given: '[fd00::1]', want: noCharacter },
    { name: 'IPv4 with leading zeros', given: '010.0.0.1', want: numeric },
    { name: 'IPv4 and a dot', given: '10.0.20.203.', want: numeric },
    { name: 'IPv4 in wide digits', given: '１０.０.２０.２０３', want: numeric },
    { name: 'a wildcard of an IPv4 address', given: '*.10.0.20.203', want: numeric },
    { name: 'a port', given: 'git.example.com:443', want: noCharacter },
    { name: 'a URL', given: 'https://git.example.com', want: noCharacter },
    { name: 'a path behind an umlaut', given: 'müller.example.com/git', want: noCharacter },
    { name: 'a user before an umlaut', given: 'git@müller.example.com', want: noCharacter },
    { name: 'a percent code behind an umlaut', given: 'müller%2eexample.com', want: noCharacter },
    { name: 'a star alone', given: '*', want: noLabel('*') },
    { name: 'a star with nothing behind', given: '*.', want: emptyLabel },
    { name: 'a star in the middle', given: 'a.*.b', want: noLabel('*') },
    { name: 'two stars', given: '*.*.example.com', want: noLabel('*') },
    { name: 'a star as a part of a label', given: 'a*.example.com', want: noLabel('a*') },
    { name: 'an underscore', given: '_sip.example.com', want: noLabel('_sip') },
    { name: 'an underscore beside an umlaut', given: 'ü_.example.com', want: noLabel('xn--_-dha') },
    { name: 'a hyphen before', given: '-git.example.com', want: noLabel('-git') },
    { name: 'a hyphen behind', given: 'git-.example.com', want: noLabel('git-') },
    { name: 'a space', given: 'git example.com', want: noCharacter },
    { name: 'a space before', given: ' git.example.com', want: noCharacter },
    { name: 'a space behind', given: 'git.example.com ', want: noCharacter },
    { name: 'a space beside an umlaut', given: 'mül ler.example.com', want: noCharacter },
    { name: 'a line break behind', given: 'git.example.com\n', want: noCharacter },
    { name: 'a line break beside an umlaut', given: 'müller\n.example.com', want: noCharacter },
    { name: 'a NUL', given: 'git\0.example.com', want: noCharacter },
    { name: 'a NUL beside an umlaut', given: 'müller\0.example.com', want: noCharacter },
    { name: 'a control character beside an umlaut', given: 'müller\u0007.example.com', want: noCharacter },
    { name: 'a quote beside an umlaut', given: '"ü.example.com', want: noLabel('xn--"-eha') },
    { name: 'an override of the writing direction', given: '\u202Emoc.example', want: noCharacter },
    { name: 'half a surrogate pair', given: '\uD800.example.com', want: noCharacter },
    {
      name: 'a label of 64',
      given: `${'a'.repeat(64)}.example.com`,
      want: 'has a label of 64 characters, more than 63',
    },
    {
      name: 'a label that is too long in ASCII',
      given: `${'ü'.repeat(60)}.com`,
      want: 'has a label of 66 characters, more than 63',
    },
    { name: '254 characters', given: nameOf(254), want: 'has 254 characters, more than 253' },
    {
      name: 'a wildcard with no room for the label that is asked below it',
      given: `*.${nameOf(235)}`,
      want: 'has 237 characters, more than 236',
    },
    {
      name: 'the label that stands for the star in object names',
      given: 'xx--wildcard.example.com',
      want: 'has the label "xx--wildcard", which stands for a star in object names',
    },
  ])('$name is refused: it $want', ({ given, want }) => {
    expect(parseHostName(given)).toEqual({ ok: false, problem: want });
  });
});

describe('any text read as a host name', () => {
  const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.domain(),
    fc.stringMatching(/^(\*\.)?([a-zA-Z0-9ü*_-]{1,4}\.){0,3}(xx--wildcard|[a-z0-9-]{1,3})\.?$/),
    fc.array(fc.string({ unit: 'grapheme', maxLength: 5 }), { maxLength: 4 }).map((labels) => labels.join('.')),
  );

  test('is refused with a reason, or stays what it is when read again and fits an object name and a question', () => {
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseHostName(given);
        if (!parsed.ok) {
          expect(parsed.problem).toMatch(/^(is|has|ends) /);
          return;
        }
        expect(parseHostName(parsed.host)).toEqual(parsed);
        for (const name of [objectNameOf(parsed.host), probeNameOf(parsed.host)]) {
          expect(name).toMatch(OBJECT_NAME);
          expect(name.length).toBeLessThanOrEqual(253);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('has an object name of its own', () => {
    const label = fc.constantFrom('*', 'xx--wildcard', 'a', 'b');
    const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(host, host, (one, other) => {
        if (one === other || !parseHostName(one).ok || !parseHostName(other).ok) return;
        expect(objectNameOf(one)).not.toBe(objectNameOf(other));
      }),
    );
  });
});

test.each([
  { given: 'git.example.com', object: 'git.example.com', probe: 'git.example.com' },
  {
    given: '*.apps.example.com',
    object: 'xx--wildcard.apps.example.com',
    probe: 'splithorizon-probe.apps.example.com',
  },
])('$given is the object $object and is asked for as $probe', ({ given, object, probe }) => {
  expect(objectNameOf(given)).toBe(object);
  expect([hostOfObject(object), hostOfObject(given)]).toEqual([given, given]);
  expect(probeNameOf(given)).toBe(probe);
});

describe('the zone of a host', () => {
  const zones = ['example.com', 'lab.example.com', 'example.net'];

  test.each([
    { given: 'git.example.com', want: 'example.com' },
    { given: 'example.com', want: 'example.com' },
    { given: 'a.b.example.com', want: 'example.com' },
    { given: 'git.lab.example.com', want: 'lab.example.com' },
    { given: 'lab.example.com', want: 'lab.example.com' },
    { given: '*.lab.example.com', want: 'lab.example.com' },
    { given: 'collab.example.com', want: 'example.com' },
    { given: 'myexample.com', want: undefined },
    { given: 'com', want: undefined },
    { given: 'git.example.org', want: undefined },
  ])('$given lies in $want', ({ given, want }) => {
    expect(zoneOf(given, zones)).toBe(want);
    expect(zoneOf(given, zones.toReversed())).toBe(want);
    expect(zones.filter((zone) => isInZone(given, zone)).sort((a, b) => b.length - a.length)[0]).toBe(want);
  });

  test('is none where there are no zones', () => {
    expect(zoneOf('git.example.com', [])).toBeUndefined();
  });
});

test.each([
  { given: 'a.apps.example.com', want: true },
  { given: 'a.b.apps.example.com', want: true },
  { given: '*.b.apps.example.com', want: true },
  { given: '*.apps.example.com', want: false },
  { given: 'apps.example.com', want: false },
  { given: 'myapps.example.com', want: false },
  { given: 'a.example.com', want: false },
])('$given is covered by *.apps.example.com: $want', ({ given, want }) => {
  expect(isCoveredBy(given, '*.apps.example.com')).toBe(want);
  expect(isCoveredBy(given, 'apps.example.com')).toBe(false);
});

describe('names that a record hides from a wildcard above it', () => {
  test.each<{ host: string; wildcard: string; want: string[] }>([
    {
      host: 'git.apps.example.com',
      wildcard: '*.apps.example.com',
      want: ['*.git.apps.example.com'],
    },
    {
      host: 'a.b.apps.example.com',
      wildcard: '*.apps.example.com',
      want: ['*.a.b.apps.example.com', 'b.apps.example.com', '*.b.apps.example.com'],
    },
    { host: 'git.example.com', wildcard: '*.apps.example.com', want: [] },
    { host: 'apps.example.com', wildcard: '*.apps.example.com', want: [] },
    { host: '*.apps.example.com', wildcard: '*.apps.example.com', want: [] },
  ])('$host below $wildcard', ({ host, wildcard, want }) => {
    expect(hiddenFromWildcard(host, wildcard)).toEqual(want);
  });
});

test('a text of any length is refused at once', () => {
  const unicode = Array.from({ length: 262_144 }, (_, index) => String.fromCodePoint(0x4e00 + (index % 20_000))).join(
    '',
  );
  for (const text of [unicode, `*.${unicode}`, 'a.'.repeat(131_072), '1.'.repeat(131_072), '[:'.repeat(131_072)]) {
    expect(parseHostName(text)).toEqual({ ok: false, problem: `has ${text.length} characters, more than 253` });
  }
});
