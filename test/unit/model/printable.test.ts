import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableLines } from '../../../src/model/printable.ts';

/** What terminals act on: controls of 7 and 8 bits, marks that turn the direction of a line, separators of lines, half characters. */
const ACTED_ON = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

test('what a terminal would act on is written as in JSON', () => {
  expect(printable('a\u001b[31mb\u009bc\u202ed\ne\tf\u{e0001}g\ud800h')).toBe(
    String.raw`a\u001b[31mb\u009bc\u202ed\u000ae\u0009f\udb40\udc01g\ud800h`,
  );
});

test('what people write in any language stands as it is', () => {
  for (const text of ['', 'müller – 日本', 'شبكة', 'a"b\\c', '🙂']) expect(printable(text)).toBe(text);
});

test('lines stay lines', () => {
  expect(printableLines('a\u0007\nb\n')).toBe('a\\u0007\nb\n');
});

test('whatever comes is printable, and within a string of JSON still the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(ACTED_ON);
      expect(JSON.parse(printable(JSON.stringify(text)))).toBe(text);
    }),
  );
});
