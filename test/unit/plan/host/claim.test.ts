import { expect, test } from 'vitest';
import { byPrecedence, claimKey } from '../../../../src/plan/host/claim.ts';
import { ingress, serviceClaim } from './host-facts.ts';

test('a claim is called by kind, namespace and name', () => {
  expect(claimKey(ingress('git', { name: 'web' }))).toBe('Ingress git/web');
});

test('the oldest claim comes first, then the first by namespace, name and kind', () => {
  const inOrder = [
    ingress('z', { createdAt: 999 }),
    ingress('a', { name: 'x' }),
    serviceClaim('a', { name: 'x' }),
    ingress('a', { name: 'y' }),
    ingress('b', { name: 'a' }),
    ingress('a', { createdAt: 1001 }),
  ];
  expect(inOrder.toReversed().sort(byPrecedence)).toEqual(inOrder);
});
