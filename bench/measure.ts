import { setTimeout as sleep } from 'node:timers/promises';
import type { Report, VantageStatus } from '../src/model/api.ts';
import { ask } from '../src/probe/ask.ts';
import { parseNameserver } from '../src/probe/nameserver-address.ts';
import type { ApiObject } from '../test/support/api-client.ts';
import { memoryMiB, processorMs } from './process.ts';
import { percentile, timed, until } from './stats.ts';
import { buildWorld, createIngress, hostName, setBalancer, VANTAGE, type Operator, type World } from './world.ts';

/** One row of the table: a figure in words, its budget, and what the bare thing took in the same run. */
export interface Row {
  readonly hosts: number;
  readonly what: string;
  readonly figure: string;
  readonly budget: string;
  readonly bare: string;
}

const HOSTS = '/apis/splithorizon.dev/v1alpha1/splithorizonhosts';
const VANTAGES = '/apis/splithorizon.dev/v1alpha1/splithorizonvantages';
const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const SAMPLES = 60;
const VERDICT_SAMPLES = 20;
const STEADY_MS = 60_000;
/** The samples before cost two questions each, at two a second. */
const BACKLOG_MS = SAMPLES * 1_000;

/** Measures all rows with so many Ingresses. */
export async function measure(size: number, say: (what: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const row = (what: string, figure: string, budget: string, bare = ''): void => {
    rows.push({ hosts: size, what, figure, budget, bare });
    say(`${what}: ${figure} (budget ${budget}${bare === '' ? '' : `; bare ${bare}`})`);
  };
  const world = await buildWorld();
  try {
    const created = await timed(() => world.createIngresses(0, size));
    say(`created, ${Math.round((size / created.ms) * 1000)} a second`);
    await coldStartMissing(world, size, row);
    const operator = await coldStartInSync(world, size, row);
    await latencies(world, size, row);
    await steadyState(world, operator, row);
    await balancerMove(world, row);
    await agentAtWork(world, row);
    await operator.stop();
  } finally {
    await world.close();
  }
  return rows;
}

type Say = (what: string, figure: string, budget: string, bare?: string) => void;

async function coldStartMissing(world: World, size: number, row: Say): Promise<void> {
  const bare = await world.bareStreams();
  const bareCreates = await world.bareCreates();
  const operator = await world.startOperator();
  await until('the last answer', () => answers(world, hostName(size - 1)), [2, 120_000]);
  const lastAnswer = performance.now() - operator.startedAt;
  row('cold start, all missing: last answer', ms(lastAnswer), `bare + 1 s`, ms(bare.ingressesMs));
  await until('all objects', async () => (await countHosts(world)) === size, [50, 300_000]);
  const objects = performance.now() - operator.startedAt;
  row(
    'cold start, all missing: objects',
    `${ms(objects)}, ${rate(size, objects)}`,
    '1.5 x what the API server can do',
    `${bareCreates}/s`,
  );
  row('memory after the first start', mib(memoryMiB(operator.pid)), '144 MiB, peak 192 MiB');
  await operator.stop();
  await reachSteadyState(world);
}

/** At the default pace 10,000 first verdicts take hours; asked fast, they are there in minutes. The default pace is what stays. */
async function reachSteadyState(world: World): Promise<void> {
  for (const queriesPerSecond of [5_000, undefined]) {
    const operator = await world.startOperator(queriesPerSecond);
    await settle(world);
    await operator.stop();
  }
}

async function coldStartInSync(world: World, size: number, row: Say): Promise<Operator> {
  const bare = await world.bareStreams();
  const [writes, { serial }] = [await world.kubernetesWrites(), await world.counts()];
  const operator = await world.startOperator();
  await until('/readyz', operator.isReady, [5, 120_000]);
  const budget = size <= 100 ? '1 s' : '1.5 x bare';
  row('cold start, in sync: /readyz', ms(performance.now() - operator.startedAt), budget, ms(bare.bothMs));
  await sleep(15_000);
  const written = (await world.kubernetesWrites()) - writes;
  const steps = (await world.counts()).serial - serial;
  row('cold start, in sync: writes', `${written} to Kubernetes, ${steps} to Technitium`, '0');
  return operator;
}

async function latencies(world: World, size: number, row: Say): Promise<void> {
  const { bareMs, answerMs } = await answerLatencies(world, size);
  const both = (samples: readonly number[]): string =>
    `p50 ${ms(percentile(samples, 0.5))}, p99 ${ms(percentile(samples, 0.99))}`;
  row('Ingress created -> DNS answers', both(answerMs), 'bare + 15 ms p50, + 75 ms p99', both(bareMs));
  await sleep(BACKLOG_MS);
  const verdictMs = await verdictLatencies(world, size + SAMPLES);
  row('Ingress created -> first verdict stored', `p99 ${ms(percentile(verdictMs, 0.99))}`, 'p99 5 s');
}

/** Last of all: every host is asked again after it, which takes its time at the default pace. */
async function balancerMove(world: World, row: Say): Promise<void> {
  const before = (await world.counts()).serial;
  const moved = await timed(async () => {
    await setBalancer(world.client, '10.0.20.204');
    await until('the apex', async () => (await addressesOf(world, 'example.com')).includes('10.0.20.204'), [1, 30_000]);
  });
  await sleep(2_000);
  const writes = (await world.counts()).serial - before;
  row('load balancer moves -> apex answers', `${ms(moved.ms)}, ${writes} write`, 'as the first row, 1 write');
}

/** One Ingress at a time: when its watch event came, and when DNS answered. */
async function answerLatencies(world: World, from: number): Promise<{ bareMs: number[]; answerMs: number[] }> {
  const seen = new Map<string, number>();
  const watch = await world.client.watch(`${INGRESSES}?resourceVersion=${await versionOf(world, INGRESSES)}`);
  const bareMs: number[] = [];
  const answerMs: number[] = [];
  for (let n = from; n < from + SAMPLES; n++) {
    const at = performance.now();
    const collect = setInterval(() => noteEvents(watch.events, seen), 0.5);
    const created = createIngress(world.client, n);
    await until('an answer', () => answers(world, hostName(n)), [0, 30_000]);
    answerMs.push(performance.now() - at);
    await created;
    await until('the event', () => Promise.resolve(seen.has(`i${n}`)), [1, 10_000]);
    clearInterval(collect);
    bareMs.push((seen.get(`i${n}`) ?? NaN) - at);
    await sleep(50);
  }
  watch.close();
  return { bareMs, answerMs };
}

function noteEvents(events: { object: ApiObject }[], seen: Map<string, number>): void {
  for (const { object } of events.splice(0)) {
    const { name } = object.metadata;
    if (name !== undefined && !seen.has(name)) seen.set(name, performance.now());
  }
}

async function verdictLatencies(world: World, from: number): Promise<number[]> {
  const samples: number[] = [];
  for (let n = from; n < from + VERDICT_SAMPLES; n++) {
    const { ms: took } = await timed(async () => {
      await createIngress(world.client, n);
      await until(
        'a verdict',
        async () => isJudged((await world.client.get(`${HOSTS}/${hostName(n)}`)).body),
        [10, 120_000],
      );
    });
    samples.push(took);
    await sleep(2_000);
  }
  return samples;
}

/** Whether every audience that has a vantage was asked about: LAN and Pods here. */
function isJudged({ status }: ApiObject): boolean {
  const audiences = (status as { audiences?: { verdict: string }[] } | undefined)?.audiences ?? [];
  return audiences.filter(({ verdict }) => verdict === 'Internal').length === 2;
}

/** At a pace at which every host is asked within a minute. */
async function agentAtWork(world: World, row: Say): Promise<void> {
  await world.client.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'splithorizon-vantages' },
  });
  const agent = await world.startAgent(500);
  const hosts = await countHosts(world);
  let report: Report | undefined;
  await until(
    'the whole report',
    async () => {
      const { body } = await world.client.get(`${VANTAGES}/${VANTAGE}`);
      report = (body.status as VantageStatus | undefined)?.report;
      return (report?.groups ?? []).reduce((sum, { count }) => sum + count, 0) >= hosts;
    },
    [500, 300_000],
  );
  row('agent: memory', mib(memoryMiB(agent.pid)), '96 MiB with 1,000 hosts');
  row('agent: size of its report', `${Buffer.byteLength(JSON.stringify(report))} bytes`, '512 KiB');
  await agent.stop();
}

