import { describe, expect, test } from 'vitest';
import type { HostStatus } from '../../../src/model/api.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { createHostFigures, type HostFigures } from '../../../src/metrics/host-figures.ts';
import type { AudienceReport, Fault } from '../../../src/plan/status/host-status.ts';

const ZONE = 'example.com';
const WAN = '203.0.113.10';

const fault = (verdict: Verdict, over: Partial<Fault> = {}): Fault => ({
  vantage: 'node-a',
  nameserver: '10.0.20.1',
  verdict,
  cause: verdict === 'External' ? 'Hairpin' : verdict,
  answers: [WAN],
  expected: ['10.0.20.203'],
  ...over,
});

const nodes = (verdict: Verdict, faults: readonly Fault[] = []): AudienceReport[] => [
  { stored: { name: 'Nodes', verdict }, faults, condition: undefined },
];

const status = (isReady: boolean, zone: string | null = ZONE): HostStatus => ({
  ...(zone !== null && { zone }),
  conditions: [
    { type: 'Ready', status: isReady ? 'True' : 'False', reason: 'Any', message: '' },
    { type: 'RecordPublished', status: 'True', reason: 'Published', message: '' },
  ],
});

/** The series of a metric whose value is not 0, as `label=value ... count`, `name` and zone left out. */
const seriesOf = (figures: HostFigures, metric: string, zones = [ZONE]): string[] =>
  [...figures.samples(zones)]
    .filter(({ name, value }) => name === `splithorizon_${metric}` && value > 0)
    .map(({ labels, value }) => {
      const shown = Object.entries(labels).filter(([label]) => label !== 'zone');
      return [...shown.map(([label, word]) => `${label}=${word}`), value].join(' ');
    })
    .sort();

const put = (figures: HostFigures, host: string, faults: readonly Fault[]): void =>
  figures.put(host, status(faults.length === 0), nodes(faults[0]?.verdict ?? 'Internal', faults));

describe('hosts by how they stand', () => {
  test('are counted as they come, change and go', () => {
    const figures = createHostFigures();
    for (const host of ['a', 'b', 'c']) put(figures, host, []);
    expect(seriesOf(figures, 'hosts')).toEqual(['audience=Nodes verdict=Internal 3']);
    put(figures, 'b', [fault('External')]);
    expect(seriesOf(figures, 'hosts')).toEqual([
      'audience=Nodes verdict=External 1',
      'audience=Nodes verdict=Internal 2',
    ]);
    expect(seriesOf(figures, 'hosts_ready')).toEqual(['status=false 1', 'status=true 2']);
    figures.forget('a');
    put(figures, 'b', []);
    expect(seriesOf(figures, 'hosts')).toEqual(['audience=Nodes verdict=Internal 2']);
    expect(seriesOf(figures, 'hosts_published')).toEqual(['reason=Published 2']);
  });

  test('belong to the zone that they are in, while it is there', () => {
    const figures = createHostFigures();
    put(figures, 'a', []);
    figures.put('b', status(true, 'example.net'), nodes('Internal'));
    expect(seriesOf(figures, 'hosts_ready', ['example.net'])).toEqual(['status=true 1']);
    expect(seriesOf(figures, 'hosts_ready', [])).toEqual([]);
    figures.put('a', status(false, null), []);
    expect(seriesOf(figures, 'hosts_ready')).toEqual([]);
  });

  test('verdicts that no host has are there, as 0', () => {
    const samples = [...createHostFigures().samples([ZONE])].filter(({ name }) => name === 'splithorizon_hosts');
    expect(samples).toHaveLength(30);
  });
});

describe('failing hosts', () => {
  test('make one series per cause, whatever came', () => {
    const figures = createHostFigures();
    put(figures, 'a', [fault('External')]);
    put(figures, 'b', [fault('External', { answers: ['203.0.113.11'] })]);
    put(figures, 'c', [fault('External', { cause: 'Edge' })]);
    put(figures, 'd', [fault('NotFound'), fault('NotFound', { vantage: 'node-b' })]);
    const at = 'audience=Nodes vantage=node-a nameserver=10.0.20.1';
    expect(seriesOf(figures, 'failing_hosts')).toEqual([
      `${at} verdict=External cause=Edge 1`,
      `${at} verdict=External cause=Hairpin 2`,
      `${at} verdict=NotFound cause=NotFound 1`,
      'audience=Nodes vantage=node-b nameserver=10.0.20.1 verdict=NotFound cause=NotFound 1',
    ]);
  });

  test('are shown one by one, with what came and what was expected', () => {
    const figures = createHostFigures();
    put(figures, 'a', [fault('External', { answers: [WAN, '203.0.113.11'] })]);
    expect(seriesOf(figures, 'host_failing')).toEqual([
      `audience=Nodes vantage=node-a nameserver=10.0.20.1 verdict=External cause=Hairpin host=a answers=${WAN},203.0.113.11 expected=10.0.20.203 1`,
    ]);
  });

  test('are shown up to 200 a zone: an example of each cause, then the worst', () => {
    const figures = createHostFigures();
    for (let n = 0; n < 300; n++) put(figures, `stale-${n}`, [fault('Stale')]);
    for (let n = 0; n < 150; n++) put(figures, `out-${n}`, [fault('External')]);
    put(figures, 'gone', [fault('NotFound')]);
    const shown = seriesOf(figures, 'host_failing');
    const of = (verdict: string): number => shown.filter((text) => text.includes(`verdict=${verdict} `)).length;
    expect([shown.length, of('External'), of('Stale'), of('NotFound')]).toEqual([200, 150, 49, 1]);
    expect(new Set(shown).size).toBe(200);
  });

  test('stay the same ones while nothing changes for them', () => {
    const figures = createHostFigures();
    for (let n = 0; n < 300; n++) put(figures, `out-${n}`, [fault('External')]);
    const before = seriesOf(figures, 'host_failing');
    put(figures, 'out-299', []);
    put(figures, 'out-0', [fault('External')]);
    put(figures, 'later', [fault('External')]);
    expect(seriesOf(figures, 'host_failing')).toEqual(before);
  });
});
