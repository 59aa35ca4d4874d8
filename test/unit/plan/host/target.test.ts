import { describe, expect, test } from 'vitest';
import { addressSets, balancerAddresses, type ServiceFacts } from '../../../../src/plan/host/target.ts';
import { coturn } from './host-facts.ts';

const NAMES = new Map([
  ['lb-1.example.net', { addresses: ['10.0.20.7', 'fd00::7'], seen: ['10.0.20.7', 'fd00::7'] }],
  ['lb-2.example.net', { addresses: ['10.0.20.7', '10.0.20.8'], seen: ['10.0.20.6', '10.0.20.7', '10.0.20.8'] }],
]);

describe('the addresses of a load balancer', () => {
  test.each<{ name: string; given: ServiceFacts['balancer']; want: readonly string[] }>([
    { name: 'an address', given: [{ ip: '10.0.20.205' }], want: ['10.0.20.205'] },
    { name: 'several, sorted', given: [{ ip: '10.0.20.9' }, { ip: '10.0.20.10' }], want: ['10.0.20.10', '10.0.20.9'] },
    {
      name: 'of both families, in canonical form',
      given: [{ ip: 'FD00:0:0::5' }, { ip: '10.0.20.5' }],
      want: ['10.0.20.5', 'fd00::5'],
    },
    {
      name: 'what a name was seen to stand for',
      given: [{ hostname: 'LB-1.example.net' }],
      want: ['10.0.20.7', 'fd00::7'],
    },
    {
      name: 'what several names stand for, once',
      given: [{ hostname: 'lb-1.example.net' }, { hostname: 'lb-2.example.net' }],
      want: ['10.0.20.7', '10.0.20.8', 'fd00::7'],
    },
    {
      name: 'an address and a name in one',
      given: [{ ip: '10.0.20.1', hostname: 'lb-2.example.net' }],
      want: ['10.0.20.1', '10.0.20.7', '10.0.20.8'],
    },
    {
      name: 'what is known beside an unknown name',
      given: [{ hostname: 'new.example.net' }, { ip: '10.0.20.1' }],
      want: ['10.0.20.1'],
    },
  ])('$name', ({ given, want }) => {
    expect(balancerAddresses(coturn({ balancer: given }), 'coturn/coturn', NAMES)).toMatchObject({ addresses: want });
  });

  test('are told apart from those that its name had a while ago', () => {
    const given = coturn({ balancer: [{ hostname: 'lb-2.example.net' }] });
    const want = { addresses: ['10.0.20.7', '10.0.20.8'], seen: ['10.0.20.6', '10.0.20.7', '10.0.20.8'] };
    expect(balancerAddresses(given, 'coturn/coturn', NAMES)).toEqual(want);
  });

  test.each<{ name: string; given: ServiceFacts | undefined; want: string }>([
    { name: 'there is no such Service', given: undefined, want: 'Service coturn/coturn does not exist' },
    {
      name: 'the Service is of another type, whatever its status still says',
      given: coturn({ type: 'NodePort' }),
      want: 'Service coturn/coturn has type NodePort, not LoadBalancer',
    },
    {
      name: 'the status is empty',
      given: coturn({ balancer: [] }),
      want: 'Service coturn/coturn: its load balancer has no address',
    },
    {
      name: 'the status has no address',
      given: coturn({ balancer: [{ ip: 'pending' }] }),
      want: 'Service coturn/coturn: its load balancer has no address',
    },
    {
      name: 'the name is not known',
      given: coturn({ balancer: [{ hostname: 'new.example.net' }] }),
      want: 'Service coturn/coturn: new.example.net has no address',
    },
  ])('are none where $name', ({ given, want }) => {
    expect(balancerAddresses(given, 'coturn/coturn', NAMES)).toEqual({ problem: want });
  });
});

describe('the record sets of addresses', () => {
  const name = 'turn.example.com';

  test.each([
    { given: [], want: [] },
    { given: ['10.0.20.1'], want: [{ name, type: 'A', ttl: 60, values: ['10.0.20.1'] }] },
    { given: ['fd00::1'], want: [{ name, type: 'AAAA', ttl: 60, values: ['fd00::1'] }] },
    {
      given: ['10.0.20.1', '10.0.20.2', 'fd00::1'],
      want: [
        { name, type: 'A', ttl: 60, values: ['10.0.20.1', '10.0.20.2'] },
        { name, type: 'AAAA', ttl: 60, values: ['fd00::1'] },
      ],
    },
  ])('$given', ({ given, want }) => {
    expect(addressSets(name, given, 60)).toEqual(want);
  });
});
