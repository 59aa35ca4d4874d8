import { describe, expect, test } from 'vitest';
import { explainText } from '../../../src/cli/explain-text.ts';
import { explainHost } from '../../../src/plan/explain/explain.ts';
import type { HostPage } from '../../../src/plan/explain/page.ts';
import { condition, factsOn, failingStatus, hostStatus, hostView, SINCE, WAN } from '../plan/explain/facts.ts';

const NOW = Date.parse(SINCE) + 240_000;
const text = (page: HostPage): string => explainText(page, NOW);
const linesOf = (page: HostPage): string[] => text(page).split('\n');

describe('a page in words', () => {
  test('of a host that is Ready', () => {
    expect(text(explainHost(factsOn(hostView())))).toBe(`\
git.example.com is Ready: Published, since 2026-11-24T00:00:00Z (4 min ago)
  All is well.
  SplitHorizonHost, made by the operator; in zone example.com (policy Sync); status of
  2026-11-24T00:00:00Z, 4 min ago

Sources
  Ingress git/git

Record: Published, since 2026-11-24T00:00:00Z (4 min ago)
  target  example.com (10.0.20.203)
  wanted  CNAME example.com (TTL 300)
  held    CNAME example.com (TTL 300)

Servers of example.com: Synced, since 2026-11-24T00:00:00Z (4 min ago)
  primary  10.0.20.201  serial 42  Synced

Nodes: Internal, since 2026-11-24T00:00:00Z (4 min ago)
  expected 10.0.20.203 or 10.111.111.95
  node-a  10.0.20.1      Internal
          198.51.100.14  Internal

Pods: Internal, since 2026-11-24T00:00:00Z (4 min ago)
  expected 10.0.20.203 or 10.111.111.95
  pods  10.96.0.10  Internal

LAN: Internal, since 2026-11-24T00:00:00Z (4 min ago)
  expected 10.0.20.203
  lan-a  192.168.1.2  Internal

Asked by the operator from 10.0.20.55, not from where clients stand: node-a, pods, lan-a.
`);
  });

  test('of a host that fails says what to change, ready to paste', () => {
    const failing = [{ vantage: 'pods', nameserver: '10.96.0.10', verdict: 'External', answers: [WAN], expected: [] }];
    const message = 'pods: 10.96.0.10 answers 203.0.113.10, expected 10.0.20.203.';
    const status = failingStatus('Pods', 'External', failing, { reason: 'Hairpin', message });
    const others = ['a', 'b', 'c', 'd'].map((name) => hostView(`${name}.example.com`, status));
    const lines = linesOf(explainHost(factsOn(hostView('git.example.com', status), { others })));
    expect(lines[0]).toBe('git.example.com is not Ready: Hairpin, since 2026-11-24T00:00:00Z (4 min ago)');
    const pods = lines.indexOf('Pods: External, Hairpin, since 2026-11-24T00:00:00Z (4 min ago)');
    expect(lines.slice(pods, pods + 5)).toEqual([
      'Pods: External, Hairpin, since 2026-11-24T00:00:00Z (4 min ago)',
      '  expected 10.0.20.203 or 10.111.111.95',
      '  pods  10.96.0.10  External  203.0.113.10',
      `  ${message}`,
      '',
    ]);
    expect(lines.slice(lines.indexOf('What to change'), -2)).toEqual([
      'What to change',
      '  10.96.0.10 answers 203.0.113.10: it does not ask the servers of example.com. Have it forward',
      '  example.com to 10.0.20.201, or remove what overrides the name. See',
      '  docs/troubleshooting.md#external.',
      '  The same is said of 4 other hosts of the zone: a.example.com, b.example.com, c.example.com and 1',
      '  more.',
      '',
      '  CoreDNS: the Corefile, beside the block ".:53": kubectl -n kube-system edit configmap coredns',
      '    example.com:53 {',
      '        errors',
      '        cache 30',
      '        forward . 10.0.20.201',
      '    }',
      '',
    ]);
  });

  test('keeps to 100 columns but for what is pasted, and lets nothing through that a terminal acts on', () => {
    const message = `The zone holds TXT ${'long words '.repeat(40)} (comments "\u001b]0;owned\u0007\u202e") at this name.`;
    const status = {
      conditions: [
        condition('RecordPublished', 'False', 'Conflict', message),
        ...hostStatus().conditions.filter(({ type }) => type !== 'RecordPublished'),
      ],
      sources: [{ kind: 'Ingress', namespace: 'a\u001b[2J', name: 'b' }],
    };
    const lines = linesOf(explainHost(factsOn(hostView('git.example.com', status))));
    // eslint-disable-next-line no-control-regex -- exactly these are looked for
    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u202e]/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.length > 100 && !line.startsWith('    kubectl'))).toEqual([]);
    expect(lines.join('\n')).toContain(String.raw`a\u001b[2J/b`);
  });

  test('says what is missing, old, gone, or not to be seen', () => {
    const view = { ...hostView('*.apps.example.com', { observedGeneration: 0 }), generated: false };
    const { written: _, ...page } = explainHost(factsOn(view, { unread: ['services'], claims: [] }));
    const lines = linesOf({ ...page, moreSources: 4 }).join('\n');
    expect(lines).toContain('SplitHorizonHost xx--wildcard.apps.example.com, written by a person');
    expect(lines).toContain('no status yet');
    expect(lines).toContain('The status is not about the spec as it is now');
    expect(lines).toContain('Ingress git/git  names it no more\n  and 4 more');
    expect(lines).toContain('You may not list services: what the status says of them stands.');
  });
});
