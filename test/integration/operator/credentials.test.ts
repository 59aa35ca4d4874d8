import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { createAuthority } from '../../support/certificates.ts';
import { pathOf, secretObject } from '../../support/objects.ts';
import { NAMESPACE, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const LOGIN = '/api/user/login';
const USER = 'splithorizon';
const PASSWORD = 'only-for-this-test';

describe.each(apiServers('credentials'))('on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  const authority = createAuthority();
  beforeAll(async () => {
    const tls = authority.issue(['127.0.0.1']);
    world = await openWorld(kind, { tls });
    operator = await world.start();
    world.technitium.createUser(USER, PASSWORD);
  });
  afterEach(async () => {
    await world.technitium.heal();
    world.technitium.resetCounts();
  });
  afterAll(() => world.stop());

  const technitium = (name: string, caBundle = authority.caBundle): { technitium: object } => ({
    technitium: { url: world.technitium.url, caBundle, secretRef: { name } },
  });
  const put = async (name: string, values: Record<string, string>): Promise<void> => {
    const secret = secretObject(NAMESPACE, name, values);
    const { status } = await world.client.patch(`${pathOf(secret)}/${name}`, { data: secret['data'] });
    if (status !== 200) await world.create(secret);
  };
  /** A zone of a user of Technitium, with one host, as soon as the operator says `ready` of it. */
  const zoneOf = async (secret: string, ready = 'True Synced'): Promise<TestZone> => {
    const before = ({ name }: TestZone): Promise<void> => {
      world.technitium.allow(USER, name);
      return Promise.resolve();
    };
    const zone = await world.zone({ spec: technitium(secret), before });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe(ready);
    return zone;
  };
  const published = (zone: TestZone, ...hosts: string[]) =>
    expect.poll(zone.records, SOON).toEqual([APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)]);

  describe('a user and a password', () => {
    it('log in once, however many zones there are, and out when the operator stops', async () => {
      await put('user', { username: USER, password: PASSWORD });
      const zones = [await zoneOf('user'), await zoneOf('user')];
      for (const zone of zones) await published(zone, 'git');
      expect(world.technitium.calls(LOGIN)).toBe(1);
      expect(world.technitium.sessions(USER)).toBe(1);
      await operator.stop();
      expect(world.technitium.sessions(USER)).toBe(0);
      operator = await world.start();
      for (const zone of zones) await zone.ingress('late', ['late']);
      for (const zone of zones) await published(zone, 'git', 'late');
      expect(world.technitium.calls(LOGIN)).toBe(2);
    });

    it('log in again when the session has ended in the middle of work, and nobody notices', async () => {
      await put('long', { username: USER, password: PASSWORD });
      const zone = await zoneOf('long');
      const hosts = Array.from({ length: 40 }, (_, n) => `h${String(n).padStart(2, '0')}`);
      world.technitium.latency(5);
      await zone.ingress('many', hosts);
      await expect.poll(() => zone.records().length, SOON).toBeGreaterThan(8);
      world.technitium.expireSessions();
      await published(zone, 'git', ...hosts);
      expect(await zone.zoneWord('Ready')).toBe('True Synced');
    });

    it('that are wrong are sent once, and again when the Secret is another', async () => {
      await put('wrong', { username: USER, password: 'not this' });
      const zone = await zoneOf('wrong', 'False NotAuthenticated');
      const other = await zoneOf('wrong', 'False NotAuthenticated');
      expect(await zone.zoneMessage('Ready')).toMatch(
        /answered user\/login: "Invalid username or password for user: splithorizon"\. Correct "username" and "password"/,
      );
      await put('wrong', { username: USER, password: PASSWORD });
      await published(zone, 'git');
      await published(other, 'git');
      expect(world.technitium.calls(LOGIN)).toBeLessThanOrEqual(2);
      expect(operator.log.join('')).not.toContain('not this');
    });

    it('say LoginBlocked while logins from here are refused, and send no more of them', async () => {
      world.technitium.errorText('Max limit of 5 attempts exceeded. Access blocked for 300 seconds.', { path: LOGIN });
      await put('blocked', { username: USER, password: 'one of five' });
      const zone = await zoneOf('blocked', 'False LoginBlocked');
      expect(await zone.zoneMessage('Ready')).toMatch(/blocked for 300 seconds\."\. .*API token/);
      expect(world.technitium.calls(LOGIN)).toBe(1);
      await put('blocked', { token: world.technitium.createApiToken('unblocked') });
      await published(zone, 'git');
      expect(world.technitium.calls(LOGIN)).toBe(1);
    });

    it('that need a second factor say so', async () => {
      const body = JSON.stringify({
        status: '2fa-required',
        errorMessage: 'A time-based one-time password is needed.',
      });
      world.technitium.answerWith({ type: 'application/json', body }, { path: LOGIN });
      await put('totp', { username: USER, password: 'with a second factor' });
      const zone = await zoneOf('totp', 'False NotAuthenticated');
      expect(await zone.zoneMessage('Ready')).toMatch(/asks for a second factor.* Make an API token/);
    });
  });

  it('a token that is replaced before the old one ends leaves no gap', async () => {
    const tokens = ['first', 'second'].map((name) => world.technitium.createApiToken(name));
    await put('replaced', { token: tokens[0]! });
    const zone = await zoneOf('replaced');
    await put('replaced', { token: tokens[1]! });
    world.technitium.endSession(tokens[0]!);
    await zone.ingress('late', ['late']);
    await published(zone, 'git', 'late');
    expect(await zone.zoneWord('Ready')).toBe('True Synced');
    for (const token of tokens) expect(operator.log.join('')).not.toContain(token);
  });

  it('another authority is not believed until caBundle has it', async () => {
    await put('secure', { token: world.technitium.createApiToken('secure') });
    const zone = await zoneOf('secure');
    const next = createAuthority('next authority');
    await world.technitium.certify(next.issue(['127.0.0.1']));
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Unreachable');
    await expect
      .poll(() => zone.zoneMessage('Ready'), SOON)
      .toMatch(/none of the known authorities has signed .*caBundle/);
    await zone.patchZone({ spec: { technitium: { caBundle: next.caBundle } } });
    await zone.ingress('late', ['late']);
    await published(zone, 'git', 'late');
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('True Synced');
    await world.technitium.certify(authority.issue(['127.0.0.1']));
  });

  it('a caBundle of nothing readable says so', async () => {
    const broken = btoa('-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n');
    await put('broken', { token: world.technitium.createApiToken('broken') });
    const zone = await world.zone({ spec: technitium('broken', broken) });
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Unreachable');
    expect(await zone.zoneMessage('Ready')).toMatch(/caBundle has no readable certificate as its number 1\. Set it/);
  });
});
