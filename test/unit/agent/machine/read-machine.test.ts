import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostFiles } from '../../../../src/agent/machine/host-files.ts';
import { readMachine } from '../../../../src/agent/machine/read-machine.ts';
import { machineWith } from './fixture.ts';

const addressesOf = (files: Readonly<Record<string, string>>): string[] =>
  readMachine(machineWith(files)).resolvers.map(({ address }) => address);

describe('resolv.conf', () => {
  test('names the servers in the order of asking, the first three', () => {
    const text = ['10.0.20.1', '198.51.100.14', '127.0.0.1#5301', '10.0.20.4'].map((each) => `nameserver ${each}\n`);
    expect(addressesOf({ '/etc/resolv.conf': text.join('') })).toEqual([
      '10.0.20.1',
      '198.51.100.14',
      '127.0.0.1:5301',
    ]);
  });

  test('is as libraries take it where it is missing', () => {
    expect(addressesOf({})).toEqual(['127.0.0.1']);
  });

  test('says how patient programs are and what they try', () => {
    const text = 'search lan example.com\noptions rotate timeout:1 attempts:3 ndots:5\nnameserver 10.0.20.1';
    expect(readMachine(machineWith({ '/etc/resolv.conf': text }))).toMatchObject({
      rotate: true,
      timeoutSeconds: 1,
      attempts: 3,
      ndots: 5,
      search: ['lan', 'example.com'],
    });
  });
});

describe('pins', () => {
  const hosts = { '/etc/hosts': '10.0.20.203 git.example.com' };
  const pinned = (files: Readonly<Record<string, string>>): string =>
    readMachine(machineWith({ ...hosts, ...files })).hostsFile;

  test('count where the hosts file is read before DNS is asked', () => {
    expect(pinned({})).toBe(hosts['/etc/hosts']);
    expect(pinned({ '/etc/nsswitch.conf': 'hosts: files dns' })).toBe(hosts['/etc/hosts']);
    expect(pinned({ '/etc/nsswitch.conf': 'hosts: dns files' })).toBe('');
  });

  test('count on a machine of musl, whatever nsswitch.conf says', () => {
    expect(pinned({ '/etc/nsswitch.conf': 'hosts: dns files', '/etc/alpine-release': '3.22.1\n' })).toBe(
      hosts['/etc/hosts'],
    );
  });
});

test('what stands before DNS and cannot be evaluated is said', () => {
  const { unseen } = readMachine(machineWith({ '/etc/nsswitch.conf': 'hosts: files sss dns' }));
  expect(unseen).toEqual(['/etc/nsswitch.conf: the module "sss" for hosts is not evaluated, and is asked before DNS']);
});

test('a file that leads out of what is mounted is said, and nobody is asked in its place', () => {
  const root = mkdtempSync(join(tmpdir(), 'host-root-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'etc'));
  symlinkSync('/run/NetworkManager/resolv.conf', join(root, 'etc/resolv.conf'));
  symlinkSync('/nix/store/etc-hosts', join(root, 'etc/hosts'));
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  expect(readMachine(hostFiles(root))).toMatchObject({
    resolvers: [],
    unseen: [
      '/etc/resolv.conf leads to a file that is not seen from here',
      '/etc/hosts leads to a file that is not seen from here',
    ],
  });
});
