import { expect, test } from 'vitest';
import { isOurs, ownershipOf } from '../../../../src/plan/record/ownership.ts';
import { US } from './name-arbitraries.ts';
import { record } from './record-lines.ts';

test.each([
  { name: 'our marker', given: 'A 60 10.0.20.1 ;splithorizon:home/0a1b2c3d', want: 'Ours' },
  {
    name: 'our marker on a record taken over',
    given: 'A 60 10.0.20.1 ;splithorizon:home/0a1b2c3d+adopted',
    want: 'Ours',
  },
  { name: 'our marker and a note', given: 'CNAME 60 a.b ;splithorizon:home/0a1b2c3d | note', want: 'Ours' },
  { name: 'no comments', given: 'A 60 10.0.20.1', want: 'Unmarked' },
  { name: 'a comment of a person', given: 'A 60 10.0.20.1 ;see splithorizon:home/0a1b2c3d', want: 'Unmarked' },
  { name: 'another owner', given: 'A 60 10.0.20.1 ;splithorizon:work/0a1b2c3d', want: 'OtherOwner' },
  {
    name: 'an owner whose id begins with ours',
    given: 'A 60 10.0.20.1 ;splithorizon:home-2/0a1b2c3d',
    want: 'OtherOwner',
  },
  { name: 'another owner of another cluster', given: 'A 60 10.0.20.1 ;splithorizon:work/ffffffff', want: 'OtherOwner' },
  {
    name: 'our owner id in another cluster',
    given: 'A 60 10.0.20.1 ;splithorizon:home/ffffffff',
    want: 'OtherCluster',
  },
  {
    name: 'our owner id in the cluster that ours replaces',
    given: 'A 60 10.0.20.1 ;splithorizon:home/99999999',
    owner: { ...US, formerCluster: '99999999' },
    want: 'Ours',
  },
  {
    name: 'another owner in the cluster that ours replaces',
    given: 'A 60 10.0.20.1 ;splithorizon:work/99999999',
    owner: { ...US, formerCluster: '99999999' },
    want: 'OtherOwner',
  },
  { name: 'our marker on a type that we never write', given: 'TXT 60 x ;splithorizon:home/0a1b2c3d', want: 'Unmarked' },
])('$name: $want', ({ given, owner = US, want }) => {
  expect(ownershipOf(record(given), owner).kind).toBe(want);
  expect(isOurs(record(given), owner)).toBe(want === 'Ours');
});
