import { describe, expect, test } from 'vitest';
import { ago, columns, jsonText, wrapped } from '../../../src/cli/text-layout.ts';

describe('text for people', () => {
  test('as JSON is read back as it was, and holds nothing that a terminal would act on', () => {
    const value = { text: 'a\u001b[31m\u009b\u202e\n\u{e0001}', list: ['müller'] };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.split('\n')).toEqual([
      '{',
      String.raw`  "text": "a\u001b[31m\u009b\u202e\n\udb40\udc01",`,
      '  "list": [',
      '    "müller"',
      '  ]',
      '}',
      '',
    ]);
  });

  test('is wrapped between words', () => {
    const lines = wrapped('word '.repeat(60).trim(), 4);
    expect(lines.map((line) => line.length)).toEqual([98, 98, 98, 18]);
    expect(lines.every((line) => line.startsWith('    word'))).toBe(true);
    expect(wrapped(`a ${'x'.repeat(120)} b`, 2)).toEqual(['  a', `  ${'x'.repeat(120)}`, '  b']);
  });

  test('stands in columns', () => {
    expect(
      columns(
        [
          ['a', 'bb', ''],
          ['ccc', 'd', 'e\u0007'],
        ],
        2,
      ),
    ).toEqual(['  a    bb', String.raw`  ccc  d   e\u0007`]);
    expect(columns([], 2)).toEqual([]);
  });

  test.each([
    ['2026-11-24T00:00:00Z', '0 s ago'],
    ['2026-11-23T23:59:01Z', '59 s ago'],
    ['2026-11-23T23:56:00Z', '4 min ago'],
    ['2026-11-23T20:01:00Z', '3 h ago'],
    ['2026-11-20T00:00:00Z', '4 d ago'],
    ['2026-11-24T00:00:09Z', '0 s ago'],
    ['yesterday', ''],
  ])('says how long ago %s was', (time, want) => {
    expect(ago(time, Date.parse('2026-11-24T00:00:00Z'))).toBe(want);
  });
});
