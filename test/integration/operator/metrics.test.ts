import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { scrape, seriesOf } from '../../support/scrape.ts';

describe.each(apiServers('metrics'))('on the $name', (kind) => {
  let world: OperatorWorld;
  let operator: Operator;
  beforeAll(async () => {
    world = await openWorld(kind);
    operator = await world.start();
  });
  afterAll(() => world.stop());
  const series = (name: string, having: Record<string, string> = {}): Promise<string[]> =>
    seriesOf(operator, `splithorizon_${name}`, having);

  it('says what runs, and that it does its work', async () => {
    const response = await operator.get('/metrics?any');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await series('build_info')).toEqual([`version=test nodejs_version=${process.version} 1`]);
    expect(await series('ready')).toEqual(['1']);
    expect(await series('kind_unavailable', { kind: 'ingresses' })).toEqual(['0']);
    expect(await seriesOf(operator, 'workqueue_depth')).toHaveLength(3);
    expect(await seriesOf(operator, 'workqueue_retries_total')).toHaveLength(3);
    expect((await operator.get('/nothing')).status).toBe(404);
    expect(await (await operator.get('/readyz')).text()).toBe('ok\n');
  });

  it('counts what is written, and what Technitium is asked', async () => {
    const zone = await world.zone({
      spec: { deletionGuard: { graceSeconds: 0 } },
      before: ({ console }) => console.add('adopted', { type: 'CNAME', value: '@', ttl: 300 }),
    });
    const changes = async (): Promise<string[]> =>
      (await series('record_changes_total', { zone: zone.name })).filter((text) => !text.endsWith(' 0'));
    await expect.poll(changes, SOON).toEqual(['operation=create 1']);
    await zone.ingress('git', ['git']);
    await zone.ingress('adopted', ['adopted']);
    await expect.poll(changes, SOON).toEqual(['operation=adopt 1', 'operation=create 2']);
    await zone.balance('traefik', [{ ip: '10.0.20.204' }]);
    await zone.remove('Ingress', 'git');
    await expect
      .poll(changes, SOON)
      .toEqual(['operation=adopt 1', 'operation=create 2', 'operation=delete 1', 'operation=update 1']);

    const calls = await series('technitium_requests_total', { zone: zone.name, outcome: 'ok' });
    expect(calls).toEqual(expect.arrayContaining(['call=add 2', 'call=delete 1', 'call=update 2']));
    expect(await series('zone_serial', { zone: zone.name })).toEqual([String(world.technitium.serial(zone.name))]);
  });

  it('tells how a zone stands as soon as it is known, and nothing of it once it is gone', async () => {
    const zone = await world.zone({ onTechnitium: false });
    const condition = (type: string): Promise<string[]> => series('zone_condition', { zone: zone.name, type });
    await expect
      .poll(() => condition('RecordsSynced'), SOON)
      .toEqual(['status=false 1', 'status=true 0', 'status=unknown 0']);
    expect(await series('zone_condition_reason', { zone: zone.name, type: 'Ready' })).toEqual([
      'reason=ZoneNotFound 1',
    ]);
    expect(await condition('TechnitiumReachable')).toContain('status=true 1');
    const failed = { zone: zone.name, call: 'read-zone', outcome: 'ZoneNotFound' };
    expect(await series('technitium_requests_total', failed)).toHaveLength(1);
    world.technitium.createZone(zone.name);
    await expect.poll(() => condition('RecordsSynced'), SOON).toContain('status=true 1');
    await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`);
    await expect.poll(() => condition('RecordsSynced'), SOON).toEqual([]);
    expect(await series('hosts', { zone: zone.name })).toEqual([]);
  });

  it('counts deletions that wait', async () => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0 } } });
    const waiting = (): Promise<string[]> => series('pending_deletions', { zone: zone.name });
    await zone.ingress('all', ['a', 'b']);
    await expect.poll(() => zone.word('b'), SOON).toBe('True Published');
    expect(await waiting()).toEqual(['0']);
    await zone.remove('Ingress', 'all');
    await expect.poll(waiting, SOON).toEqual(['2']);
    await zone.ingress('all', ['a', 'b']);
    await expect.poll(waiting, SOON).toEqual(['0']);
  });

  it('counts the hosts that get no object and no Event', async () => {
    const before = Number((await series('hosts_outside_zones'))[0]);
    const zone = await world.zone();
    await zone.patchZone({
      spec: {
        targets: [
          {
            record: '@',
            serviceRef: { namespace: zone.namespace, name: 'traefik' },
            ingressClassNames: ['internal'],
          },
        ],
      },
    });
    await zone.ingress('git', ['git'], { className: 'internal' });
    await zone.ingress('photos', ['photos', 'vault'], { className: 'public' });
    const withoutTarget = (): Promise<string[]> => series('hosts_without_target', { zone: zone.name });
    await expect.poll(withoutTarget, SOON).toEqual(['ingress_class=public 2']);
    await zone.patch('Ingress', 'photos', { spec: { rules: [{ host: 'elsewhere.invalid' }] } });
    await expect.poll(withoutTarget, SOON).toEqual([]);
    expect(await series('hosts_outside_zones')).toEqual([String(before + 1)]);
    await zone.remove('Ingress', 'photos');
    await expect.poll(() => series('hosts_outside_zones'), SOON).toEqual([String(before)]);
  });

  it('follows the servers of a zone by serial and reason', async () => {
    const { technitium } = world;
    const zone = await world.zone({
      spec: {
        technitium: {
          url: technitium.url,
          secretRef: { name: 'technitium' },
          servers: [{ name: 'primary', address: technitium.dns }],
        },
      },
    });
    await expect
      .poll(() => series('server_reason', { zone: zone.name }), SOON)
      .toEqual(['server=primary reason=Synced 1']);
    expect(await series('server_lag_seconds', { zone: zone.name })).toEqual(['server=primary 0']);
    await expect
      .poll(() => series('server_serial', { zone: zone.name }), SOON)
      .toEqual([`server=primary ${technitium.serial(zone.name)}`]);
  });

  it('is served by the process itself too, which tells what it takes', async () => {
    const child = await world.spawn();
    await expect.poll(async () => (await child.get('/readyz')).status, SOON).toBe(200);
    expect(await seriesOf(child, 'splithorizon_ready')).toEqual(['1']);
    const [memory = ''] = await seriesOf(child, 'process_resident_memory_bytes');
    expect(Number(memory)).toBeGreaterThan(20 * 2 ** 20);
    expect(await scrape(child)).toMatch(/^process_cpu_seconds_total \d/m);
    await child.stop();
  });
});
