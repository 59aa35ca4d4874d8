import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../../src/technitium/http.ts';
import { createLogins, type Account, type Logins } from '../../../src/technitium/login.ts';
import { networkFailure } from '../../../src/technitium/network-failure.ts';
import { json, rejection, unaborted, URL_OF_SERVER } from './server.ts';

const PASSWORD = 'correct horse';
const ACCOUNT: Account = { url: URL_OF_SERVER, username: 'home', password: PASSWORD };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let now: number;
let logins: Logins;
let bodies: string[];
let answer: () => HttpAnswer;
const send = async ({ url, body }: HttpRequest): Promise<HttpAnswer> => {
  await Promise.resolve();
  bodies.push(`${new URL(url).pathname} ${body}`);
  return answer();
};
const token = (account = ACCOUNT): Promise<string> => logins.token(account, send);
const refuse = (errorMessage: string) => () => json({ status: 'error', errorMessage });
const failing = (code: string) => () => {
  throw networkFailure(Object.assign(new Error('connect'), { code }));
};

beforeEach(() => {
  now = 1_000;
  bodies = [];
  logins = createLogins({ now: () => now, signal: unaborted() });
  answer = () => json({ status: 'ok', token: `session-${bodies.length}` });
});

describe('a login', () => {
  it('is made once for all who need the session, at once or later', async () => {
    expect(await Promise.all([token(), token()])).toEqual(['session-1', 'session-1']);
    now += HOUR;
    expect(await token()).toBe('session-1');
    expect(bodies).toEqual(['/api/user/login user=home&pass=correct+horse']);
  });

  it('is made anew when the session has ended, once for all who find out', async () => {
    await token();
    now += HOUR;
    expect(logins.renew(ACCOUNT, 'session-1')).toBe(true);
    expect(await token()).toBe('session-2');
    expect(logins.renew(ACCOUNT, 'session-1')).toBe(true);
    expect(await token()).toBe('session-2');
  });

  it('is repeated once, and no more, for sessions that are not known from the start', async () => {
    await token();
    now += 100;
    expect(logins.renew(ACCOUNT, 'session-1')).toBe(true);
    expect(await token()).toBe('session-2');
    now += 100;
    expect(logins.renew(ACCOUNT, 'session-2')).toBe(false);
    expect(await rejection(token())).toMatchObject({
      reason: 'NotAuthenticated',
      message: expect.stringContaining('does not know the session') as string,
    });
    expect(bodies).toHaveLength(2);
    now += MINUTE;
    expect(await token()).toBe('session-3');
  });

  it('ends with logout, and the sessions of others too', async () => {
    await token();
    await token({ ...ACCOUNT, username: 'other' });
    await logins.logout();
    expect(bodies.slice(2).sort()).toEqual(['/api/user/logout token=session-1', '/api/user/logout token=session-2']);
  });
});

describe('a refused login', () => {
  it.each([
    {
      name: 'a wrong password',
      refusal: refuse('Invalid username or password for user: home'),
      want: {
        reason: 'NotAuthenticated',
        message: /^http:\/\/technitium\.test:5380 answered user\/login: "Invalid username or password for user: home"$/,
        advice: /^Correct "username" and "password" in the Secret/,
      },
      afterMs: HOUR,
    },
    {
      name: 'a disabled user',
      refusal: refuse('User account is disabled. Please contact your administrator.'),
      want: { reason: 'NotAuthenticated', message: /User account is disabled/ },
      afterMs: HOUR,
    },
    {
      name: 'a second factor',
      refusal: () => json({ status: '2fa-required', errorMessage: 'A time-based one-time password is required.' }),
      want: { reason: 'NotAuthenticated', message: /asks for a second factor/, advice: /API token/ },
      afterMs: HOUR,
    },
    {
      name: 'a text that nobody knows',
      refusal: refuse('Computer says no.'),
      want: { reason: 'NotAuthenticated', message: /"Computer says no\."/ },
      afterMs: HOUR,
    },
    {
      name: 'a blocked address',
      refusal: refuse('Max limit of 5 attempts exceeded. Access blocked for 300 seconds.'),
      want: { reason: 'LoginBlocked', message: /Access blocked for 300 seconds/, advice: /API token/ },
      afterMs: 310_000,
    },
    {
      name: 'no answer, which may have counted',
      refusal: failing('ECONNRESET'),
      want: { reason: 'Unreachable' },
      afterMs: MINUTE,
    },
  ])('for $name stands, and nothing is sent until long after', async ({ refusal, want, afterMs }) => {
    answer = refusal;
    for (const at of [1_000, 1_001, 1_000 + afterMs - 1]) {
      now = at;
      const error = await rejection(token());
      expect(error).toMatchObject({
        ...want,
        message: expect.stringMatching(want.message ?? '') as string,
        advice: expect.stringMatching(want.advice ?? '') as string,
      });
      expect(String(error)).not.toContain(PASSWORD);
    }
    expect(bodies).toHaveLength(1);
    now = 1_000 + afterMs;
    await rejection(token());
    expect(bodies).toHaveLength(2);
  });

  it('does not hold up another password', async () => {
    answer = refuse('Invalid username or password for user: home');
    await rejection(token());
    answer = () => json({ status: 'ok', token: 'good' });
    expect(await token({ ...ACCOUNT, password: 'another' })).toBe('good');
  });

  it('is tried again at once where nothing can have arrived', async () => {
    answer = failing('ECONNREFUSED');
    await rejection(token());
    answer = () => json({ status: 'ok', token: 'good' });
    expect(await token()).toBe('good');
  });

  it('never tells the password, even if the server does', async () => {
    answer = refuse(`no user with ${PASSWORD}`);
    expect(String(await rejection(token()))).toContain('no user with [token]');
  });
});
