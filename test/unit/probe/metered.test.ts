import { expect, test } from 'vitest';
import type { Answer } from '../../../src/model/look.ts';
import type { AskOptions, SoaAnswer } from '../../../src/probe/ask.ts';
import { metered } from '../../../src/probe/metered.ts';
import { createManualClock } from './manual-clock.ts';

const answer = (rcode: string): Answer => ({ outcome: 'answer', rcode, aa: true, ra: false, addresses: [], chain: [] });
const soa: SoaAnswer = {
  outcome: 'soa',
  aa: true,
  soa: { serial: 1, ttl: 900, mname: 'ns1.example.com', rname: 'admin.example.com' } as never,
};
const options = { server: { address: '10.0.20.1', port: 53 } } as AskOptions;

test.each<{ got: Answer | SoaAnswer; outcome: string }>([
  { got: answer('NOERROR'), outcome: 'NOERROR' },
  { got: answer('NXDOMAIN'), outcome: 'NXDOMAIN' },
  { got: soa, outcome: 'NOERROR' },
  { got: { outcome: 'none', rcode: 'REFUSED' }, outcome: 'REFUSED' },
  { got: { outcome: 'malformed', problem: 'another question' }, outcome: 'malformed' },
  { got: { outcome: 'silent' }, outcome: 'silent' },
  { got: { outcome: 'silent', truncated: true }, outcome: 'truncated' },
])('$got.outcome counts as $outcome, with the time that it took', async ({ got, outcome }) => {
  const clock = createManualClock();
  const noted: unknown[] = [];
  const ask = async (_: AskOptions, name: string): Promise<typeof got> => {
    await clock.advance(250);
    expect(name).toBe('git.example.com');
    return got;
  };
  const meteredAsk = metered(ask, { clock, note: (server, word, seconds) => noted.push([server, word, seconds]) });
  expect(await meteredAsk(options, 'git.example.com')).toBe(got);
  expect(noted).toEqual([[options.server, outcome, 0.25]]);
});

test('a question that was given up is not counted', async () => {
  const noted: unknown[] = [];
  const ask = (): Promise<Answer> => Promise.reject(new Error('aborted'));
  const meteredAsk = metered(ask, { clock: createManualClock(), note: (...given) => noted.push(given) });
  await expect(meteredAsk(options)).rejects.toThrow('aborted');
  expect(noted).toEqual([]);
});
