import { describe, expect, it } from 'vitest';
import { followSecret } from '../../../src/controller/technitium-secret.ts';
import { KubeError } from '../../../src/kube/kube-error.ts';

const { signal } = new AbortController();

/** Follows a Secret whose content, and the time, are what the fields say. */
const secretOf = async (content: Record<string, string> | Error) => {
  const state = { content, now: 0, reads: 0 };
  const readSecret = async (): Promise<Record<string, string>> => {
    await Promise.resolve();
    state.reads += 1;
    if (state.content instanceof Error) throw state.content;
    return state.content;
  };
  const options = { kube: { readSecret }, namespace: 'splithorizon', name: 'dns', now: () => state.now };
  return { state, secret: await followSecret(options, signal) };
};

describe('a Secret', () => {
  it.each([
    { name: 'a token', given: { token: ' abc\n' }, want: { kind: 'token', token: 'abc' } },
    {
      name: 'a user and a password, blanks and all',
      given: { username: 'home\n', password: ' p w \r\n' },
      want: { kind: 'password', username: 'home', password: ' p w ' },
    },
    {
      name: 'both, of which the token counts',
      given: { token: 'abc', username: 'home', password: 'x' },
      want: { kind: 'token', token: 'abc' },
    },
  ])('gives $name', async ({ given, want }) => {
    const { secret } = await secretOf(given);
    expect(secret.current(signal)).toEqual(want);
  });

  const notFound = new KubeError('secrets "dns" not found', { code: 404, reason: 'NotFound' });
  it.each([
    { name: 'is missing', given: notFound, says: 'Secret splithorizon/dns does not exist' },
    {
      name: 'may not be read',
      given: new KubeError('no', { code: 403, reason: 'Forbidden' }),
      says: 'Secret splithorizon/dns may not be read',
    },
    { name: 'is empty', given: {}, says: 'has no key "token", and not both "username" and "password"' },
    { name: 'has an empty token', given: { token: '\n' }, says: 'has no key "token"' },
    { name: 'has a user without a password', given: { username: 'home' }, says: 'not both "username" and "password"' },
  ])('that $name says so', async ({ given, says }) => {
    await expect(secretOf(given)).rejects.toMatchObject({
      reason: 'NotAuthenticated',
      message: expect.stringContaining(says) as string,
    });
  });

  it('that is changed counts a minute later, without anybody waiting for it', async () => {
    const { state, secret } = await secretOf({ token: 'old' });
    state.content = { token: 'new' };
    state.now = 59_999;
    expect(secret.current(signal)).toMatchObject({ token: 'old' });
    expect(state.reads).toBe(1);
    state.now = 60_000;
    expect(secret.current(signal)).toMatchObject({ token: 'old' });
    await expect.poll(() => secret.current(signal)).toMatchObject({ token: 'new' });
    expect(state.reads).toBe(2);
  });

  it('counts at once where it is asked for anew, and is then read once for all', async () => {
    const { state, secret } = await secretOf({ token: 'old' });
    state.content = { token: 'new' };
    expect(await Promise.all([secret.reread(signal), secret.reread(signal)])).toEqual([
      { kind: 'token', token: 'new' },
      { kind: 'token', token: 'new' },
    ]);
    expect(state.reads).toBe(2);
  });

  it('that cannot be read any more stands', async () => {
    const { state, secret } = await secretOf({ token: 'old' });
    state.content = notFound;
    expect(await secret.reread(signal)).toMatchObject({ token: 'old' });
  });
});
