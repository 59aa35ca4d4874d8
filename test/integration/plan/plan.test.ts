import { stringify } from 'yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  LeftName,
  PlannedChange,
  PlannedRecord,
  Preview,
  ZonePreview,
} from '../../../src/plan/preview/preview.ts';
import { apiClient, type ApiObject } from '../../support/api-client.ts';
import { apiServers } from '../../support/api-servers.ts';
import { NAMESPACE, openWorld, SECRET, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { freePort } from '../../support/free-port.ts';
import { ingressObject, namespaceObject, pathOf, secretObject, serviceObject } from '../../support/objects.ts';
import { planAll, planOf, runPlan } from '../../support/plan-command.ts';
import { zoneSample } from '../../support/samples.ts';
import type { TestZone } from '../../support/test-zone.ts';
import { startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';
import { furnish, landscapes, specOf } from './landscape.ts';

const actions = (changes: readonly PlannedChange[]): string[] => changes.map(({ name, action }) => `${action} ${name}`);
const reasons = (left: readonly LeftName[]): string[] => left.map(({ name, reason }) => `${reason} ${name}`);

describe.each(apiServers('plan'))('splithorizon plan on the $name', (kind) => {
  let world: OperatorWorld;
  let marker: string;
  beforeAll(async () => {
    world = await openWorld(kind);
    const { body } = await world.client.get('/api/v1/namespaces/kube-system');
    marker = `splithorizon:splithorizon/${body.metadata.uid?.slice(0, 8) ?? ''}`;
  });
  afterAll(() => world.stop());

  /** Runs `work` beside an operator. */
  const beside = async <Result>(work: (operator: Operator) => Promise<Result>): Promise<Result> => {
    const operator = await world.start();
    try {
      return await work(operator);
    } finally {
      await operator.stop();
    }
  };

  it('says what a sync would do and leave alone, and writes nothing anywhere', async () => {
    const zone = await world.zone({
      name: 'home.test',
      spec: {
        exclude: ['mail.home.test'],
        policy: 'DryRun',
        targets: [{ record: '@', serviceRef: { namespace: 'z1', name: 'traefik' }, ingressClassNames: ['traefik'] }],
      },
      before: async ({ console }) => {
        await console.add('adopted', { type: 'CNAME', value: '@' });
        await console.add('foreign', { type: 'A', value: '10.0.20.9' });
        await console.add('mail', { type: 'A', value: '10.0.20.9' });
        await console.add('leftover', { type: 'CNAME', value: '@', comments: 'by cron' });
        await console.add('elsewhere', { type: 'A', value: '10.0.20.9' });
        await console.add('moved', { type: 'A', value: '10.0.20.9', comments: marker });
      },
    });
    await zone.ingress('all', ['new', 'adopted', 'foreign', 'mail', 'moved'], { className: 'traefik' });
    await zone.ingress('other', ['unclaimed'], { className: 'nginx' });
    await zone.host('observed', { record: 'Observed' });
    await zone.host('blank', { target: { serviceRef: { namespace: 'z1', name: 'nobody' } } });
    const before = [await world.kubernetesWrites(), world.technitium.serial(zone.name), zone.records()];
    world.technitium.resetCounts();

    const { code, out, err } = await runPlan(world, [zone.name]);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toBe(`\
Zone home.test, policy DryRun (the operator writes nothing of this until it says Sync)

Create
  + home.test      A 10.0.20.203 (TTL 60)     target
  + new.home.test  CNAME home.test (TTL 300)  Ingress z1/all

Adopt (others wrote these records; from now on they carry our marker)
  ~ adopted.home.test  CNAME home.test (TTL 3600) -> CNAME home.test (TTL 300)  Ingress z1/all

Change
  ~ moved.home.test  A 10.0.20.9 (TTL 3600) -> CNAME home.test (TTL 300)  Ingress z1/all

Left alone
    blank.home.test      Pending   Service z1/nobody does not exist.
    foreign.home.test    Conflict  The zone holds A 10.0.20.9 at this name, which is not ours to change.
    mail.home.test       Excluded  The zone excludes this name: it is never written.
    observed.home.test   Observed  Somebody else writes this record; it is only judged.
    unclaimed.home.test  NotTaken  Ingress z1/other: no target takes its Ingress class "nginx".

Orphans (they point to a target, no host has their name, and they are not ours: nobody deletes them)
    leftover.home.test  CNAME home.test (TTL 3600)  comments "by cron"

Plan: 2 to create, 1 to adopt, 1 to change, 0 to release, 0 to delete; 5 left alone, 1 orphan, 0 as they should be.
`);
    expect([await world.kubernetesWrites(), world.technitium.serial(zone.name), zone.records()]).toEqual(before);
    expect(world.technitiumWrites()).toBe(0);
  });

  it('takes over the orphans that somebody wants removed, and nothing else', async () => {
    const foreign = 'splithorizon:somebody/12345678';
    const zone = await world.zone({
      spec: { deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0 } },
      before: async ({ console }) => {
        await console.add('old', { type: 'CNAME', value: '@', comments: 'by cron' });
        await console.add('older', { type: 'A', value: '10.0.20.203' });
        await console.add('older', { type: 'TXT', value: 'a text' });
        await console.add('kept', { type: 'CNAME', value: '@', comments: 'by cron' });
        await console.add('marked', { type: 'CNAME', value: '@', comments: foreign });
      },
    });
    await zone.ingress('git', ['git']);
    const before = zone.records();
    const takeOver = (...names: string[]): string[] => names.flatMap((name) => ['--take-over', zone.at(name)]);

    const refused = await runPlan(world, [zone.name, ...takeOver('old', 'git', 'marked')]);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`${zone.at('git')} is none of the orphans that the plan lists`);
    expect(refused.err).toContain(`${zone.at('marked')} carries the mark of another operator (comments "${foreign}")`);
    expect(zone.records()).toEqual(before);

    const plan = await planOf(world, zone.name, takeOver('old', 'older'));
    expect(plan.orphans.map(({ name }) => name)).toEqual([zone.at('kept'), zone.at('marked')]);
    expect(reasons(plan.left)).toEqual([`DeletionPending ${zone.at('old')}`, `DeletionPending ${zone.at('older')}`]);
    expect(zone.records()).toContain('old CNAME 3600 @ ours | by cron');
    await beside(async () => {
      await expect.poll(async () => (await zone.zoneStatus()).pendingDeletions?.count, SOON).toBe(2);
      const { pendingDeletions } = await zone.zoneStatus();
      const annotations = { 'splithorizon.dev/approve-deletions': pendingDeletions?.id };
      await zone.patchZone({ metadata: { annotations } });
      await expect
        .poll(zone.records, SOON)
        .toEqual([
          '@ A 60 10.0.20.203 ours',
          'git CNAME 300 @ ours',
          'kept CNAME 3600 @ by cron',
          `marked CNAME 3600 @ ${foreign}`,
          'older TXT 3600 a text -',
        ]);
    });
  });

  it('has nothing to do beside an operator that has done all, and says what waits', async () => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 600, free: 1, maxPercent: 0 } } });
    await zone.ingress('all', ['stays', 'goes', 'too']);
    await beside(async () => {
      await expect.poll(() => zone.records().length, SOON).toBe(4);
      for (const host of ['stays', 'goes', 'too']) {
        await expect.poll(() => zone.word(host), SOON).toBe('True Published');
      }
      expect(await runPlan(world, [zone.name])).toMatchObject({
        code: 0,
        out: expect.stringContaining('Nothing to do: 0 left alone, 0 orphans, 4 as they should be.') as string,
        err: '',
      });
      await zone.patch('Ingress', 'all', { spec: { rules: [{ host: zone.at('stays') }] } });
      await expect.poll(() => zone.word('goes'), SOON).toBe('True SourceGone');
      await expect.poll(() => zone.word('too'), SOON).toBe('True SourceGone');
      const { deletion } = await zone.hostStatus('goes');
      const plan = await planOf(world, zone.name);
      expect(actions(plan.changes)).toEqual([`Delete ${zone.at('goes')}`]);
      expect(Date.parse(plan.changes[0]?.dueTime ?? '') - Date.parse(deletion?.since ?? '')).toBe(600_000);
      expect(reasons(plan.left)).toEqual([`DeletionPending ${zone.at('too')}`]);
      expect(plan.left[0]?.message).toContain('the guard holds it');
    });
  });

  it('names the snapshot that a person can approve', async () => {
    const zone = await world.zone({ spec: { deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0 } } });
    await zone.ingress('all', ['stays', 'goes']);
    await beside(async () => {
      await expect.poll(() => zone.word('goes'), SOON).toBe('True Published');
      await zone.patch('Ingress', 'all', { spec: { rules: [{ host: zone.at('stays') }] } });
      await expect.poll(() => zone.word('goes'), SOON).toBe('True DeletionPending');
      const { deletion } = await zone.hostStatus('goes');
      const plan = await planOf(world, zone.name);
      expect(actions(plan.changes)).toEqual([]);
      expect(plan.left[0]?.message).toContain(`approve-deletions=${deletion?.snapshot ?? 'none'}.`);
    });
  });

  it('plans what the operator would import at once, too', async () => {
    const zone = await world.zone();
    const hosts = Array.from({ length: 400 }, (_, n) => `h${n}`);
    await zone.ingress('many', hosts);
    await zone.console.add('h7', { type: 'CNAME', value: '@', ttl: 300 });
    const { changes, unchanged } = await planOf(world, zone.name);
    expect(unchanged).toBe(0);
    expect(changes).toHaveLength(hosts.length + 1);
    expect(changes.filter(({ action }) => action !== 'Create')).toMatchObject([
      { name: zone.at('h7'), action: 'Adopt' },
    ]);
    expect(zone.records()).toEqual(['h7 CNAME 300 @ -']);
  });

  it('tells what a zone below a zone takes over, and that it takes nothing while it is not to be written', async () => {
    const upper = await world.zone();
    await upper.ingress('all', ['git', 'a.sub']);
    await beside(async () => {
      await expect.poll(() => upper.word('a.sub'), SOON).toBe('True Published');
      await expect.poll(() => upper.records().length, SOON).toBe(3);
    });
    const lower = await world.zone({ name: upper.at('sub'), spec: { policy: 'DryRun' } });
    expect((await planOf(world, upper.name)).changes).toEqual([]);
    const created = [`Create ${lower.at('a')}`, `Create ${lower.name}`];
    expect(actions((await planOf(world, lower.name)).changes)).toEqual(created);

    await lower.patchZone({ spec: { policy: 'Sync' } });
    const plan = await planOf(world, upper.name);
    expect(actions(plan.changes)).toEqual([`Delete ${lower.at('a')}`]);
    expect(plan.changes[0]?.sources).toEqual([`SplitHorizonZone ${lower.name}`]);
    expect(actions((await planOf(world, lower.name)).changes)).toEqual(created);
    await beside(async () => {
      await expect.poll(() => upper.records().length, SOON).toBe(2);
      expect(lower.records()).toHaveLength(2);
      await expect.poll(async () => (await runPlan(world, [lower.name])).code, SOON).toBe(0);
      expect((await runPlan(world, [upper.name])).code).toBe(0);
    });
  });

  describe('before anything is applied', () => {
    it('plans the zone of a file, and says all that is wrong with a file', async () => {
      const zone = await world.zone({ spec: { policy: 'DryRun' } });
      await zone.ingress('git', ['git']);
      await world.client.delete(`/apis/splithorizon.dev/v1alpha1/splithorizonzones/${zone.name}`);
      const file = (spec: object): string =>
        stringify({
          apiVersion: 'splithorizon.dev/v1alpha1',
          kind: 'SplitHorizonZone',
          metadata: { name: zone.name },
          spec: { technitium: { url: world.technitium.url, secretRef: { name: SECRET } }, ...spec },
        });
      const targets = [{ record: '@', serviceRef: { namespace: zone.namespace, name: 'traefik' } }];
      const host = stringify({
        apiVersion: 'splithorizon.dev/v1alpha1',
        kind: 'SplitHorizonHost',
        metadata: { name: zone.at('turn') },
        spec: { host: zone.at('turn'), target: { addresses: ['10.0.20.7'] } },
      });
      const { code, out, err } = await runPlan(world, ['-f', '-', '--output', 'json'], {
        input: `${file({ targets })}---\n${host}`,
      });
      expect({ code, err }).toEqual({ code: 2, err: '' });
      const [plan] = (JSON.parse(out) as Preview).zones;
      expect(actions(plan?.changes ?? [])).toEqual(['git', 'turn', '@'].map((name) => `Create ${zone.at(name)}`));

      const wrong = await runPlan(world, ['--filename=-'], { input: file({ polcy: 'DryRun', adoption: 'Maybe' }) });
      expect(wrong).toMatchObject({ code: 1, out: '' });
      const where = `standard input: SplitHorizonZone ${zone.name}: spec`;
      expect(wrong.err.trim().split('\n')).toEqual([
        `splithorizon: ${where}.targets: is required`,
        `${where}.adoption: "Maybe" is none of Matching, Never, Always`,
        `${where}.polcy: there is no such field`,
      ]);
    });

    it('needs no CRDs', async () => {
      const bare = await kind.start();
      const client = apiClient(bare);
      try {
        const create = (object: ApiObject): Promise<unknown> => client.post(pathOf(object), object);
        await create(namespaceObject(NAMESPACE));
        await create(secretObject(NAMESPACE, SECRET, { token: world.technitium.createApiToken('bare') }));
        const zone = 'bare.test';
        world.technitium.createZone(zone);
        await create(namespaceObject('traefik'));
        const service = serviceObject({ namespace: 'traefik', name: 'traefik' });
        await create(service);
        await client.patch(`${pathOf(service)}/traefik/status`, {
          status: { loadBalancer: { ingress: [{ ip: '10.0.20.203' }] } },
        });
        await create(ingressObject({ namespace: 'traefik', name: 'git' }, [`git.${zone}`]));
        const nothing = await runPlan(world, [], { access: bare });
        expect(nothing).toEqual({
          code: 1,
          out: '',
          err: 'splithorizon: there is no SplitHorizonZone: apply one, or give its file by --filename\n',
        });
        const sample = zoneSample({ technitium: { url: world.technitium.url, secretRef: { name: SECRET } } }, zone);
        const { code, out } = await runPlan(world, ['-f', '-'], { access: bare, input: stringify(sample) });
        expect(out).toContain('Plan: 2 to create');
        expect(code).toBe(2);
      } finally {
        client.close();
        await bare.stop();
      }
    });
  });

  describe('that cannot be made says why and what to do, and exits with 1', () => {
    let zone: TestZone;
    let proxy: FaultProxy;
    beforeAll(async () => {
      zone = await world.zone();
      proxy = await startFaultProxy(world.server);
    });
    afterEach(async () => {
      proxy.fault = () => undefined;
      await world.technitium.heal();
    });
    afterAll(() => proxy.refuse());

    it('for a zone that there is not', async () => {
      const { code, out, err } = await runPlan(world, ['none.test']);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('there is no SplitHorizonZone "none.test"; there are');
      expect(err).toContain(zone.name);
    });

    it('where the Secret may not be read', async () => {
      proxy.fault = (path) => (path.includes('/secrets/') ? { status: 403 } : undefined);
      const { code, err } = await runPlan(world, [zone.name], { access: proxy.access });
      expect(code).toBe(1);
      expect(err).toContain(`zone ${zone.name}: NotAuthenticated: Secret ${NAMESPACE}/${SECRET} may not be read`);
    });

    it('where sources may not be listed', async () => {
      proxy.fault = (path) => (path.includes('/ingresses') ? { status: 403 } : undefined);
      const { code, out, err } = await runPlan(world, [zone.name], { access: proxy.access });
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('needs to list and watch what the operator does, but may not:');
      expect(err).toContain('/ingresses: 403 Forbidden');
    });

    it('where the API server does not answer', async () => {
      const { code, err } = await runPlan(world, [zone.name], {
        access: { url: `http://127.0.0.1:${await freePort()}`, token: 'none' },
      });
      expect(code).toBe(1);
      expect(err).toContain('ECONNREFUSED');
    });

    it('where Technitium does not answer', async () => {
      await world.technitium.refuse();
      const away = await runPlan(world, [zone.name]).finally(() => world.technitium.accept());
      expect(away).toMatchObject({ code: 1, out: '' });
      expect(away.err).toContain(`zone ${zone.name}: Unreachable: ${world.technitium.url}`);
      expect(away.err).toContain('See docs/troubleshooting.md#unreachable.');
    });
  });

  describe('in landscapes at random', () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const given = landscapes(6, seed);
    const recordOf = ({ type, value, ttlSeconds, comments }: PlannedRecord, name: string): string =>
      [name, type, ttlSeconds, value, comments].join(' ');
    /** What the zone holds of addresses and aliases. */
    const recordsOf = (zone: TestZone): string[] =>
      world.technitium
        .records(zone.name)
        .filter(({ type }) => ['A', 'AAAA', 'CNAME'].includes(type))
        .map(({ name, type, ttl, value, comments }) => [name, type, ttl, value, comments].join(' ').toLowerCase())
        .sort();
    /** What the zone holds after a plan. */
    const after = (zone: TestZone, { changes }: ZonePreview): string[] => {
      const names = new Set(changes.map(({ name }) => name));
      const left = recordsOf(zone).filter((record) => !names.has(record.split(' ', 1)[0] ?? ''));
      const put = changes.flatMap(({ name, after: records }) => records.map((record) => recordOf(record, name)));
      return [...left, ...put.filter((text) => / (A|AAAA|CNAME) /.test(text)).map((text) => text.toLowerCase())].sort();
    };

    it(`what it says is what the operator does (seed ${seed})`, async () => {
      const zones: TestZone[] = [];
      for (const landscape of given) {
        const name = `random${zones.length}.test`;
        zones.push(
          await world.zone({
            name,
            spec: { ...specOf(landscape, name) },
            before: (zone) => furnish(zone, landscape, marker),
          }),
        );
      }
      const plans = await planAll(world);
      const planFor = ({ name }: TestZone): ZonePreview => plans.find(({ zone }) => zone === name)!;
      const expected = zones.map((zone) => after(zone, planFor(zone)));
      await beside(async () => {
        for (const [index, zone] of zones.entries()) {
          await expect.poll(() => recordsOf(zone), SOON).toEqual(expected[index]);
          for (const { name, reason } of planFor(zone).left) {
            const short = name.slice(0, -zone.name.length - 1);
            if (short !== '') await expect.poll(() => zone.word(short), SOON).toContain(reason);
          }
        }
        const again = await planAll(world);
        for (const { name } of zones) expect(again.find(({ zone }) => zone === name)?.changes).toEqual([]);
        for (const [index, zone] of zones.entries()) expect(recordsOf(zone)).toEqual(expected[index]);
      });
    });
  });
});
