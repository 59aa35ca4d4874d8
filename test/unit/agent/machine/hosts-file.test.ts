import { expect, test } from 'vitest';
import { pinsIn } from '../../../../src/agent/machine/hosts-file.ts';

test.each([
  ['an address and its names', '10.0.20.203\tgit.example.com  git', '10.0.20.203 git.example.com git'],
  ['names in capitals', '10.0.20.203 Git.Example.COM', '10.0.20.203 git.example.com'],
  ['a line that ends as elsewhere', '10.0.20.203 git.example.com\r', '10.0.20.203 git.example.com'],
  ['a comment behind it', ' 10.0.20.203 git.example.com#since the outage', '10.0.20.203 git.example.com'],
  ['IPv6 in another spelling', 'FD00:0::1 git.example.com', 'fd00::1 git.example.com'],
  ['IPv6 with a scope', 'fe80::1%eth0 git.example.com', 'fe80::1 git.example.com'],
  ['a line that is commented out', '# 10.0.20.203 git.example.com', undefined],
  ['an address alone', '10.0.20.203', undefined],
  ['no address', 'git.example.com 10.0.20.203', undefined],
  ['nothing', '', undefined],
])('%s', (_name, text, want) => {
  const pins = pinsIn(`127.0.0.1 localhost\n${text}\n::1 localhost`, () => true);
  const told = [...pins].map(({ address, names }) => [address, ...names].join(' '));
  expect(told).toEqual(['127.0.0.1 localhost', ...(want === undefined ? [] : [want]), '::1 localhost']);
});
