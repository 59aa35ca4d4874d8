import { expect, test } from 'vitest';
import { nearHosts } from '../../../../src/plan/explain/near-hosts.ts';

const known = ['git.example.com', 'photos.example.com', 'vault.example.com', '*.apps.example.com', 'git.example.org'];

test.each<{ name: string; host: string; want: string[] }>([
  { name: 'letters that are swapped', host: 'gti.example.com', want: ['git.example.com'] },
  { name: 'a letter too many', host: 'vaults.example.com', want: ['vault.example.com'] },
  { name: 'a wildcard that stands for it', host: 'a.apps.example.com', want: ['*.apps.example.com'] },
  { name: 'a label alone', host: 'git', want: ['git.example.com', 'git.example.org'] },
  { name: 'another zone', host: 'git.example.net', want: ['git.example.com', 'git.example.org'] },
  { name: 'a name below a host', host: 'www.photos.example.com', want: ['photos.example.com'] },
  { name: 'nothing', host: 'unlike.anything.else.test', want: [] },
])('finds what may have been meant: $name', ({ host, want }) => {
  expect(nearHosts(host, known).slice(0, Math.max(1, want.length))).toEqual(want);
});

test('names five at most, the nearest first', () => {
  const many = Array.from({ length: 50 }, (_, index) => `h${index}.example.com`);
  expect(nearHosts('h1.example.com', many.slice(2))).toEqual(
    ['h10', 'h11', 'h12', 'h13', 'h14'].map((name) => `${name}.example.com`),
  );
});
