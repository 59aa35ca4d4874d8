import type { Accepted, Refused } from '../../support/crd-case.ts';
import { vantageSample } from '../../support/samples.ts';

const agentSample: typeof vantageSample = (...of) => {
  const { spec, ...vantage } = vantageSample(...of);
  return { ...vantage, spec: { ...spec, agent: {} } };
};

/** Vantages that break one rule each. */
export const refusedVantages: Refused[] = [
  {
    name: 'an audience that is not known',
    object: vantageSample('lan-office', 'Lan', ['192.0.2.1']),
    says: ['spec.audience', '"Lan"', '"Nodes", "Pods", "LAN"'],
  },
  {
    name: 'the name pods for another audience',
    object: vantageSample('pods', 'LAN'),
    says: ['metadata.name "pods" is kept for spec.audience Pods; this is LAN'],
  },
  {
    name: 'a name pods-* for another audience',
    object: vantageSample('pods-node3', 'Nodes', ['192.0.2.1']),
    says: ['metadata.name "pods-node3" is kept for spec.audience Pods; this is Nodes'],
  },
  {
    name: 'a name node-* for another audience',
    object: vantageSample('node-node3', 'LAN', ['192.0.2.1']),
    says: ['metadata.name "node-node3" is kept for spec.audience Nodes; this is LAN'],
  },
  {
    name: 'resolvers of the vantage pods',
    object: vantageSample('pods', 'Pods', ['192.0.2.1']),
    says: ['spec.resolvers must be absent from the vantage "pods"'],
  },
  {
    name: 'a vantage that nobody asks for',
    object: vantageSample('lan-office', 'LAN'),
    says: ['the vantage "lan-office" has neither of spec.resolvers and spec.agent: give exactly one'],
  },
  {
    name: 'a vantage that operator and agent ask for',
    object: agentSample('lan-office', 'LAN', ['192.0.2.1']),
    says: ['the vantage "lan-office" has both of spec.resolvers and spec.agent: give exactly one'],
  },
  {
    name: 'an agent for the vantage pods',
    object: agentSample('pods', 'Pods'),
    says: ['spec.agent must be absent from the vantage "pods"'],
  },
  {
    name: 'an empty list of resolvers',
    object: vantageSample('lan-office', 'LAN', []),
    says: ['spec.resolvers', 'at least 1'],
  },
  {
    name: 'a resolver that is a name',
    object: vantageSample('lan-office', 'LAN', ['192.0.2.1', 'dns.example.net']),
    says: ['spec.resolvers[1].address', 'address "dns.example.net" is neither an IP address nor IP:port'],
  },
  {
    name: '17 resolvers',
    object: vantageSample(
      'lan-office',
      'LAN',
      Array.from({ length: 17 }, (_, n) => `192.0.2.${n}`),
    ),
    says: ['spec.resolvers', 'Too many: 17', 'at most 16'],
  },
];

/** Vantages at the edge of what is allowed. */
export const acceptedVantages: Accepted[] = [
  { name: 'the vantage pods', object: vantageSample('pods', 'Pods') },
  { name: 'a vantage pods-*', object: vantageSample('pods-node3', 'Pods', ['192.0.2.1']) },
  { name: 'a vantage node-*', object: vantageSample('node-node3', 'Nodes', ['192.0.2.1']) },
  { name: 'a vantage that an agent reports', object: agentSample('node-node4', 'Nodes') },
  { name: 'a vantage of resolvers with ports', object: vantageSample('lan', 'LAN', ['127.0.0.1:5301', '[::1]:5302']) },
];
