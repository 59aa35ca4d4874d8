import { expect, it, onTestFinished } from 'vitest';
import { TechnitiumStandIn, type StandInOptions } from '../../standin/technitium/technitium-stand-in.ts';
import { requestZone } from '../../standin/technitium/zone-transfer.ts';
import { SOON } from '../../support/operator.ts';
import { createConsole } from '../../support/technitium-console.ts';

const ZONE = 'home.test';

const start = async (options: StandInOptions = {}): Promise<TechnitiumStandIn> => {
  const server = await TechnitiumStandIn.start({ notifyMs: 10, ...options });
  onTestFinished(() => server.close());
  return server;
};
const call = async (server: TechnitiumStandIn, path: string, form: Record<string, string>): Promise<unknown> => {
  const body = new URLSearchParams({ token: server.createApiToken(), ...form });
  return (await fetch(`${server.url}/api/${path}`, { method: 'POST', body })).json();
};
const consoleOf = (server: TechnitiumStandIn) =>
  createConsole(server, ZONE, (name) => (name === '@' ? ZONE : `${name}.${ZONE}`));

it('gives a zone by AXFR over several messages, and only where copies are allowed', async () => {
  const server = await start();
  server.createZone(ZONE);
  for (let n = 0; n < 250; n += 1) server.setAddress(ZONE, `h${n}.${ZONE}`, '192.0.2.1');
  await expect(requestZone(server.dns, ZONE)).rejects.toThrow('gives no zone');
  server.allowCopies(ZONE);
  const [soa, ...records] = await requestZone(server.dns, ZONE);
  expect([soa.type, soa.data['serial']]).toEqual(['SOA', server.serial(ZONE)]);
  expect(records.filter(({ type }) => type === 'A')).toHaveLength(250);
});

it('a copy follows by NOTIFY, without comments, and not what is no newer', async () => {
  const [primary, copy] = [await start(), await start()];
  primary.createZone(ZONE);
  primary.allowCopies(ZONE, [copy.dns]);
  await copy.copyZone(ZONE, primary.dns);
  const restore = primary.backup(ZONE);
  await consoleOf(primary).add('git', { type: 'CNAME', value: '@', comments: 'ours' });
  await consoleOf(primary).add('old', { type: 'TXT', value: 'a text' });
  await expect.poll(() => copy.serial(ZONE), SOON).toBe(primary.serial(ZONE));
  expect(copy.records(ZONE)).toEqual(primary.records(ZONE).map((record) => ({ ...record, comments: '' })));
  restore();
  await consoleOf(primary).add('new', { type: 'A', value: '192.0.2.1' });
  await copy.copyAgain(ZONE);
  expect(copy.records(ZONE).map(({ name }) => name)).toEqual([`git.${ZONE}`, `old.${ZONE}`]);
});

it('a cluster copies its zones, passes calls on, and is left by a primary that is followed by another', async () => {
  const [first, second] = [await start({ domain: 'dns1.cl.test' }), await start({ domain: 'dns2.cl.test' })];
  first.createCluster('cl.test');
  second.joinCluster(first);
  expect(
    await call(second, 'zones/create', { zone: ZONE, catalog: 'cluster-catalog.cl.test', node: 'dns1.cl.test' }),
  ).toMatchObject({
    status: 'ok',
    server: 'dns1.cl.test',
  });
  await consoleOf(first).add('git', { type: 'CNAME', value: '@' });
  await expect.poll(() => second.records(ZONE), SOON).toHaveLength(1);
  const record = { domain: `git.${ZONE}`, zone: ZONE };
  expect(await call(first, 'zones/records/get', { ...record, node: 'dns2.cl.test' })).toMatchObject({
    response: { zone: { type: 'Secondary', catalog: 'cluster-catalog.cl.test' } },
  });
  expect(await call(first, 'zones/records/get', { ...record, node: 'dns9.cl.test' })).toMatchObject({
    errorMessage: 'No such node exists in the Cluster by name: dns9.cl.test',
  });
  second.promote();
  expect(await call(first, 'user/session/get', {})).toMatchObject({ info: { clusterInitialized: false } });
  expect(await call(first, 'zones/records/get', record)).toMatchObject({
    response: { zone: { type: 'Primary', catalog: null } },
  });
  expect(await call(second, 'user/session/get', {})).toMatchObject({
    info: { clusterNodes: [{ name: 'dns2.cl.test', type: 'Primary', state: 'Self' }] },
  });
});
