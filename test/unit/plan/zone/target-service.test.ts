import { expect, test } from 'vitest';
import type { ServiceFacts } from '../../../../src/plan/host/target.ts';
import { chooseService, type ChosenService, type ServiceChoice } from '../../../../src/plan/zone/target-service.ts';
import { coturn } from '../host/host-facts.ts';

const LABELS = { app: 'traefik' };
const balancer = (name: string, createdAt: number, rest: Partial<ServiceFacts> = {}): ServiceFacts =>
  coturn({ namespace: 'traefik', name, createdAt, labels: { ...LABELS, release: name }, ...rest });
const choose = (choice: ServiceChoice, ...services: ServiceFacts[]): ChosenService =>
  chooseService(choice, {
    service: (namespace, name) => services.find((each) => each.namespace === namespace && each.name === name),
    services: () => services,
  });
const bySelector = (matchLabels: Record<string, string> = LABELS): ServiceChoice => ({
  serviceSelector: { namespace: 'traefik', matchLabels },
});
const nameOf = (chosen: ChosenService): string => ('problem' in chosen ? chosen.problem : chosen.ref.name);

test('a Service that is named is meant, whether or not it is there', () => {
  const ref = { namespace: 'traefik', name: 'b' };
  const [a, b] = [balancer('a', 1), balancer('b', 2, { type: 'ClusterIP' })];
  expect(choose({ serviceRef: ref }, a, b)).toEqual({ ref, service: b, choice: undefined });
  expect(choose({ serviceRef: ref }, a)).toEqual({ ref, service: undefined, choice: undefined });
});

test('of a selector it is the one load balancer in the namespace with the labels', () => {
  const others = [
    balancer('elsewhere', 1, { namespace: 'other' }),
    balancer('metrics', 1, { type: 'ClusterIP' }),
    balancer('another', 1, { labels: { app: 'nginx' } }),
    balancer('unlabelled', 1, { labels: {} }),
  ];
  const service = balancer('a', 9);
  expect(choose(bySelector(), ...others, service)).toEqual({
    ref: { namespace: 'traefik', name: 'a' },
    service,
    choice: undefined,
  });
  expect(nameOf(choose(bySelector({ ...LABELS, release: 'b' }), ...others, service, balancer('b', 1)))).toBe('b');
  expect(choose(bySelector({ app: 'traefik', tier: 'edge' }), ...others)).toEqual({
    problem: 'no Service of type LoadBalancer in namespace traefik has the labels app=traefik,tier=edge',
  });
});

test('of several it is the oldest, then the first by name, which is said', () => {
  const five = ['c', 'b', 'd', 'e', 'f'].map((name, index) => balancer(name, index < 2 ? 5 : 5 + index));
  expect(choose(bySelector(), ...five.slice(0, 2))).toMatchObject({
    ref: { name: 'b' },
    choice: 'of b, c, which have the labels app=traefik, the oldest counts',
  });
  expect(choose(bySelector(), ...five, balancer('z', 1))).toMatchObject({
    ref: { name: 'z' },
    choice: 'of z, b, c, d and 2 more, which have the labels app=traefik, the oldest counts',
  });
});

test('a target of a CRD that checks nothing may name none', () => {
  expect(choose({})).toEqual({ problem: 'it has neither serviceRef nor serviceSelector' });
});
