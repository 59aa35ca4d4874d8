import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { formatMarker, isWholeWith, parseMarker, type Marker } from '../../../src/model/marker.ts';

// Hundreds of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const owner = { id: 'home', cluster: '0a1b2c3d' };

const ownerId = fc.stringMatching(/^[a-z0-9-]{1,32}$/);
const marker: fc.Arbitrary<Marker> = fc.record({
  owner: fc.record({ id: ownerId, cluster: fc.stringMatching(/^[0-9a-f]{8}$/) }),
  adopted: fc.boolean(),
  note: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', minLength: 50, maxLength: 300 }),
    fc.constantFrom(' | ', '+adopted', ' | splithorizon:home/0a1b2c3d', '\n', ' ', ''),
  ),
});

describe('a marker', () => {
  test.each<{ given: Marker; want: string }>([
    { given: { owner, adopted: false, note: '' }, want: 'splithorizon:home/0a1b2c3d' },
    { given: { owner, adopted: true, note: '' }, want: 'splithorizon:home/0a1b2c3d+adopted' },
    { given: { owner, adopted: false, note: 'ask Jo' }, want: 'splithorizon:home/0a1b2c3d | ask Jo' },
    { given: { owner, adopted: true, note: 'a | b' }, want: 'splithorizon:home/0a1b2c3d+adopted | a | b' },
    { given: { owner, adopted: false, note: 'two\nlines' }, want: 'splithorizon:home/0a1b2c3d | two\nlines' },
  ])('$want', ({ given, want }) => {
    expect(formatMarker(given)).toBe(want);
    expect(parseMarker(want)).toEqual(given);
  });

  test.each([
    { name: 'letters', note: 'x'.repeat(300), left: 'x'.repeat(255 - 29) },
    { name: 'letters of two bytes', note: 'ü'.repeat(200), left: 'ü'.repeat(113) },
    { name: 'letters of two bytes that fit to the byte', note: `x${'ü'.repeat(200)}`, left: `x${'ü'.repeat(112)}` },
    { name: 'emoji, between two of them', note: '😀'.repeat(100), left: '😀'.repeat(56) },
  ])('cuts a note of $name to what Technitium can save', ({ note, left }) => {
    const comments = formatMarker({ owner, adopted: false, note });
    expect(comments).toBe(`splithorizon:home/0a1b2c3d | ${left}`);
    expect(Buffer.byteLength(comments)).toBeLessThanOrEqual(255);
  });

  test('is whole beside a note up to the last byte', () => {
    expect(isWholeWith({ owner, adopted: false, note: `x${'ü'.repeat(113)}` })).toBe(false);
    expect(isWholeWith({ owner, adopted: false, note: 'ü'.repeat(113) })).toBe(true);
  });

  test('is read as it was written, whatever the note, of which the end may be cut once', () => {
    fc.assert(
      fc.property(marker, (given) => {
        const comments = formatMarker(given);
        const read = parseMarker(comments);
        expect(read).toEqual({ ...given, note: read?.note });
        expect(given.note.startsWith(read?.note ?? '?')).toBe(true);
        expect(isWholeWith(given)).toBe(read?.note === given.note);
        expect(read && formatMarker(read)).toBe(comments);
        expect(Buffer.byteLength(comments)).toBeLessThanOrEqual(255);
      }),
      { numRuns: 500 },
    );
  });
});

describe('comments without a marker', () => {
  test.each([
    { name: 'none', given: '' },
    { name: 'a note', given: 'by hand' },
    { name: 'the word alone', given: 'splithorizon' },
    { name: 'no cluster', given: 'splithorizon:home' },
    { name: 'an empty cluster', given: 'splithorizon:home/' },
    { name: 'an empty owner', given: 'splithorizon:/0a1b2c3d' },
    { name: 'something before', given: ' splithorizon:home/0a1b2c3d' },
    { name: 'a line before', given: 'note\nsplithorizon:home/0a1b2c3d' },
    { name: 'a line break behind', given: 'splithorizon:home/0a1b2c3d\n' },
    { name: 'a space behind', given: 'splithorizon:home/0a1b2c3d ' },
    { name: 'a note without the bar', given: 'splithorizon:home/0a1b2c3d by hand' },
    { name: 'a note with half a bar', given: 'splithorizon:home/0a1b2c3d |by hand' },
    { name: 'another letter case', given: 'Splithorizon:home/0a1b2c3d' },
    { name: 'an owner in upper case', given: 'splithorizon:HOME/0a1b2c3d' },
    { name: 'an owner of 33 characters', given: `splithorizon:${'a'.repeat(33)}/0a1b2c3d` },
    { name: 'a cluster of 9 characters', given: 'splithorizon:home/0a1b2c3d4' },
    { name: 'another word behind the plus', given: 'splithorizon:home/0a1b2c3d+adopt' },
    { name: 'adopted twice', given: 'splithorizon:home/0a1b2c3d+adopted+adopted' },
    { name: 'an owner that looks like ours', given: 'splithorizon:hоme/0a1b2c3d' },
    { name: 'a hidden character', given: 'splithorizon:home/0a1b2c3d\u200B' },
    { name: 'the marker of ExternalDNS', given: 'heritage=external-dns,external-dns/owner=home' },
  ])('$name', ({ given }) => {
    expect(parseMarker(given)).toBeUndefined();
  });

  test('with a bar and nothing behind it are the marker without a note', () => {
    expect(parseMarker('splithorizon:home/0a1b2c3d | ')).toEqual({ owner, adopted: false, note: '' });
  });
});
