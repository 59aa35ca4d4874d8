import { describe, expect, it } from 'vitest';
import { agrees, wordOf, worstOf, type Observed, type Word } from '../../scenarios/observer/agree.ts';
import { readKdig } from '../../scenarios/observer/kdig.ts';
import { readLine } from '../../scenarios/observer/look-ups.ts';
import { classOf } from '../../scenarios/observer/seen.ts';

const place = (given: Partial<Observed>): Observed => ({
  place: 'node1',
  pinned: false,
  lookUps: ['internal'],
  nameservers: ['internal'],
  ...given,
});

describe('what the observer says of a place', () => {
  const cases: [string, Partial<Observed>, Word][] = [
    ['all look-ups and nameservers are internal', {}, 'Internal'],
    ['a nameserver behind is silent', { nameservers: ['internal', 'failed'] }, 'Internal'],
    ['a nameserver behind is public', { nameservers: ['internal', 'other'] }, 'Mixed'],
    ['look-ups differ', { lookUps: ['internal', 'other'] }, 'Mixed'],
    ['every look-up is public', { lookUps: ['other', 'other'] }, 'External'],
    ['look-ups are public or fail', { lookUps: ['other', 'failed'] }, 'External'],
    ['an earlier address comes', { lookUps: ['old'] }, 'Stale'],
    ['no name', { lookUps: ['none'], nameservers: ['none'] }, 'NotFound'],
    ['every look-up fails', { lookUps: ['failed'], nameservers: ['failed'] }, 'Failing'],
    ['the hosts file has the right address', { pinned: true, nameservers: ['other'] }, 'Pinned'],
    ['the hosts file has an earlier address', { pinned: true, lookUps: ['old'] }, 'Stale'],
  ];
  it.each(cases)('%s', (_, given, word) => expect(wordOf(place(given))).toBe(word));

  it('is the worst of its places for an audience', () => {
    expect(worstOf([place({}), place({ lookUps: ['other'] }), place({ lookUps: ['failed'] })])).toBe('External');
  });
});

describe('a verdict and the observer', () => {
  it.each([
    ['Internal', 'External'],
    ['Internal', 'Mixed'],
    ['Internal', 'Failing'],
    ['External', 'Internal'],
    ['Mixed', 'Internal'],
    ['Pinned', 'Internal'],
    ['Propagating', 'External'],
    ['-', 'External'],
    ['Timeout', 'NotFound'],
  ] as const)('%s does not agree with %s', (verdict, word) => expect(agrees(verdict, word)).toBe(false));

  it.each([
    ['Timeout', 'Failing'],
    ['Failed', 'Failing'],
    ['Pinned', 'Stale'],
    ['Unknown', 'External'],
  ] as const)('%s agrees with %s', (verdict, word) => expect(agrees(verdict, word)).toBe(true));
});

describe('what was seen', () => {
  const right = { now: ['10.0.20.204', '10.111.111.95'], before: ['10.0.20.203'] };
  it.each([
    ['git.example.com 10.0.20.204 10.111.111.95', 'internal'],
    ['git.example.com 10.0.20.203 10.0.20.204', 'old'],
    ['git.example.com 10.0.20.204 203.0.113.10', 'other'],
    ['git.example.com !EAI_NONAME', 'none'],
    ['git.example.com !EAI_AGAIN', 'failed'],
  ] as const)('a look-up of "%s" is %s', (line, kind) => expect(classOf(readLine(line), right)).toBe(kind));

  const header = (status: string): string => `;; ->>HEADER<<- opcode: QUERY; status: ${status}; id: 7\n`;
  it.each([
    [`${header('NOERROR')}git.example.com. 2 IN CNAME example.com.\nexample.com. 2 IN A 10.0.20.204\n`, 'internal'],
    [header('NOERROR'), 'none'],
    [header('NXDOMAIN'), 'none'],
    [header('SERVFAIL'), 'failed'],
    [';; WARNING: response timeout for 10.0.20.1@53(UDP)\n', 'failed'],
  ] as const)('an answer of kdig %#', (text, kind) => expect(classOf(readKdig(text), right)).toBe(kind));
});
