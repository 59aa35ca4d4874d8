import { afterAll, beforeAll, describe, it, type ExpectStatic } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { ConsoleRecord } from '../../support/technitium-console.ts';
import type { TestZone } from '../../support/test-zone.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const GIT = 'git CNAME 300 @ ours';
/** How long the operator may take to put right what somebody changed (docs/promises.md, 5). */
const DRIFT = { timeout: 10_000, interval: 20 };

const cname = (value: string, rest: Partial<ConsoleRecord> = {}): ConsoleRecord => ({ type: 'CNAME', value, ...rest });

describe.concurrent.each(apiServers('drift'))('on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  /** A zone with git published, and the marker that its records carry. */
  const published = async (poll: ExpectStatic['poll']): Promise<{ zone: TestZone; marker: string }> => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await poll(() => zone.word('git'), SOON).toBe('True Published');
    const marker = world.technitium.records(zone.name).find(({ name }) => name === zone.at('git'))?.comments ?? '';
    return { zone, marker };
  };
  const repairs = async (zone: TestZone): Promise<string[]> => {
    const events = await zone.events({ kind: 'SplitHorizonHost', name: zone.at('git') });
    return events.filter((text) => text.includes('RecordRepaired'));
  };

  it('mends a CNAME that somebody edited, and tells it by an Event', async ({ expect }) => {
    const { zone, marker } = await published(expect.poll);
    await zone.console.change('git', cname('@'), cname('elsewhere.example.net.', { comments: marker, ttl: 300 }));
    await expect.poll(zone.records, DRIFT).toEqual([APEX, GIT]);
    await expect
      .poll(() => repairs(zone), SOON)
      .toEqual([expect.stringMatching(/^Warning RecordRepaired: .*CNAME elsewhere\.example\.net/)]);
    expect(await zone.word('git')).toBe('True Published');
  });

  it('makes a CNAME again that somebody deleted, and tells it by an Event', async ({ expect }) => {
    const { zone } = await published(expect.poll);
    await zone.console.delete('git', cname('@'));
    await expect.poll(zone.records, DRIFT).toEqual([APEX, GIT]);
    await expect
      .poll(() => repairs(zone), SOON)
      .toEqual([expect.stringMatching(/^Warning RecordRepaired: Somebody deleted the record/)]);
  });

  it('puts TTL and disabled right, keeps a note, takes back what lost its marker, and lets others be', async ({
    expect,
  }) => {
    const { zone, marker } = await published(expect.poll);
    await zone.ingress('wiki', ['wiki']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, 'wiki CNAME 300 @ ours']);
    const edited = cname('@', { comments: `${marker} | asked for by Ann`, ttl: 5, disabled: true });
    await zone.console.change('git', cname('@'), edited);
    await zone.console.change('wiki', cname('@'), cname('@', { ttl: 300 }));
    await zone.console.add('foreign', { type: 'A', value: '10.0.20.99' });
    await expect
      .poll(zone.records, DRIFT)
      .toEqual([
        APEX,
        'foreign A 3600 10.0.20.99 -',
        `${GIT} | asked for by Ann`,
        expect.stringContaining('wiki CNAME 300 @ ours'),
      ]);
  });

  it('mends the address of a target, and tells it by an Event on the zone', async ({ expect }) => {
    const { zone, marker } = await published(expect.poll);
    const address: ConsoleRecord = { type: 'A', value: '10.0.20.203' };
    await zone.console.change('@', address, { type: 'A', value: '192.0.2.9', ttl: 60, comments: marker });
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['192.0.2.9']);
    await expect.poll(() => zone.ask('git', 'A'), DRIFT).toEqual(['10.0.20.203']);
    const events = async (): Promise<string[]> => zone.events({ kind: 'SplitHorizonZone', name: zone.name });
    await expect.poll(events, SOON).toContainEqual(expect.stringMatching(/^Warning RecordRepaired: .*A 192\.0\.2\.9/));
  });

  it('makes a host anew whose object and record somebody edited at once', async ({ expect }) => {
    const { zone } = await published(expect.poll);
    await zone.patchHost('git', { metadata: { labels: { team: 'a' } }, spec: { audiences: ['LAN'] } });
    await zone.patchHostStatus('git', { conditions: [], records: [], target: 'nowhere' });
    await zone.console.delete('git', cname('@'));
    await expect.poll(zone.records, DRIFT).toEqual([APEX, GIT]);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await expect.poll(async () => (await zone.hostStatus('git')).target, SOON).toBe(zone.name);
    const object = await zone.hostObject('git');
    expect(object?.spec).toMatchObject({ audiences: ['LAN'] });
    expect(object?.metadata.labels).toEqual({ team: 'a', 'splithorizon.dev/generated': 'true' });
  });
});
