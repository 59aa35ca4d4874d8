import { expect, vi } from 'vitest';
import { SOON } from '../../support/operator.ts';
import { pathOf } from '../../support/objects.ts';
import { hostSample } from '../../support/samples.ts';
import { ingressRouteObject } from '../../support/traefik.ts';
import type { ApiResponse } from '../../support/api-client.ts';
import type { Intent, OwnTarget, Source } from './intent.ts';
import type { Party, Stage } from './stage.ts';
import type { StepKind } from './step.ts';

const SOURCES = ['Ingress', 'IngressRoute', 'Service'] as const;
const SLOTS = 3;
const ADDRESSES = ['10.0.20.2', '10.0.20.3', 'fd00::2'] as const;

const isDone = async (answer: Promise<ApiResponse>): Promise<void> => {
  const { status, body } = await answer;
  expect([200, 201, 202], body.message).toContain(status);
};
const pathOfSource = ({ zone }: Party, { kind, name }: Pick<Source, 'kind' | 'name'>): string =>
  `${pathOf({ kind, metadata: { namespace: zone.namespace } })}/${name}`;
const shortOf = ({ zone }: Party, host: string): string => host.slice(0, -zone.name.length - 1);
const called = ({ marker }: Party): string => (marker.includes(':home/') ? 'home' : 'shed');

const create = async ({ zone, world }: Party, { kind, name, hosts, addresses }: Source): Promise<void> => {
  const { namespace } = zone;
  const shorts = hosts.map((host) => host.slice(0, -zone.name.length - 1));
  if (kind === 'Ingress') await zone.ingress(name, shorts);
  else if (kind === 'Service') {
    await zone.service(name, { hostnames: hosts.join(','), balancer: addresses.map((ip) => ({ ip })) });
  } else {
    await world.create(
      ingressRouteObject(
        { namespace, name },
        hosts.map((host) => `Host(\`${host}\`)`),
      ),
    );
  }
};
const specOf = (kind: Source['kind'], hosts: readonly string[]): object => {
  if (kind === 'Ingress') return { spec: { rules: hosts.map((host) => ({ host })) } };
  if (kind === 'IngressRoute') {
    return { spec: { routes: hosts.map((host) => ({ kind: 'Rule', match: `Host(\`${host}\`)` })) } };
  }
  return { metadata: { annotations: { 'splithorizon.dev/hostname': hosts.join(',') } } };
};

/** What is asked for changes first: the operator may be faster than the answer. */
const ask = ({ ledger }: Stage, change: () => void): void => {
  change();
  ledger.asked();
};
const put = async (stage: Stage, party: Party, source: Source): Promise<void> => {
  const key = `${source.kind} ${source.name}`;
  ask(stage, () => party.intent.sources.set(key, source));
  await create(party, source);
  const { body } = await party.world.client.get(pathOfSource(party, source));
  ask(stage, () => {
    party.intent.sources.set(key, { ...source, createdAt: String(body.metadata['creationTimestamp']) });
  });
};
const remove = async (stage: Stage, party: Party, source: Source): Promise<void> => {
  ask(stage, () => party.intent.sources.delete(`${source.kind} ${source.name}`));
  await isDone(party.world.client.delete(pathOfSource(party, source)));
};

const exposes: StepKind = (draw, stage, party) => {
  const kind = draw.oneOf(SOURCES);
  const name = `${kind.toLowerCase()}-${draw.number(1, SLOTS)}`;
  if (party.intent.sources.has(`${kind} ${name}`)) return undefined;
  const hosts = draw.list(draw.number(1, 3), () => draw.oneOf(stage.names as [string, ...string[]]));
  const addresses = kind === 'Service' ? [`10.0.21.${draw.number(1, 9)}`] : [];
  // Until the server has told, nothing is older.
  const source = { kind, name, hosts: [...new Set(hosts)], addresses, createdAt: '9999' };
  return { text: `${kind} ${name} names ${hosts.join(', ')}`, play: () => put(stage, party, source) };
};

const renames: StepKind = (draw, stage, party) => {
  const [first, ...more] = party.intent.sources.values();
  if (first === undefined) return undefined;
  const source = draw.oneOf([first, ...more]);
  const hosts = [...new Set(draw.list(draw.number(1, 3), () => draw.oneOf(stage.names as [string, ...string[]])))];
  const play = async (): Promise<void> => {
    ask(stage, () => party.intent.sources.set(`${source.kind} ${source.name}`, { ...source, hosts }));
    await isDone(party.world.client.patch(pathOfSource(party, source), specOf(source.kind, hosts)));
  };
  return { text: `${source.kind} ${source.name} names ${hosts.join(', ')} instead`, play };
};

const withdraws: StepKind = (draw, stage, party) => {
  const [first, ...more] = party.intent.sources.values();
  if (first === undefined) return undefined;
  const source = draw.oneOf([first, ...more]);
  const isReplaced = draw.once(3);
  const play = async (): Promise<void> => {
    await remove(stage, party, source);
    if (isReplaced) await put(stage, party, { ...source, createdAt: '9999' });
  };
  return { text: `${source.kind} ${source.name} is deleted${isReplaced ? ', and made again' : ''}`, play };
};

