import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { apiServers } from '../../support/api-servers.ts';
import { pageOf } from '../../support/explain-command.ts';
import { secretObject } from '../../support/objects.ts';
import { NAMESPACE, openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { planOf } from '../../support/plan-command.ts';
import { createConsole } from '../../support/technitium-console.ts';
import type { TestZone } from '../../support/test-zone.ts';

/** The operator looks at its server now and then, and waits for a while before it tries one again. */
const LATE = { timeout: 50_000, interval: 50 } as const;
/** Only who is nudged follows within a test. */
const NO_NOTIFY = 600_000;

/** Two servers in one cluster, and a zone of it. */
interface ClusterStage {
  readonly first: TechnitiumStandIn;
  readonly second: TechnitiumStandIn;
  readonly zone: TestZone;
  /** Of a server's records the name, type and value. */
  held(server: TechnitiumStandIn): string[];
  servers(): Promise<string[]>;
  /** Lets the zone be written by the API of another server. */
  goTo(server: TechnitiumStandIn): Promise<void>;
}

describe.each(apiServers('a Technitium cluster'))('on the $name', { timeout: 120_000 }, (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  let clusters = 0;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());

  const startNode = async (domain: string): Promise<TechnitiumStandIn> => {
    const node = await TechnitiumStandIn.start({ domain, notifyMs: NO_NOTIFY });
    onTestFinished(() => node.close());
    return node;
  };
  const open = async (urlOf: (stage: Pick<ClusterStage, 'first' | 'second'>) => string): Promise<ClusterStage> => {
    const [first, second] = [await startNode('dns1.cl.test'), await startNode('dns2.cl.test')];
    first.createCluster('cl.test');
    second.joinCluster(first);
    const secret = `cluster-${(clusters += 1)}`;
    await world.create(secretObject(NAMESPACE, secret, { token: first.createApiToken() }));
    const zone = await world.zone({
      onTechnitium: false,
      spec: { technitium: { url: urlOf({ first, second }), secretRef: { name: secret } } },
      before: (made) => {
        first.createZone(made.name, { isMember: true });
        return Promise.resolve();
      },
    });
    const shorten = (name: string): string => (name === zone.name ? '@' : name.replace(`.${zone.name}`, ''));
    return {
      ...{ first, second, zone },
      held: (server) =>
        server
          .records(zone.name)
          .map(({ name, type, value }) => `${shorten(name)} ${type} ${shorten(value)}`)
          .sort(),
      servers: async () =>
        ((await zone.zoneStatus()).servers ?? []).map(({ name, reason = '' }) => `${name} ${reason}`),
      goTo: (server) => zone.patchZone({ spec: { technitium: { url: server.url } } }),
    };
  };
  const restart = async (): Promise<void> => {
    await operator.stop();
    operator = await world.start();
  };
  const APEX = '@ A 10.0.20.203';
  const GIT = 'git CNAME @';

  it('is found: its nodes are the servers, now and later, and copies are told of each change', async () => {
    const { first, second, zone, held, servers } = await open((stage) => stage.first.url);
    await expect.poll(servers, SOON).toEqual(['dns1.cl.test Synced', 'dns2.cl.test Synced']);
    expect((await zone.zoneStatus()).cluster).toBe('cluster-catalog.cl.test');
    await zone.ingress('git', ['git']);
    await expect.poll(() => held(second), SOON).toEqual([APEX, GIT]);
    expect(held(first)).toEqual([APEX, GIT]);
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
    const page = await pageOf(world, zone.at('git'));
    expect(page.servers).toMatchObject([
      { name: 'dns1.cl.test', address: first.dns, reason: 'Synced' },
      { name: 'dns2.cl.test', address: second.dns, reason: 'Synced' },
    ]);
    const { servers: planned } = await planOf(world, zone.name);
    expect(planned.map(({ name, at }) => `${name} ${at}`)).toEqual([
      `dns1.cl.test ${first.dns}`,
      `dns2.cl.test ${second.dns}`,
    ]);
    const third = await startNode('dns3.cl.test');
    third.joinCluster(first);
    await expect.poll(servers, LATE).toContain('dns3.cl.test Synced');
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
  });

  it('is written on its primary, whichever node is asked', async () => {
    const { first, zone, held } = await open((stage) => stage.second.url);
    await zone.ingress('git', ['git']);
    await expect.poll(() => held(first), SOON).toEqual([APEX, GIT]);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await expect.poll(() => zone.zoneWord('Ready'), LATE).toBe('True Synced');
  });

  it('goes on with its new primary after a promotion, as a node that stayed is asked', async () => {
    const { first, second, zone, held } = await open((stage) => stage.second.url);
    await zone.ingress('git', ['git']);
    await expect.poll(() => held(second), SOON).toEqual([APEX, GIT]);
    second.promote();
    const left = held(first);
    await zone.ingress('wiki', ['wiki']);
    await expect.poll(() => held(second), LATE).toEqual([APEX, GIT, 'wiki CNAME @']);
    expect(held(first)).toEqual(left);
    await expect.poll(() => zone.word('wiki'), SOON).toBe('True Published');
    // Its marks, which the transfer had dropped, are given back.
    await expect.poll(() => second.records(zone.name).every(({ comments }) => comments !== ''), LATE).toBe(true);
  });

  it('that the server left is TwoPrimaries: nothing is written there, after a restart neither', async () => {
    const { first, second, zone, held, goTo } = await open((stage) => stage.first.url);
    await zone.ingress('git', ['git']);
    await expect.poll(() => held(second), SOON).toEqual([APEX, GIT]);
    await expect.poll(async () => (await zone.zoneStatus()).cluster, SOON).toBe('cluster-catalog.cl.test');
    second.promote();
    const serial = first.serial(zone.name);
    await zone.ingress('wiki', ['wiki']);
    await expect.poll(() => zone.zoneWord('RecordsSynced'), LATE).toBe('False TwoPrimaries');
    expect(await zone.zoneWord('ServersInSync')).toBe('False TwoPrimaries');
    expect(await zone.zoneMessage('RecordsSynced')).toContain(
      `zone ${zone.name} was a member of cluster-catalog.cl.test, and on the server that is asked it is one no more`,
    );
    await restart();
    await zone.ingress('late', ['late']);
    await expect.poll(() => zone.word('late'), SOON).toBe('Unknown Pending');
    await expect.poll(() => zone.zoneWord('RecordsSynced'), LATE).toBe('False TwoPrimaries');
    expect(first.serial(zone.name)).toBe(serial);

    await goTo(second);
    await expect.poll(() => held(second), LATE).toEqual([APEX, GIT, 'late CNAME @', 'wiki CNAME @']);
    expect(first.serial(zone.name)).toBe(serial);
  });

  it('that the zone was taken out of on purpose is let go by making the zone again', async () => {
    const { first, second, zone, held } = await open((stage) => stage.first.url);
    await zone.ingress('git', ['git']);
    await expect.poll(() => held(second), SOON).toEqual([APEX, GIT]);
    second.promote();
    await expect.poll(() => zone.zoneWord('RecordsSynced'), LATE).toBe('False TwoPrimaries');
    await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`);
    const before = held(first);
    await zone.create();
    await zone.ingress('wiki', ['wiki']);
    await expect.poll(() => held(first), LATE).toEqual([...before, 'wiki CNAME @']);
  });

  it('with a second primary that somebody writes into is TwoPrimaries by its serials', async () => {
    const { first, second, zone } = await open((stage) => stage.second.url);
    const at = (short: string): string => (short === '@' ? zone.name : `${short}.${zone.name}`);
    await zone.patchZone({
      spec: { technitium: { servers: [{ name: 'old', address: first.dns, maxLagSeconds: 1 }] } },
    });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.zoneWord('ServersInSync'), SOON).toBe('True Synced');
    second.promote();
    const person = createConsole(first, zone.name, at);
    const seen = async (): Promise<number | undefined> => (await zone.zoneStatus()).servers?.[0]?.serial;
    const word = (): Promise<string | undefined> => zone.zoneWord('ServersInSync');
    for (let n = 0; (await word()) !== 'False TwoPrimaries' && n < 8; n += 1) {
      // Ahead of whatever the new primary has come to.
      first.setSerial(zone.name, second.serial(zone.name) + 10);
      await person.add(`theirs-${n}`, { type: 'A', value: '192.0.2.1' });
      await expect
        .poll(async () => (await word()) === 'False TwoPrimaries' || (await seen()) === first.serial(zone.name), LATE)
        .toBe(true);
    }
    expect(await word()).toBe('False TwoPrimaries');
    expect(await zone.zoneMessage('ServersInSync')).toContain(`old (${first.dns}) has had serials of its own`);
  });
});
