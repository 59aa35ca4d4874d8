import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Cause, Verdict } from '../../../../src/model/verdict.ts';

/** Every word that a status may hold; hosts-file pins are not looked at yet. */
const WORDS: Record<Exclude<Verdict, 'Pinned'> | Cause, true> = {
  Internal: true,
  External: true,
  Mixed: true,
  Stale: true,
  NotFound: true,
  Failed: true,
  Timeout: true,
  Propagating: true,
  Unknown: true,
  Hairpin: true,
  Edge: true,
  AcceptedFallback: true,
  Throttled: true,
  SerialBehind: true,
};

test.each(Object.keys(WORDS))('docs/verdicts.md explains %s', (word) => {
  const page = readFileSync(new URL('../../../../docs/verdicts.md', import.meta.url), 'utf8');
  expect(page).toMatch(new RegExp(`^### \`${word}\`$`, 'm'));
});
