import { expect, test } from 'vitest';
import { createLog } from '../../../src/cli/log.ts';

const HOSTILE = 'a\u001b]0;title\u0007\u009b31m\u007f\u202eb\u2028c';

test('a line of the log is one line of JSON in which nothing stands that a terminal would act on', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  log.child({ zone: HOSTILE }).warn({ err: new Error(HOSTILE), nested: { [HOSTILE]: [HOSTILE] } }, HOSTILE);
  log.trace('not at this level');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 40,
    zone: HOSTILE,
    err: { message: HOSTILE },
    nested: { [HOSTILE]: [HOSTILE] },
    msg: HOSTILE,
  });
});