async function steadyState(world: World, operator: Operator, row: Say): Promise<void> {
  await settle(world);
  world.resetCounts();
  const writes = await world.kubernetesWrites();
  const processor = processorMs(operator.pid);
  await sleep(STEADY_MS);
  const share = (100 * (processorMs(operator.pid) - processor)) / STEADY_MS;
  const { soa } = await world.counts();
  row('steady state: processor', `${share.toFixed(2)} % of a core`, '1 %');
  row('steady state: Kubernetes writes', String((await world.kubernetesWrites()) - writes), '0');
  row('steady state: SOA queries', `${soa} in 60 s, 1 server`, '1 per 5 s and server');
  row('memory', mib(memoryMiB(operator.pid)), '144 MiB, peak 192 MiB');
}

/** Waits until nothing was written for 30 s: the figures of vantages may come so long after the last verdict. */
async function settle(world: World): Promise<void> {
  for (let before = -1, now = await world.kubernetesWrites(); now !== before;) {
    before = now;
    await sleep(30_000);
    now = await world.kubernetesWrites();
  }
}

async function addressesOf(world: World, name: string): Promise<readonly string[]> {
  const server = parseNameserver(world.dns);
  if (server === undefined) throw new Error(`no address: ${world.dns}`);
  const signal = AbortSignal.timeout(5_000);
  const answer = await ask({ server, signal, random: Math.random, timeoutMs: 1_000, attempts: 1 }, name, 'A');
  return answer.outcome === 'answer' ? answer.addresses : [];
}

async function answers(world: World, name: string): Promise<boolean> {
  return (await addressesOf(world, name)).length > 0;
}

async function countHosts({ client }: World): Promise<number> {
  const { body } = await client.get(`${HOSTS}?limit=1`);
  return (body.items?.length ?? 0) + Number(body.metadata['remainingItemCount'] ?? 0);
}

async function versionOf({ client }: World, path: string): Promise<string> {
  const { body } = await client.get(`${path}?limit=1`);
  return body.metadata.resourceVersion ?? '';
}

const ms = (value: number): string => (value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`);
const mib = ({ now, peak }: { now: number; peak: number }): string =>
  `${now.toFixed(0)} MiB, peak ${peak.toFixed(0)} MiB`;
const rate = (count: number, took: number): string => `${Math.round((count / took) * 1000)}/s`;
