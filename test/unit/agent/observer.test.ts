import { describe, expect, onTestFinished, test } from 'vitest';
import { createObserver } from '../../../src/agent/observer.ts';
import type { Answer } from '../../../src/model/look.ts';
import type { MachineConfig, MachineResolver } from '../../../src/model/machine.ts';
import { formatNameserver } from '../../../src/probe/nameserver-address.ts';
import { createPacer } from '../../../src/probe/pacer.ts';
import { createManualClock } from '../probe/manual-clock.ts';
import { answer, lookOf } from '../probe/prober-rig.ts';

const STUB = '127.0.0.53';
const SERVFAIL: Answer = { outcome: 'answer', rcode: 'SERVFAIL', aa: false, ra: true, addresses: [], chain: [] };
const SILENT: Answer = { outcome: 'silent' };
const ZONE = {
  zone: 'example.com',
  canarySeconds: 60,
  rotationSeconds: 3600,
  servers: [],
  accepted: [],
};

const stub: MachineResolver = { address: STUB, source: '/etc/resolv.conf', role: 'Stub' };
const uplink = (address: string, scope: string, ...domains: string[]): MachineResolver => ({
  ...{ address, source: '/etc/systemd/resolved.conf', role: 'Uplink', scope },
  domains: domains.filter((domain) => domain !== '*'),
  defaultRoute: domains.includes('*'),
});
const machineWith = (resolvers: readonly MachineResolver[], more: Partial<MachineConfig> = {}): MachineConfig => ({
  ...{ resolvers, rotate: false, timeoutSeconds: 5, attempts: 2, ndots: 1, search: [], musl: false },
  ...{ hostsFile: '', unseen: [], ...more },
});

/** An observer on a clock that stands still; `world` says what a nameserver answers about a host, `KEY host` or `KEY`. */
const observe = (machine: MachineConfig, hosts: readonly string[]) => {
  const clock = createManualClock();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const world = new Map<string, Answer>();
  const asked: string[] = [];
  const pacer = createPacer({ clock, queriesPerSecond: 2, burst: 200 });
  const observer = createObserver({
    ...{ audience: 'Nodes', before: undefined, clock, pacer, signal: stop.signal, now: () => clock.now() },
    look: (nameserver, { name }) => {
      const [key, host] = [formatNameserver(nameserver), name.replace('.example.com', '')];
      asked.push(`${key} ${host}`);
      return Promise.resolve(lookOf(world.get(`${key} ${host}`) ?? world.get(key) ?? answer('10.0.20.203')));
    },
    changed: () => undefined,
    onError: (_key, _host, error) => expect.unreachable(String(error)),
  });
  observer.setMachine(machine);
  observer.setQuestions({
    version: 'v1',
    clusterDns: [],
    zones: [{ ...ZONE, hosts: hosts.map((name) => ({ name, mark: '1' })) }],
  });
  return { clock, world, observer, asked, pacer, ofStub: () => asked.filter((line) => line.startsWith(STUB)) };
};

describe('servers of systemd-resolved', () => {
  test('are asked before its stub, each about each host', async () => {
    const { clock, asked, ofStub } = observe(machineWith([stub, uplink('10.0.20.201', 'global', '*')]), [
      'git',
      'photos',
    ]);
    await clock.advance(10_000);
    expect(new Set(asked).size).toBe(4);
    for (const host of ['git', 'photos'])
      expect(asked.indexOf(`10.0.20.201 ${host}`)).toBeLessThan(asked.indexOf(`${STUB} ${host}`));
    expect(new Set(ofStub())).toEqual(new Set([`${STUB} git`, `${STUB} photos`]));
  });

  test('are not asked about hosts that go to others, nor reported as if they should be', async () => {
    const machine = machineWith([
      stub,
      uplink('10.0.20.201', 'global', 'example.com', '*'),
      uplink('10.0.20.1', 'eth0', '*'),
      uplink('10.0.20.9', 'tun0', 'git.example.com'),
    ]);
    const { clock, asked, observer } = observe(machine, ['git', 'photos']);
    await clock.advance(10_000);
    expect(
      asked
        .filter((line) => !line.startsWith(STUB))
        .toSorted()
        .filter((line, index, all) => line !== all[index - 1]),
    ).toEqual(['10.0.20.201 photos', '10.0.20.9 git']);
    expect(observer.report()?.unasked).toBeUndefined();
  });

  test('that fail on one name keep it from the stub, until they answer', async () => {
    const machine = machineWith([stub, uplink('10.0.20.201', 'global', '*'), uplink('198.51.100.14', 'global', '*')]);
    const { clock, world, ofStub } = observe(machine, ['a', 'git', 'photos']);
    world.set('10.0.20.201 git', SERVFAIL);
    await clock.advance(60_000);
    expect(new Set(ofStub())).toEqual(new Set([`${STUB} a`, `${STUB} photos`]));
    world.delete('10.0.20.201 git');
    await clock.advance(3_600_000);
    expect(ofStub()).toContain(`${STUB} git`);
  });

  test('that answer nothing at all are left out of that: the machine has moved from them', async () => {
    const machine = machineWith([stub, uplink('10.0.20.201', 'global', '*'), uplink('10.0.20.202', 'global', '*')]);
    const { clock, world, ofStub } = observe(machine, ['git', 'photos']);
    world.set('10.0.20.201', SILENT);
    await clock.advance(600_000);
    expect(new Set(ofStub())).toEqual(new Set([`${STUB} git`, `${STUB} photos`]));
  });

  test('that all answer nothing leave the stub alone', async () => {
    const { clock, world, ofStub } = observe(machineWith([stub, uplink('10.0.20.201', 'global', '*')]), ['git']);
    world.set('10.0.20.201', SILENT);
    await clock.advance(600_000);
    expect(ofStub()).toEqual([]);
  });

  test('are charged with what the stub is asked', async () => {
    const { clock, asked, pacer } = observe(machineWith([stub, uplink('10.0.20.201', 'global', '*')]), ['git']);
    await clock.advance(1);
    expect(asked.slice(0, 2)).toEqual(['10.0.20.201 git', `${STUB} git`]);
    // A burst of 200, less 2 queries each: the 197th of what comes at once has to wait.
    let granted = 0;
    const server = { address: '10.0.20.201', port: 53 };
    for (let query = 0; query < 200; query++) pacer.claim(server, { priority: 0, grant: () => ((granted += 1), 1) });
    expect(granted).toBe(196);
  });
});

test('pins are reported of hosts that are asked for, and no others', () => {
  const hostsFile = '10.0.20.203 git.example.com git\n0.0.0.0 ads.example.net\n';
  const { observer } = observe(machineWith([{ address: '10.0.20.1', source: '/etc/resolv.conf' }], { hostsFile }), [
    'git',
  ]);
  expect(observer.report()?.pins).toEqual([{ address: '10.0.20.203', names: ['git.example.com'] }]);
});
