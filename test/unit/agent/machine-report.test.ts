import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { reportOfMachine, type MachineReport } from '../../../src/agent/machine-report.ts';
import { readMachine } from '../../../src/agent/machine/read-machine.ts';
import { complete, type Schema } from '../../../src/kube/complete.ts';
import { printable } from '../../../src/model/printable.ts';
import { machineWith } from './machine/fixture.ts';

const CRD = parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'crds', 'splithorizonvantages.yaml'), 'utf8'),
) as { spec: { versions: [{ schema: { openAPIV3Schema: Schema } }] } };
const REPORT = CRD.spec.versions[0].schema.openAPIV3Schema.properties!['status']!.properties!['report']!;

const GIT = 'git.example.com';
const reportOf = (files: Readonly<Record<string, string>>): MachineReport =>
  reportOfMachine(readMachine(machineWith(files)), (host) => host === GIT || host.startsWith('pinned'));

/** What the API server would refuse of a report, and what must never be in one. */
const problemsOf = (report: MachineReport): string[] => {
  const problems: string[] = [];
  complete({ questions: 'v1', ...report }, REPORT, 'report', problems);
  const text = JSON.stringify(report);
  JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === 'string' && value !== printable(value)) problems.push(`holds ${JSON.stringify(value)}`);
    return value;
  });
  if (text.length > 400 * 1024) problems.push(`has ${text.length} characters`);
  return problems;
};

const UPLINK = 'nameserver 10.0.20.1\n';
const RESOLVED = { '/etc/nsswitch.conf': 'hosts: resolve files dns', '/run/systemd/resolve/resolv.conf': UPLINK };
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

describe('whatever the files of a machine hold, its report is taken', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp | undefined]>([
    [
      'an endless module in nsswitch.conf',
      { '/etc/nsswitch.conf': `hosts: ${'m'.repeat(1e6)} dns` },
      /^\/etc\/nsswitch\.conf: the module "m+$/,
    ],
    [
      'a terminal escape there',
      { '/etc/nsswitch.conf': 'hosts: \u001bc\u0007\u009b2J dns' },
      /"\\u001bc\\u0007\\u009b2J"/,
    ],
    [
      'hundreds of modules',
      { '/etc/nsswitch.conf': `hosts: ${many(500, (n) => `m${n}`)} dns`.replaceAll('\n', ' ') },
      /^and 4\d\d things more$/,
    ],
    [
      'search domains that are no names',
      { '/etc/resolv.conf': `search ${'x'.repeat(70)} a..b ${'y.'.repeat(200)} \u001b[2J lan` },
      undefined,
    ],
    [
      'thousands of search domains',
      { '/etc/resolv.conf': `search ${many(5000, (n) => `d${n}.lan`).replaceAll('\n', ' ')}` },
      undefined,
    ],
    [
      'hundreds of nameservers',
      {
        ...RESOLVED,
        '/etc/systemd/resolved.conf': `[Resolve]\nDNS=${many(300, (n) => `10.0.${n >> 8}.${n & 255}`).replaceAll('\n', ' ')}`,
      },
      /more nameservers and domains/,
    ],
    [
      'thousands of routing domains',
      {
        ...RESOLVED,
        '/etc/systemd/resolved.conf': `[Resolve]\nDNS=10.0.20.1\nDomains=${many(3000, (n) => `~d${n}.lan`).replaceAll('\n', ' ')}`,
      },
      /more nameservers and domains/,
    ],
    [
      'a drop-in of a hostile name',
      { ...RESOLVED, '/etc/systemd/resolved.conf.d/\u001b[2J.conf': '[Resolve]\nDNS=10.0.20.1' },
      undefined,
    ],
    ['a scope without end', { '/etc/resolv.conf': `nameserver fe80::1%${'e'.repeat(300)}` }, undefined],
    [
      'thousands of pins of hosts that are asked for',
      { '/etc/hosts': many(5000, (n) => `10.0.20.203 pinned${n}`) },
      /^\/etc\/hosts: it pins more/,
    ],
    [
      'one line of thousands of names',
      { '/etc/hosts': `10.0.20.203 ${many(5000, (n) => `pinned${n}`).replaceAll('\n', ' ')}` },
      undefined,
    ],
    ['endless names', { '/etc/hosts': many(50, (n) => `10.0.20.203 ${GIT} ${String(n).repeat(10_000)}`) }, undefined],
    ['zeros', { '/etc/hosts': '\0'.repeat(1e6), '/etc/resolv.conf': '\0'.repeat(1e6) }, undefined],
  ])('%s', (_name, files, unseen) => {
    const report = reportOf(files);
    expect(problemsOf(report)).toEqual([]);
    if (unseen === undefined) expect(report.unseen).toEqual([]);
    else expect(report.unseen).toContainEqual(expect.stringMatching(unseen));
  });

  test('a list of blocked names of 10 MB costs no pin of a host', () => {
    const blocked = many(150_000, (n) => `0.0.0.0 ads${n}.tracker.example`);
    const pins = reportOf({ '/etc/hosts': `${blocked}\n10.0.20.99 ${GIT}\n${blocked}` }).pins;
    expect(pins).toEqual([{ address: '10.0.20.99', names: [GIT] }]);
  });

  test('names as they are on every object of the language', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const report = reportOf({
      '/etc/nsswitch.conf': `hosts: files [__proto__=return constructor=x] ${names.join(' ')} dns`,
      '/etc/hosts': `10.0.20.203 ${names.join(' ')} ${GIT}`,
      '/etc/resolv.conf': `search ${names.join(' ')}\noptions ${names.map((name) => `${name}:1`).join(' ')}`,
    });
    expect(problemsOf(report)).toEqual([]);
    expect(report).toMatchObject({
      pins: [{ names: [GIT] }],
      ndots: 1,
      unseen: names.map((name) => expect.stringContaining(`"${name}"`) as string),
    });
  });
});

test('files of anything at all', { timeout: 60_000 }, () => {
  const word = fc.oneof(
    fc.constantFrom(
      'nameserver',
      'search',
      'options',
      'hosts:',
      'files',
      'dns',
      'resolve',
      '[NOTFOUND=return]',
      '[Resolve]',
      'DNS=',
      'Domains=',
      '10.0.20.1',
      'fd00::1%eth0',
      GIT,
      '\n',
      '\n',
      '\\\n',
      ' ',
      '\t',
      '#',
      '~.',
      'rotate',
      'ndots:',
      '=',
      '[',
      ']',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.nat(400).map((length) => 'x'.repeat(length)),
  );
  const text = fc.array(word, { maxLength: 20 }).map((words) => words.join(''));
  const path = fc.constantFrom(
    '/etc/resolv.conf',
    '/etc/hosts',
    '/etc/nsswitch.conf',
    '/etc/alpine-release',
    '/etc/systemd/resolved.conf',
    '/etc/systemd/resolved.conf.d/a.conf',
    '/run/systemd/resolve/resolv.conf',
    '/run/systemd/resolve/stub-resolv.conf',
    '/run/systemd/netif/links/2',
    '/run/systemd/resolve/netif/2',
    '/etc/systemd/dns-delegate.d/a.dns-delegate',
  );
  fc.assert(
    fc.property(fc.dictionary(path, text), (files) => {
      expect(problemsOf(reportOf(files))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
