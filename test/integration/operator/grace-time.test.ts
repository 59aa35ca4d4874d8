import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { openWorld, SOON, type Operator, type OperatorWorld } from '../../support/operator.ts';
import { startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';

const APEX = '@ A 60 10.0.20.203 ours';
const GIT = 'git CNAME 300 @ ours';
const DAY = 24 * 3_600_000;
const spec = { deletionGuard: { graceSeconds: 3, free: 9 } };

describe.each(apiServers('the grace time'))('the grace time on the $name', (kind) => {
  let world: OperatorWorld;
  let proxy: FaultProxy;
  let operator: Operator;
  /** How far the wall clock is off, in milliseconds. */
  let offMs = 0;
  beforeAll(async () => {
    world = await openWorld(kind);
    proxy = await startFaultProxy(world.server);
    operator = await world.start(proxy.access, { now: () => Date.now() + offMs });
  });
  afterEach(() => {
    offMs = 0;
    proxy.fault = () => undefined;
  });
  afterAll(() => world.stop());

  it.each([
    { name: 'forward', jumpMs: DAY },
    { name: 'back', jumpMs: -DAY },
  ])('is as long as it should be where the wall clock jumps $name', async ({ jumpMs }) => {
    const zone = await world.zone({ spec });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    const wentAt = Date.now();
    await zone.remove('Ingress', 'git');
    await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
    offMs = jumpMs;
    await zone.ingress('late', ['late']);
    await expect.poll(zone.records, SOON).toEqual([APEX, GIT, 'late CNAME 300 @ ours']);
    await expect.poll(zone.records, SOON).toEqual([APEX, 'late CNAME 300 @ ours']);
    expect(Date.now() - wentAt).toBeGreaterThanOrEqual(3_000);
    expect(operator.log.join('')).not.toContain('deletions could not be decided');
  });

  it('begins anew where the host came back, though that could not be stored before it went again', async () => {
    const zone = await world.zone({ spec });
    await zone.ingress('git', ['git']);
    await expect.poll(() => zone.word('git'), SOON).toBe('True Published');
    await zone.remove('Ingress', 'git');
    await expect.poll(() => zone.word('git'), SOON).toBe('True SourceGone');
    const { deletion: first } = await zone.hostStatus('git');
    proxy.fault = (path) =>
      path.includes(`/splithorizonhosts/${zone.at('git')}/status`) ? { status: 500 } : undefined;
    const requests = proxy.requests.length;
    const refused = (): number =>
      proxy.requests.slice(requests).filter((path) => path.includes('git') && path.includes('/status')).length;
    await zone.ingress('git', ['git']);
    await expect.poll(refused, SOON).toBeGreaterThan(0);
    await expect.poll(() => Date.now() - Date.parse(first?.since ?? ''), SOON).toBeGreaterThan(2_000);
    await zone.remove('Ingress', 'git');
    const wentAt = Date.now();
    proxy.fault = () => undefined;
    await expect.poll(zone.records, SOON).toEqual([APEX]);
    expect(Date.now() - wentAt).toBeGreaterThanOrEqual(3_000);
  });
});
