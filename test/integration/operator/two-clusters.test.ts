import { afterAll, beforeAll, describe, it, type ExpectStatic } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { NAMESPACE, openWorld, SOON, type OperatorWorld } from '../../support/operator.ts';
import { secretObject } from '../../support/objects.ts';
import type { TestZone } from '../../support/test-zone.ts';

const AT_ONCE = { deletionGuard: { graceSeconds: 0, free: 50, maxPercent: 100 } };
/** Time for some looks at the serial. */
const LOOKS = { timeout: 30_000, interval: 50 } as const;

/** Two clusters, each with an operator, whose zone objects of one name are about one zone of one server. */
describe.concurrent.each(apiServers('two clusters'))('two clusters on one zone, on the $name', (kind) => {
  let first: OperatorWorld;
  let second: OperatorWorld;
  const worlds = (): OperatorWorld[] => [first, second];
  beforeAll(async () => {
    first = await openWorld(kind);
    second = await openWorld(kind);
    await second.create(secretObject(NAMESPACE, 'shared', { token: first.technitium.createApiToken() }));
    await Promise.all(worlds().map((world) => world.start()));
  });
  afterAll(() => Promise.all(worlds().map((world) => world.stop())));

  /** The zone objects of both; `records` is of the first, which has the server. */
  const bothOf = async (
    name: string,
    ids: readonly [string, string],
    { poll }: ExpectStatic,
  ): Promise<[TestZone, TestZone]> => {
    const one = await first.zone({ name, spec: { ...AT_ONCE, ownerId: ids[0] } });
    await one.ingress('all', ['both', 'one']);
    await poll(() => one.word('both'), SOON).toBe('True Published');
    const technitium = { url: first.technitium.url, secretRef: { name: 'shared' } };
    const two = await second.zone({ name, onTechnitium: false, spec: { ...AT_ONCE, ownerId: ids[1], technitium } });
    await two.ingress('all', ['both', 'two']);
    await poll(() => two.word('two'), SOON).toBe('True Published');
    await poll(() => two.word('both'), SOON).toBe('False Conflict');
    return [one, two];
  };
  /** Resolves when the first operator has looked at the serial twice more; whatever is fought over moves it. */
  const staysStill = async (zone: TestZone, expect: ExpectStatic): Promise<void> => {
    const serial = first.technitium.serial(zone.name);
    const reads = first.technitium.reads(zone.name);
    // Both look as often.
    await expect.poll(() => first.technitium.reads(zone.name), LOOKS).toBeGreaterThanOrEqual(reads + 4);
    expect(first.technitium.serial(zone.name)).toBe(serial);
  };

  it(
    'with an ownerId each: what both want is the first one’s, and they do not fight',
    { timeout: 60_000 },
    async ({ expect }) => {
      const [one, two] = await bothOf('apart.test', ['home', 'work'], expect);
      expect(await one.word('both')).toBe('True Published');
      await staysStill(one, expect);
      expect(await one.zoneWord('RecordsSynced')).toBe('True Synced');
      expect(await two.zoneWord('RecordsSynced')).toBe('True Synced');
    },
  );

  it(
    'with one ownerId: both say OwnerIdInUse; a take-over ends it without a fight, whoever is alive',
    { timeout: 90_000 },
    async ({ expect }) => {
      const [one, two] = await bothOf('shared.test', ['home', 'home'], expect);
      for (const zone of [one, two]) {
        await expect.poll(() => zone.zoneWord('RecordsSynced'), LOOKS).toBe('False OwnerIdInUse');
      }
      await staysStill(one, expect);

      const { body } = await first.client.get('/api/v1/namespaces/kube-system');
      await two.patchZone({ metadata: { annotations: { 'splithorizon.dev/take-over': body.metadata.uid } } });
      await expect.poll(() => two.word('both'), SOON).toBe('True Published');
      await expect.poll(() => one.word('both'), LOOKS).toBe('False Conflict');
      await staysStill(one, expect);
      expect(await two.word('both')).toBe('True Published');
      await expect.poll(() => one.zoneWord('RecordsSynced'), SOON).toBe('False OwnerIdInUse');
    },
  );
});
