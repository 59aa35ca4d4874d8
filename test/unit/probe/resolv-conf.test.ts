import { describe, expect, test } from 'vitest';
import { formatNameserver } from '../../../src/probe/nameserver-address.ts';
import { parseResolvConf } from '../../../src/probe/resolv-conf.ts';

const nameserversOf = (text: string): string[] =>
  parseResolvConf(text).nameservers.map(
    (nameserver) => formatNameserver(nameserver) + (nameserver.used ? '' : ' (unused)'),
  );

describe('nameservers of resolv.conf', () => {
  test.each([
    {
      name: 'stand in the order of the file',
      given: 'nameserver 10.0.20.1\nnameserver 198.51.100.14\n',
      want: ['10.0.20.1', '198.51.100.14'],
    },
    {
      name: 'are used up to the third; the rest is kept and marked',
      given: 'nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4',
      want: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4 (unused)'],
    },
    {
      name: 'may be listed twice, and then are asked twice',
      given: 'nameserver 10.0.0.1\nnameserver 10.0.0.1',
      want: ['10.0.0.1', '10.0.0.1'],
    },
    {
      name: 'may stand after tabs and before a comment',
      given: 'nameserver\t 10.0.20.1   # the firewall',
      want: ['10.0.20.1'],
    },
    { name: 'name a port after #, which only we read', given: 'nameserver 127.0.0.1#5301', want: ['127.0.0.1:5301'] },
    {
      name: 'are IPv6, with a scope or a port',
      given: 'nameserver FD00::1\nnameserver fe80::1%eth0\nnameserver ::1#5301',
      want: ['fd00::1', 'fe80::1%eth0', '[::1]:5301'],
    },
    { name: 'end with \\r\\n in a file from elsewhere', given: 'nameserver 10.0.20.1\r\n', want: ['10.0.20.1'] },
    {
      name: 'are passed over where they are none',
      given: 'nameserver dns.example.com\nnameserver 10.0.20.1#99999\nnameserver\nnameserver 10.0.20.2',
      want: ['10.0.20.2'],
    },
    {
      name: 'are no comments',
      given: '#nameserver 10.0.20.1\n;nameserver 10.0.20.1\nnameserver 10.0.20.2',
      want: ['10.0.20.2'],
    },
    {
      name: 'start at the start of their line',
      given: ' nameserver 10.0.20.1\nnameserver 10.0.20.2',
      want: ['10.0.20.2'],
    },
    {
      name: 'need a blank after the keyword',
      given: 'nameserver10.0.20.1\nnameservers 10.0.20.1\nnameserver 10.0.20.2',
      want: ['10.0.20.2'],
    },
    { name: 'are this machine where the file has none', given: '', want: ['127.0.0.1'] },
  ])('$name', ({ given, want }) => {
    expect(nameserversOf(given)).toEqual(want);
  });
});

describe('search domains of resolv.conf', () => {
  test.each([
    {
      name: 'are a list, in order, lower-case',
      given: 'search a.svc.cluster.local SVC.cluster.local. cluster.local',
      want: ['a.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    },
    {
      name: 'come from the last line that has any',
      given: 'search a.example b.example\nsearch c.example',
      want: ['c.example'],
    },
    {
      name: 'may be a domain line, of one',
      given: 'search a.example\ndomain b.example c.example',
      want: ['b.example'],
    },
    { name: 'leave out the root', given: 'search .', want: [] },
    { name: 'are none where the file says none', given: 'nameserver 10.0.20.1', want: [] },
  ])('$name', ({ given, want }) => {
    expect(parseResolvConf(given).search).toEqual(want);
  });
});

describe('options of resolv.conf', () => {
  const defaults = { ndots: 1, timeoutSeconds: 5, attempts: 2, rotate: false };
  test.each([
    { name: 'have defaults', given: '', want: {} },
    { name: 'are read as a pod has them', given: 'options ndots:5', want: { ndots: 5 } },
    {
      name: 'add up over lines',
      given: 'options timeout:1 rotate\noptions attempts:3 edns0',
      want: { timeoutSeconds: 1, attempts: 3, rotate: true },
    },
    { name: 'count as last said', given: 'options ndots:5 ndots:2', want: { ndots: 2 } },
    {
      name: 'stay below the ceilings of glibc',
      given: 'options ndots:99 timeout:99 attempts:99',
      want: { ndots: 15, timeoutSeconds: 30, attempts: 5 },
    },
    {
      name: 'never mean never',
      given: 'options ndots:-1 timeout:0 attempts:x',
      want: { ndots: 0, timeoutSeconds: 1, attempts: 1 },
    },
  ])('$name', ({ given, want }) => {
    const { ndots, timeoutSeconds, attempts, rotate } = parseResolvConf(given);
    expect({ ndots, timeoutSeconds, attempts, rotate }).toEqual({ ...defaults, ...want });
  });
});