const drawTarget: (...args: Parameters<StepKind>) => OwnTarget = (draw) =>
  draw.oneOf<OwnTarget>([
    { kind: 'zone' },
    { kind: 'cname', cname: 'pages.example.net' },
    { kind: 'addresses', addresses: ['10.0.22.1'] },
    { kind: 'addresses', addresses: ['10.0.22.1', '10.0.22.2'] },
    { kind: 'addresses', addresses: ['10.0.22.2', 'fd00::22'] },
  ]);

const writes: StepKind = (draw, stage, party) => {
  const host = draw.oneOf(stage.names as [string, ...string[]]);
  const target = drawTarget(draw, stage, party);
  // What is generated and pointed nowhere is not a person's.
  if (target.kind === 'zone' && !party.intent.written.has(host) && isNamed(party, host)) return undefined;
  const given = target.kind === 'zone' ? null : { addresses: null, cname: null, ...without(target) };
  const play = async (): Promise<void> => {
    ask(stage, () => party.intent.written.set(host, target));
    const path = pathOf({ kind: 'SplitHorizonHost', metadata: {} });
    const { name } = hostSample(host).metadata;
    // It may be made or deleted by the operator just now.
    await vi.waitFor(async () => {
      const spec = target.kind === 'zone' ? {} : { target: without(target) };
      const made = await party.world.client.post(path, { ...hostSample(host, spec) });
      if (made.status === 201) return;
      const changed = await party.world.client.patch(`${path}/${name}`, { spec: { target: given } });
      expect(changed.status, changed.body.message).toBe(200);
    }, SOON);
  };
  return { text: `SplitHorizonHost ${host} is written by hand, to ${JSON.stringify(without(target))}`, play };
};
const without = (target: OwnTarget): object =>
  target.kind === 'addresses'
    ? { addresses: target.addresses }
    : target.kind === 'cname'
      ? { cname: target.cname }
      : {};
const isNamed = ({ intent }: Party, host: string): boolean =>
  [...intent.sources.values()].some(({ hosts }) => hosts.includes(host));

const erases: StepKind = (draw, stage, party) => {
  const host = draw.oneOf(stage.names as [string, ...string[]]);
  if (!party.intent.written.has(host) && !isNamed(party, host)) return undefined;
  const play = async (): Promise<void> => {
    ask(stage, () => party.intent.written.delete(host));
    const { name } = hostSample(host).metadata;
    const { status } = await party.world.client.delete(`${pathOf({ kind: 'SplitHorizonHost', metadata: {} })}/${name}`);
    expect([200, 202, 404]).toContain(status);
  };
  return { text: `SplitHorizonHost ${host} is deleted`, play };
};

const moves: StepKind = (draw, stage, party) => {
  const isBlank = draw.once(4);
  if (isBlank && (party.hasMoved || party.intent.isBlank)) return undefined;
  const drawn = draw.some(ADDRESSES);
  const addresses = isBlank ? party.intent.addresses : drawn.length === 0 ? [draw.oneOf(ADDRESSES)] : drawn;
  const play = async (): Promise<void> => {
    party.hasMoved = true;
    ask(stage, () => Object.assign(party.intent, { addresses, isBlank }));
    await party.zone.balance('traefik', isBlank ? [] : addresses.map((ip) => ({ ip })));
  };
  return {
    text: isBlank ? 'the load balancer goes blank' : `the load balancer moves to ${addresses.join(', ')}`,
    play,
  };
};

const governs: StepKind = (draw, stage, party) => {
  const { intent } = party;
  const change = draw.oneOf<Partial<Pick<Intent, 'policy' | 'adoption' | 'ttlSeconds'>>>([
    { policy: draw.oneOf(['Sync', 'Sync', 'UpsertOnly', 'DryRun']) },
    { adoption: draw.oneOf(['Never', 'Matching', 'Always']) },
    { ttlSeconds: draw.oneOf([300, 120]) },
  ]);
  if (called(party) === 'shed' && !('ttlSeconds' in change)) return undefined;
  const play = async (): Promise<void> => {
    ask(stage, () => Object.assign(intent, change));
    const { ttlSeconds } = change;
    await party.zone.patchZone({ spec: ttlSeconds === undefined ? change : { hosts: { ttlSeconds } } });
  };
  return { text: `the zone has ${JSON.stringify(change)}`, play };
};

const excludes: StepKind = (draw, stage, party) => {
  const host = draw.oneOf(stage.names.filter((name) => !name.startsWith('*')) as [string, ...string[]]);
  const { exclude } = party.intent;
  const isOut = !exclude.has(host);
  const play = async (): Promise<void> => {
    ask(stage, () => (isOut ? exclude.add(host) : exclude.delete(host)));
    await party.zone.patchZone({ spec: { exclude: [...exclude] } });
  };
  return { text: `the zone ${isOut ? 'excludes' : 'has again'} ${shortOf(party, host)}`, play };
};

const approves: StepKind = (_draw, stage, party) => {
  const play = async (): Promise<void> => {
    const pending = (await party.zone.zoneStatus()).pendingDeletions;
    if (pending === undefined) return;
    stage.ledger.approved(pending.count, party.intent);
    await party.zone.patchZone({ metadata: { annotations: { 'splithorizon.dev/approve-deletions': pending.id } } });
  };
  return { text: 'a person approves what waits', play };
};

/** What people do in a cluster, each as often as it says. */
export const CLUSTER_STEPS: readonly (readonly [number, StepKind])[] = [
  [12, exposes],
  [4, renames],
  [7, withdraws],
  [5, writes],
  [4, erases],
  [4, moves],
  [3, governs],
  [1, excludes],
  [1, approves],
];
