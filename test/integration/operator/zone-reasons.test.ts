import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { SECRET, NAMESPACE, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { pathOf, secretObject } from '../../support/objects.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const WORKS = ['RecordsSynced', 'TechnitiumReachable', 'Ready'];

/** What is wrong with Technitium, what the zone says then, and how it is put right. */
interface Fault {
  readonly name: string;
  readonly ruin: (zone: TestZone) => unknown;
  readonly mend: (zone: TestZone) => unknown;
  readonly reason: string;
  readonly says: RegExp;
  /** What to do about it. */
  readonly advises: RegExp;
  readonly reachable: string;
}

const PORTAL = '<!DOCTYPE html><title>Router login</title>';

describe.each(apiServers('reasons of zones'))('on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterEach(() => world.technitium.heal());
  afterAll(() => world.stop());

  const zoneThatWorks = async (): Promise<TestZone> => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await works(zone, 'git');
    return zone;
  };
  const works = async (zone: TestZone, ...hosts: string[]): Promise<void> => {
    await expect.poll(zone.records, SOON).toEqual([APEX, ...hosts.map((host) => `${host} CNAME 300 @ ours`)]);
    for (const type of WORKS) await expect.poll(() => zone.zoneWord(type), SOON).toBe('True Synced');
  };

  const faults: Fault[] = [
    {
      name: 'refuses connections',
      ruin: () => world.technitium.refuse(),
      mend: () => world.technitium.accept(),
      reason: 'Unreachable',
      says: /refuses the connection/,
      advises: /Check that Technitium runs/,
      reachable: 'False Unreachable',
    },
    {
      name: 'answers with a page of a proxy',
      ruin: () => world.technitium.html(),
      mend: () => world.technitium.heal(),
      reason: 'Unreachable',
      says: /502/,
      advises: /Check that Technitium runs/,
      reachable: 'False Unreachable',
    },
    {
      name: 'is a router that answers all with its login page',
      ruin: () => world.technitium.answerWith({ type: 'text/html; charset=utf-8', body: PORTAL }),
      mend: () => world.technitium.heal(),
      reason: 'UnexpectedAnswer',
      says: /gave an answer that is no JSON but "text\/html; charset=utf-8"/,
      advises: /Let spec\.technitium\.url be the address of Technitium's own web service/,
      reachable: 'False UnexpectedAnswer',
    },
    {
      name: 'is some web server that knows no such path',
      ruin: () => world.technitium.answerWith({ status: 404, type: 'text/html', body: PORTAL }),
      mend: () => world.technitium.heal(),
      reason: 'UnexpectedAnswer',
      says: /answered HTTP 404, as no Technitium API does/,
      advises: /Let spec\.technitium\.url be/,
      reachable: 'False UnexpectedAnswer',
    },
    {
      name: 'redirects to a login',
      ruin: () =>
        world.technitium.answerWith({
          status: 302,
          type: 'text/html',
          body: '',
          location: 'https://login.example.net/?next=dns',
        }),
      mend: () => world.technitium.heal(),
      reason: 'UnexpectedAnswer',
      says: /redirects to https:\/\/login\.example\.net, which is never followed/,
      advises: /let spec\.technitium\.url say so/,
      reachable: 'False UnexpectedAnswer',
    },
    {
      name: 'answers 200 with half of its JSON',
      ruin: () => world.technitium.answerWith({ type: 'application/json', body: '{"response":{"zone":{"name":' }),
      mend: () => world.technitium.heal(),
      reason: 'UnexpectedAnswer',
      says: /gave JSON that ends too soon or is broken/,
      advises: /something cuts or changes its answers/,
      reachable: 'False UnexpectedAnswer',
    },
    {
      name: 'no longer knows the token',
      ruin: () =>
        world.technitium.answerWith({
          type: 'application/json',
          body: '{"status":"invalid-token","errorMessage":"Invalid token or session expired."}',
        }),
      mend: () => world.technitium.heal(),
      reason: 'NotAuthenticated',
      says: /"Invalid token or session expired\."/,
      advises: /Put a valid API token \(key "token"\) or user/,
      reachable: 'False NotAuthenticated',
    },
    {
      name: 'denies the rights',
      ruin: () => world.technitium.errorText('Access was denied.'),
      mend: () => world.technitium.heal(),
      reason: 'AccessDenied',
      says: /Access was denied/,
      advises: /rights View, Modify and Delete on the zone/,
      reachable: 'True Synced',
    },
    {
      name: 'has lost the zone',
      ruin: (zone) => world.technitium.deleteZone(zone.name),
      mend: (zone) => world.technitium.createZone(zone.name),
      reason: 'ZoneNotFound',
      says: /z\d+\.test/,
      advises: /Create it on Technitium as a Primary zone/,
      reachable: 'True Synced',
    },
    {
      name: 'is a secondary of the zone',
      ruin: (zone) => world.technitium.becomeSecondary(zone.name),
      mend: (zone) => world.technitium.becomePrimary(zone.name),
      reason: 'ZoneNotWritable',
      says: /Secondary/,
      advises: /lead to the server that holds the zone as Primary/,
      reachable: 'True Synced',
    },
  ];

  it.each(faults)('says $reason while Technitium $name, and goes on by itself', async ({ ruin, mend, ...want }) => {
    const zone = await zoneThatWorks();
    await ruin(zone);
    await zone.ingress('late', ['late']);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe(`False ${want.reason}`);
    expect(await zone.zoneMessage('Ready')).toMatch(want.says);
    expect(await zone.zoneMessage('Ready')).toMatch(want.advises);
    expect(await zone.zoneWord('TechnitiumReachable')).toBe(want.reachable);
    expect(await zone.zoneWord('RecordsSynced')).toMatch(/^(False|Unknown) /);
    // What was published stands; what is new says what it waits for.
    await expect.poll(() => zone.word('late'), SOON).toBe('Unknown Pending');
    expect(await zone.message('late')).toMatch(want.says);
    expect(await zone.word('git')).toBe('True Published');
    await mend(zone);
    await works(zone, 'git', 'late');
    await expect.poll(() => zone.word('late'), SOON).toBe('True Published');
  });

  it('says UnexpectedAnswer while Technitium reads no zone for a reason that nobody knows, and goes on by itself', async () => {
    const zone = await zoneThatWorks();
    world.technitium.errorText('The flux capacitor is empty.', { path: '/api/zones/records/get' });
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False UnexpectedAnswer');
    expect(await zone.zoneMessage('Ready')).toMatch(/"The flux capacitor is empty\."\. Look into Technitium's log/);
    await world.technitium.heal();
    await works(zone, 'git');
  });

  it('says ZoneDisabled while the zone answers nobody, though it takes writes, and goes on by itself', async () => {
    const zone = await zoneThatWorks();
    world.technitium.disableZone(zone.name);
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False ZoneDisabled');
    expect(await zone.zoneMessage('Ready')).toMatch(/is disabled there\. Enable the zone on Technitium\./);
    expect(await zone.ask('git', 'A')).toBe('EREFUSED');
    await zone.ingress('late', ['late']);
    await expect.poll(() => zone.word('late'), SOON).toBe('Unknown Pending');
    world.technitium.enableZone(zone.name);
    await works(zone, 'git', 'late');
  });

  describe('with a Secret of its own', () => {
    const spec = (name: string): { technitium: object } => ({
      technitium: { url: world.technitium.url, secretRef: { name } },
    });
    const put = async (name: string, values: Record<string, string>): Promise<void> => {
      const secret = secretObject(NAMESPACE, name, values);
      const { status } = await world.client.patch(`${pathOf(secret)}/${name}`, { data: secret['data'] });
      if (status !== 200) await world.create(secret);
    };

    it.each([
      { name: 'missing', values: undefined, says: `Secret ${NAMESPACE}/missing does not exist` },
      { name: 'empty', values: { password: 'x' }, says: `Secret ${NAMESPACE}/empty has no key "token"` },
      { name: 'wrong', values: { token: '0'.repeat(64) }, says: 'token' },
    ])('that is $name, it says NotAuthenticated, until the token is there', async ({ name, values, says }) => {
      if (values) await put(name, values);
      const zone = await world.zone({ spec: spec(name) });
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False NotAuthenticated');
      expect(await zone.zoneMessage('Ready')).toContain(says);
      expect(await zone.zoneWord('TechnitiumReachable')).toBe('False NotAuthenticated');
      await put(name, { token: world.technitium.createApiToken(name) });
      await works(zone);
    });

    it('it takes up a new token when the old one ends, and no token is ever shown', async () => {
      const tokens = ['first', 'second'].map((name) => world.technitium.createApiToken(name));
      await put('rotated', { token: tokens[0]! });
      const zone = await world.zone({ spec: spec('rotated') });
      await works(zone);
      await zone.console.revoke(tokens[0]!);
      await zone.ingress('late', ['late']);
      await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False NotAuthenticated');
      await put('rotated', { token: tokens[1]! });
      await works(zone, 'late');

      const status = JSON.stringify([await zone.zoneStatus(), await zone.hostStatus('late')]);
      const { body: events } = await world.client.get('/apis/events.k8s.io/v1/events');
      for (const token of tokens)
        expect(`${status}${JSON.stringify(events)}${operator.log.join('')}`).not.toContain(token);
    });
  });

  it('finds a zone that is made on Technitium later, and writes nothing of its own into the one above', async () => {
    const parent = await world.zone({ spec: { sources: [] } });
    const child = await world.zone({ name: `sub.${parent.name}`, onTechnitium: false });
    await child.ingress('git', ['git']);
    await expect.poll(() => child.zoneWord('Ready'), SOON).toBe('False ZoneNotFound');
    world.technitium.createZone(child.name);
    await works(child, 'git');
    expect(parent.records()).toEqual([APEX]);
  });

  it('takes up another URL at once', async () => {
    const secretRef = { name: SECRET };
    const zone = await world.zone({ spec: { technitium: { url: 'http://127.0.0.1:1', secretRef } } });
    await expect.poll(() => zone.zoneWord('Ready'), SOON).toBe('False Unreachable');
    await zone.patchZone({ spec: { technitium: { url: world.technitium.url } } });
    await works(zone);
  });
});
