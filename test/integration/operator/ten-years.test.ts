import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { installCrds, readCrds } from '../../support/crds.ts';
import { openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { RIGHT, TAKEN, TEN_YEARS } from './ten-years.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NEW = ['new-1', 'new-2', 'new-3', 'new-4'] as const;
const HOSTS = [...TAKEN, ...RIGHT, ...NEW];
const TURN = { target: { addresses: ['10.0.20.7'] } };
/** What there is of a record in an answer of Technitium, as it came, but for what each taking over changes. */
interface RawRecord {
  readonly name: string;
  readonly type: string;
  readonly comments?: string;
}

describe.each(apiServers('a zone of ten years'))('on the $name', { timeout: 180_000 }, (kind) => {
  let world: OperatorWorld;
  let zone: TestZone;
  beforeAll(async () => {
    world = await openWorld(kind);
    zone = await world.zone({ spec: { policy: 'DryRun', deletionGuard: { graceSeconds: 0 } }, before: fill });
    await zone.ingress('all', HOSTS);
    await zone.host('turn', TURN);
  });
  afterAll(() => world.stop());

  const call = async (path: string, body?: string): Promise<{ status: string; response?: object }> => {
    const headers = {
      authorization: `Bearer ${world.technitium.createApiToken('a person')}`,
      'content-type': 'text/plain',
    };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await fetch(`${world.technitium.url}/api/zones/${path}`, { method, headers, ...(body && { body }) });
    return (await answer.json()) as { status: string; response?: object };
  };
  const fill = async ({ name }: TestZone): Promise<void> => {
    expect(await call(`import?zone=${name}`, TEN_YEARS)).toMatchObject({ status: 'ok' });
  };
  /** Every record of the zone but its SOA, as the server tells it, with the time of its last change. */
  const read = async (): Promise<RawRecord[]> => {
    const { response } = await call(`records/get?domain=${zone.name}&zone=${zone.name}&listZone=true`);
    const { records } = response as { records: RawRecord[] };
    return records.filter(({ type }) => type !== 'SOA');
  };
  const marker = async (): Promise<string> => {
    const { body } = await world.client.get('/api/v1/namespaces/kube-system');
    return `splithorizon:splithorizon/${(body.metadata.uid ?? '').slice(0, 8)}`;
  };
  const isRight = ({ name, type }: RawRecord): boolean =>
    type === 'CNAME' && RIGHT.some((label) => `${label}.${zone.name}` === name.toLowerCase());
  /** Whatever happens to the operator, these are the same to the byte, and nobody wrote them again. */
  const foreign = async (): Promise<string[]> => {
    const ours = await marker();
    const all = await read();
    return all
      .filter((record) => !isRight(record) && record.comments?.startsWith(ours) !== true)
      .map((record) => JSON.stringify(record))
      .sort();
  };
  const areAll = async (words: Readonly<Record<string, string>>): Promise<void> => {
    for (const [host, word] of Object.entries(words)) await expect.poll(() => zone.word(host), SOON).toBe(word);
  };
  const wordsOf = (hosts: readonly string[], word: string): Record<string, string> =>
    Object.fromEntries(hosts.map((host) => [host, word]));
  const serial = (): number => world.technitium.serial(zone.name);

  it('is the same to the byte, after a whole life of the operator, but for what was taken over', async () => {
    const [atFirst, rightAtFirst, before] = [await read(), (await read()).filter(isRight), await foreign()];
    expect(atFirst.length).toBeGreaterThanOrEqual(170);
    expect(before).toHaveLength(atFirst.length - RIGHT.length);
    const published = [...NEW, ...RIGHT, 'turn'];
    const conflicts = wordsOf(TAKEN, 'False Conflict');

    // DryRun: it says what it would do, and does nothing.
    let operator = await world.spawn();
    await areAll({ ...conflicts, ...wordsOf(published, 'Unknown DryRun') });
    expect(await read()).toEqual(atFirst);

    // UpsertOnly, with a kill in the middle of what it writes.
    world.technitium.latency(50);
    await zone.patchZone({ spec: { policy: 'UpsertOnly' } });
    const ofOurs = (): number => zone.records().filter((line) => line.includes(' ours')).length;
    await expect.poll(ofOurs, SOON).toBeGreaterThan(1);
    await operator.stop();
    await world.technitium.heal();
    operator = await world.spawn();
    await areAll({ ...conflicts, ...wordsOf(published, 'True Published') });
    expect(await foreign()).toEqual(before);

    // Sync: targets move, hosts go and come, the person's own host is pointed elsewhere, and it is killed again.
    await zone.patchZone({ spec: { policy: 'Sync', hosts: { ttlSeconds: 120 } } });
    await zone.balance('traefik', [{ ip: '10.0.20.204' }, { ip: '10.0.20.205' }]);
    await zone.patch('Ingress', 'all', {
      spec: { rules: HOSTS.slice(0, -2).map((host) => ({ host: zone.at(host) })) },
    });
    await operator.stop();
    operator = await world.spawn();
    await zone.patchHost('turn', { spec: { target: { addresses: ['10.0.20.8', 'fd00::8'] } } });
    await expect.poll(zone.records, SOON).toContain('turn AAAA 120 fd00::8 ours');
    await expect.poll(zone.records, SOON).not.toContain('new-4 CNAME 120 @ ours');
    await areAll({ ...conflicts, ...wordsOf([...NEW.slice(0, 2), ...RIGHT, 'turn'], 'True Published') });
    expect(await foreign()).toEqual(before);

    // The zone's object goes and is made again; then the kinds and the operator.
    const stands = { records: await read(), serial: serial() };
    await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`);
    await areAll(wordsOf(['new-1', 'router'], 'False ZoneMissing'));
    expect({ records: await read(), serial: serial() }).toEqual(stands);
    await operator.stop();
    for (const { metadata } of await readCrds()) await world.client.delete(`${CRD_PATH}/${metadata.name}`);
    await expect.poll(async () => (await world.client.get(CRD_PATH)).body.items?.length, SOON).toBe(0);
    await installCrds(world.server);
    await zone.host('turn', { target: { addresses: ['10.0.20.8', 'fd00::8'] } });
    await zone.create();
    await zone.patchZone({ spec: { policy: 'Sync', hosts: { ttlSeconds: 120 } } });
    operator = await world.spawn();
    await areAll({ ...conflicts, ...wordsOf([...NEW.slice(0, 2), ...RIGHT, 'turn'], 'True Published') });
    expect({ records: await read(), serial: serial() }).toEqual(stands);

    // Nobody wants anything any more; the target stays.
    await zone.remove('Ingress', 'all');
    await zone.removeHost('turn');
    await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBeGreaterThan(0);
    await expect
      .poll(async () => {
        const id = (await zone.zoneStatus()).pendingDeletions?.id;
        if (id) await zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': id } } });
        return zone.records().filter((line) => line.includes(' ours'));
      }, SOON)
      .toEqual(['@ A 60 10.0.20.204 ours', '@ A 60 10.0.20.205 ours']);
    await operator.stop();
    expect(await foreign()).toEqual(before);
    const said = (records: readonly RawRecord[]): object[] =>
      // DNS knows no letter case, and whoever writes a record writes its name.
      records.map((record) => ({
        ...record,
        name: record.name.toLowerCase(),
        ttl: 0,
        ttlString: '',
        lastModified: '',
      }));
    expect(said((await read()).filter(isRight))).toEqual(said(rightAtFirst));
  });
});
