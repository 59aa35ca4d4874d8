import { expect, test } from 'vitest';
import type { Claim } from '../../../../src/plan/host/claim.ts';
import { classesWithoutTarget, type ZoneFacts } from '../../../../src/plan/host/decide-host.ts';
import { APEX, EDGE, ingress, serviceClaim } from './host-facts.ts';

const zone = (over: Partial<ZoneFacts> = {}): ZoneFacts => ({
  name: 'example.com',
  targets: [EDGE],
  hostTtlSeconds: 300,
  exclude: new Set(),
  sources: new Map([
    ['Ingress', {}],
    ['Service', {}],
  ]),
  ...over,
});

interface Case {
  readonly name: string;
  readonly claims: readonly Claim[];
  readonly zone?: Partial<ZoneFacts>;
  readonly want: readonly string[];
}

test.each<Case>([
  { name: 'a class that no target takes', claims: [ingress('git')], want: ['traefik'] },
  { name: 'each class once', claims: [ingress('git'), ingress('photos')], want: ['traefik'] },
  { name: 'no class that a target takes', claims: [ingress('git', { className: 'edge' })], want: [] },
  { name: 'none where a target takes every class', claims: [ingress('git')], zone: { targets: [APEX] }, want: [] },
  { name: 'none of an Ingress without a class', claims: [ingress('git', { className: undefined })], want: [] },
  { name: 'none of a Service', claims: [serviceClaim('coturn')], want: [] },
  {
    name: 'none of a kind that the zone does not look at',
    claims: [ingress('git')],
    zone: { sources: new Map() },
    want: [],
  },
  {
    name: 'none of a namespace that the zone does not look at',
    claims: [ingress('git'), ingress('photos', { className: 'other' })],
    zone: { sources: new Map([['Ingress', { matchLabels: { team: 'photos' } }]]) },
    want: ['other'],
  },
])('$name', ({ claims, zone: given, want }) => {
  expect([...classesWithoutTarget(claims, zone(given))]).toEqual(want);
});
