import { afterAll, beforeAll, describe, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import { ingressObject } from '../../support/objects.ts';
import { cellsOf } from './cells-of.ts';

const HOSTS = '/apis/splithorizon.dev/v1alpha1/splithorizonhosts';

describe.concurrent.each(apiServers('the sources of hosts'))('sources of hosts on the $name', (kind) => {
  let world: OperatorWorld;
  beforeAll(async () => {
    world = await openWorld(kind);
    await world.start();
  });
  afterAll(() => world.stop());

  it('makes the host of an Ingress a CNAME of the apex, which has the address of the load balancer', async ({
    expect,
  }) => {
    const zone = await world.zone();
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    expect(zone.records()).toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours']);
    expect(await zone.ask('git', 'A')).toEqual(['10.0.20.203']);

    const object = await zone.hostObject('git');
    expect(object?.metadata.labels).toEqual({ 'splithorizon.dev/generated': 'true' });
    expect(object?.spec).toEqual({ host: zone.at('git'), record: 'Managed' });
    expect(object?.metadata['ownerReferences']).toBeUndefined();
    expect(object?.metadata['finalizers']).toBeUndefined();
    expect(await zone.hostStatus('git')).toMatchObject({
      observedGeneration: 1,
      zone: zone.name,
      sources: [{ kind: 'Ingress', namespace: zone.namespace, name: 'git' }],
      target: zone.name,
      summary: { source: `Ingress ${zone.namespace}/git`, record: 'CNAME 300' },
      records: [{ name: zone.at('git'), type: 'CNAME', ttlSeconds: 300, values: [zone.name] }],
    });
    for (const condition of (await zone.hostStatus('git')).conditions ?? []) {
      expect(condition).toMatchObject({ observedGeneration: 1 });
      expect(condition.lastTransitionTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });

  it('shows hosts and zone in the columns of kubectl', async ({ expect }) => {
    const servers = [{ name: 'primary', address: world.technitium.dns }];
    const zone = await world.zone({
      spec: { technitium: { url: world.technitium.url, secretRef: { name: 'technitium' }, servers } },
    });
    await zone.ingress('git', ['git']);
    await zone.ingress('git-static', ['git']);
    const host = (): Promise<Record<string, string>> => cellsOf(world.client, 'splithorizonhosts', zone.at('git'));
    await expect.poll(host, SOON).toMatchObject({
      Name: zone.at('git'),
      Target: zone.name,
      Ready: 'True',
      Reason: 'Published',
      Source: `Ingress ${zone.namespace}/git +1`,
      Record: 'CNAME 300',
    });
    await expect
      .poll(() => cellsOf(world.client, 'splithorizonzones', zone.name), SOON)
      .toMatchObject({ Name: zone.name, Target: zone.name, Hosts: '1/1', Ready: 'True', Status: 'Synced' });
    await expect
      .poll(() => zone.events({ kind: 'SplitHorizonHost', name: zone.at('git') }), SOON)
      .toEqual([expect.stringMatching(/^Normal Published: /)]);
    await expect
      .poll(() => zone.events({ kind: 'Ingress', name: 'git', namespace: zone.namespace }), SOON)
      .toEqual([expect.stringContaining(`Normal Published: ${zone.at('git')}: `)]);
  });

  it('counts the hosts of a TLS section and wildcards', async ({ expect }) => {
    const zone = await world.zone();
    await zone.ingress('shop', ['shop'], { tls: ['shop', 'pay'] });
    await zone.ingress('apps', ['*.apps']);
    await expect
      .poll(zone.records, SOON)
      .toEqual(['*.apps CNAME 300 @ ours', '@ A 60 10.0.20.203 ours', 'pay CNAME 300 @ ours', 'shop CNAME 300 @ ours']);
    expect(await zone.ask('any.apps', 'A')).toEqual(['10.0.20.203']);
    await expect.poll(() => zone.word('*.apps'), SOON).toBe('True Published');
    expect((await zone.hostObject('*.apps'))?.metadata.name).toBe(`xx--wildcard.apps.${zone.name}`);
    expect((await zone.hostObject('*.apps'))?.spec).toMatchObject({ host: `*.apps.${zone.name}` });
  });

  it('leaves out what opts out, and takes away what opts out later', async ({ expect }) => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0 } } });
    await zone.ingress('secret', ['secret'], { annotations: { 'splithorizon.dev/ignore': 'true' } });
    await zone.ingress('open', ['open']);
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.203 ours', 'open CNAME 300 @ ours']);
    expect(await zone.hostObject('secret')).toBeUndefined();

    await zone.patch('Ingress', 'open', { metadata: { annotations: { 'splithorizon.dev/ignore': 'true' } } });
    await zone.patch('Ingress', 'secret', { metadata: { annotations: { 'splithorizon.dev/ignore': null } } });
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.203 ours', 'secret CNAME 300 @ ours']);
    await expect.poll(() => zone.hostObject('open'), SOON).toBeUndefined();
  });

  it('makes one object and one record of two Ingresses for one host, and keeps it until both are gone', async ({
    expect,
  }) => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0 } } });
    await zone.ingress('a-main', ['git']);
    await zone.ingress('b-static', ['git']);
    await expect
      .poll(async () => (await zone.hostStatus('git')).summary, SOON)
      .toEqual({
        source: `Ingress ${zone.namespace}/a-main +1`,
        record: 'CNAME 300',
      });
    expect((await zone.hostStatus('git')).sources).toEqual([
      { kind: 'Ingress', namespace: zone.namespace, name: 'a-main' },
      { kind: 'Ingress', namespace: zone.namespace, name: 'b-static' },
    ]);
    const serial = world.technitium.serial(zone.name);

    await zone.remove('Ingress', 'a-main');
    await expect
      .poll(async () => (await zone.hostStatus('git')).sources, SOON)
      .toEqual([{ kind: 'Ingress', namespace: zone.namespace, name: 'b-static' }]);
    expect(zone.records()).toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours']);
    expect(world.technitium.serial(zone.name)).toBe(serial);

    await zone.remove('Ingress', 'b-static');
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.203 ours']);
    await expect.poll(() => zone.hostObject('git'), SOON).toBeUndefined();
  });

  it('lets the older of two Ingresses that disagree win, and tells the younger', async ({ expect }) => {
    const zone = await world.zone({
      before: async ({ service }) => {
        await service('other', { balancer: [{ ip: '10.0.20.210' }] });
      },
    });
    const target = (record: string, service: string, ingressClassNames: string[]): object => ({
      record,
      serviceRef: { namespace: zone.namespace, name: service },
      ingressClassNames,
    });
    await zone.patchZone({ spec: { targets: [target('@', 'traefik', []), target('other', 'other', ['other'])] } });
    await zone.ingress('a-older', ['git'], { className: 'other' });
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await zone.ingress('b-younger', ['git'], { className: 'traefik' });
    await expect
      .poll(async () => (await zone.hostStatus('git')).sources, SOON)
      .toEqual([
        { kind: 'Ingress', namespace: zone.namespace, name: 'a-older' },
        { kind: 'Ingress', namespace: zone.namespace, name: 'b-younger', conflict: true },
      ]);
    expect(zone.records()).toEqual([
      '@ A 60 10.0.20.203 ours',
      'git CNAME 300 other ours',
      'other A 60 10.0.20.210 ours',
    ]);
    await expect
      .poll(() => zone.events({ kind: 'Ingress', name: 'b-younger', namespace: zone.namespace }), SOON)
      .toEqual([expect.stringMatching(`^Warning SourceConflict: ${zone.at('git')} .*a-older`)]);

    await zone.remove('Ingress', 'a-older');
    await expect
      .poll(zone.records, SOON)
      .toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours', 'other A 60 10.0.20.210 ours']);
    await expect
      .poll(async () => (await zone.hostStatus('git')).sources, SOON)
      .toEqual([{ kind: 'Ingress', namespace: zone.namespace, name: 'b-younger' }]);
  });

  it('survives an Ingress without rules, and takes up the host that it gets', async ({ expect }) => {
    const zone = await world.zone();
    await zone.ingress('empty', []);
    await zone.ingress('git', ['git']);
    await expect.poll(zone.records, SOON).toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours']);
    await zone.patch('Ingress', 'empty', { spec: { rules: [{ host: zone.at('late') }] } });
    await expect
      .poll(zone.records, SOON)
      .toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours', 'late CNAME 300 @ ours']);
  });

  it('makes nothing of a host outside every zone, and publishes it once its zone is there', async ({ expect }) => {
    const first = await world.zone();
    const outside = 'git.later.test';
    await world.create(ingressObject({ namespace: first.namespace, name: 'later' }, [outside]));
    await first.ingress('git', ['git']);
    await expect.poll(() => first.word('git'), SOON).toBe('True Published');
    expect(await first.events({ kind: 'Ingress', name: 'later', namespace: first.namespace })).toEqual([]);
    expect((await world.client.get(`${HOSTS}/${outside}`)).status).toBe(404);

    const second = await world.zone({ name: 'later.test' });
    await expect.poll(second.records, SOON).toEqual(['@ A 60 10.0.20.203 ours', 'git CNAME 300 @ ours']);
    await expect.poll(async () => (await world.client.get(`${HOSTS}/${outside}`)).status, SOON).toBe(200);
  });

  it('refuses each text that cannot be a name by one Event, and reads the others as people write them', async ({
    expect,
  }) => {
    const zone = await world.zone({ spec: { sources: [{ kind: 'Service' }] } });
    const long = `${'a.'.repeat(125)}${zone.name}`;
    const bad = ['10.0.0.1', 'under_score', `${'x'.repeat(64)}.${zone.name}`, `-a.${zone.name}`, long, 'a..b'];
    const good = [`GIT.${zone.name.toUpperCase()}`, `dot.${zone.name}.`, `müller.${zone.name}`];
    await zone.service('odd', { hostnames: [...bad, ...good].join(', '), balancer: [{ ip: '10.0.20.205' }] });
    await expect
      .poll(zone.records, SOON)
      .toEqual([
        '@ A 60 10.0.20.203 ours',
        'dot A 300 10.0.20.205 ours',
        'git A 300 10.0.20.205 ours',
        'xn--mller-kva A 300 10.0.20.205 ours',
      ]);
    const events = (): Promise<string[]> => zone.events({ kind: 'Service', name: 'odd', namespace: zone.namespace });
    const refusals = async (): Promise<string[]> => (await events()).filter((text) => text.includes('InvalidName'));
    await expect.poll(refusals, SOON).toHaveLength(bad.length);
    for (const text of bad) expect(await refusals()).toContainEqual(expect.stringContaining(`"${text}"`));

    await zone.balance('odd', [{ ip: '10.0.20.206' }]);
    await expect.poll(() => zone.ask('git', 'A'), SOON).toEqual(['10.0.20.206']);
    expect(await refusals()).toHaveLength(bad.length);
    const { body } = await world.client.get(`/apis/events.k8s.io/v1/namespaces/${zone.namespace}/events`);
    const repeated = body.items?.filter(({ reason, series }) => reason === 'InvalidName' && series);
    expect(repeated?.map(({ note }) => note)).toEqual([]);
  });
});
