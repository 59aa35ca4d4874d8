import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_REASONS, RECORD_REASONS, VANTAGE_REASONS, ZONE_REASONS } from '../../../src/model/reason.ts';
import { CAUSES, VERDICTS } from '../../../src/model/verdict.ts';

const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
const headings = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, word]) => word);
const words = new Set([
  ...[...ZONE_REASONS, ...RECORD_REASONS, ...VANTAGE_REASONS],
  ...[...VERDICTS, ...CAUSES, ...EVENT_REASONS],
]);

test('docs/troubleshooting.md has one heading for each reason, verdict and Event, and no other', () => {
  expect(headings.toSorted()).toEqual([...words].toSorted());
});
