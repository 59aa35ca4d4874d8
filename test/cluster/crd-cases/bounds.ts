import type { Refused } from '../../support/crd-case.ts';
import { hostSample, vantageSample, type Sample } from '../../support/samples.ts';
import { wholeZone } from './zones.ts';

/** A field, the value that breaks its bound (undefined: the field is missing), and what the message says of it. */
type Bound = readonly [path: string, value: unknown, says: string];

const chars = (count: number): string => 'a'.repeat(count);
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

const labels = (count: number): object => Object.fromEntries(many(count, (n) => [`label${n}`, '']));
const requirement = (n: number): object => ({ key: `label${n}`, operator: 'Exists' });

const zoneBounds: Bound[] = [
  ['spec', undefined, 'Required value'],
  ['spec.technitium.url', undefined, 'Required value'],
  ['spec.technitium.url', `http://${chars(1018)}`, 'Too long: may not be more than 1024 bytes'],
  ['spec.technitium.secretRef.name', undefined, 'Required value'],
  ['spec.technitium.secretRef.name', chars(254), 'Too long: may not be more than 253 bytes'],
  ['spec.technitium.servers[0].name', undefined, 'Required value'],
  ['spec.technitium.servers[0].name', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.technitium.servers[0].address', chars(65), 'Too long: may not be more than 64 bytes'],
  ['spec.technitium.servers[0].url', `http://${chars(1018)}`, 'Too long: may not be more than 1024 bytes'],
  ['spec.technitium.servers[0].secretRef.name', undefined, 'Required value'],
  ['spec.technitium.servers[0].secretRef.name', chars(254), 'Too long: may not be more than 253 bytes'],
  ['spec.technitium.servers[1].serviceRef.namespace', undefined, 'Required value'],
  ['spec.technitium.servers[1].serviceRef.namespace', 'kube_system', 'Invalid value: "kube_system"'],
  ['spec.technitium.servers[1].serviceRef.namespace', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.technitium.servers[1].serviceRef.name', undefined, 'Required value'],
  ['spec.technitium.servers[1].serviceRef.name', 'dns.', 'Invalid value: "dns."'],
  ['spec.technitium.servers[1].serviceRef.name', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.technitium.servers[1].apiPort', 0, 'Invalid value: 0'],
  ['spec.technitium.servers[0].maxLagSeconds', 604801, 'Invalid value: 604801'],
  ['spec.targets', many(17, (n) => ({ record: `t${n}`, ingressClassNames: [`c${n}`] })), 'Too many: 17'],
  ['spec.targets[0].record', undefined, 'Required value'],
  ['spec.targets[0].record', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.targets[0].serviceRef.namespace', 'kube_system', 'Invalid value: "kube_system"'],
  ['spec.targets[0].serviceRef.namespace', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.targets[0].serviceRef.name', undefined, 'Required value'],
  ['spec.targets[0].serviceRef.name', 'traefik.', 'Invalid value: "traefik."'],
  ['spec.targets[0].serviceRef.name', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.targets[3].serviceSelector.namespace', undefined, 'Required value'],
  ['spec.targets[3].serviceSelector.namespace', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.targets[3].serviceSelector.matchLabels', undefined, 'Required value'],
  ['spec.targets[3].serviceSelector.matchLabels', labels(17), 'Too many: 17'],
  ['spec.targets[3].serviceSelector.matchLabels', { app: chars(64) }, 'Too long: may not be more than 63 bytes'],
  ['spec.targets[1].ingressClassNames', many(17, (n) => `c${n}`), 'Too many: 17'],
  ['spec.targets[1].ingressClassNames[0]', 'Public', 'Invalid value: "Public"'],
  ['spec.targets[1].ingressClassNames[0]', chars(254), 'Too long: may not be more than 253 bytes'],
  ['spec.targets[0].ttlSeconds', 604801, 'Invalid value: 604801'],
  ['spec.hosts.ttlSeconds', 604801, 'Invalid value: 604801'],
  ['spec.sources[0].kind', undefined, 'Required value'],
  ['spec.sources[0].namespaceSelector', { matchLabels: labels(17) }, 'Too many: 17'],
  ['spec.sources[0].namespaceSelector', { matchLabels: { a: chars(64) } }, 'Too long: may not be more than 63 bytes'],
  ['spec.sources[2].namespaceSelector.matchExpressions', many(17, requirement), 'Too many: 17'],
  ['spec.sources[2].namespaceSelector.matchExpressions[0].key', undefined, 'Required value'],
  ['spec.sources[2].namespaceSelector.matchExpressions[0].key', chars(318), 'Too long: may not be more than 317 bytes'],
  ['spec.sources[2].namespaceSelector.matchExpressions[0].operator', undefined, 'Required value'],
  ['spec.sources[2].namespaceSelector.matchExpressions[0].values', many(65, (n) => `v${n}`), 'Too many: 65'],
  [
    'spec.sources[2].namespaceSelector.matchExpressions[0].values',
    [chars(64)],
    'Too long: may not be more than 63 bytes',
  ],
  ['spec.exclude', many(257, (n) => `h${n}.example.com`), 'Too many: 257'],
  ['spec.exclude[1]', 'mail.example.com', 'Duplicate value: "mail.example.com"'],
  ['spec.exclude[0]', chars(254), 'Too long: may not be more than 253 bytes'],
  ['spec.publicAddresses', many(65, (n) => ({ cidr: `203.0.113.${n}/32`, kind: 'Edge' })), 'Too many: 65'],
  ['spec.publicAddresses[1]', { cidr: '203.0.113.10/32', kind: 'Edge' }, 'Duplicate value'],
  ['spec.publicAddresses[0].cidr', undefined, 'Required value'],
  ['spec.publicAddresses[0].cidr', chars(65), 'Too long: may not be more than 64 bytes'],
  ['spec.publicAddresses[0].kind', undefined, 'Required value'],
  ['spec.acceptedFallbacks', many(65, (n) => ({ address: `192.0.2.${n}`, reason: 'kept' })), 'Too many: 65'],
  ['spec.acceptedFallbacks[1]', { address: '127.0.0.1:5301', reason: 'kept' }, 'Duplicate value'],
  ['spec.acceptedFallbacks[0].address', undefined, 'Required value'],
  ['spec.acceptedFallbacks[0].address', chars(65), 'Too long: may not be more than 64 bytes'],
  ['spec.acceptedFallbacks[0].reason', undefined, 'Required value'],
  ['spec.acceptedFallbacks[0].reason', chars(1025), 'Too long: may not be more than 1024 bytes'],
  ['spec.probe.canarySeconds', 86401, 'Invalid value: 86401'],
  ['spec.probe.rotationSeconds', 604801, 'Invalid value: 604801'],
];

const hostBounds: Bound[] = [
  ['spec', undefined, 'Required value'],
  ['spec.host', undefined, 'Required value'],
  ['spec.target.addresses', many(33, (n) => `192.0.2.${n}`), 'Too many: 33'],
  ['spec.target.addresses', [chars(65)], 'Too long: may not be more than 64 bytes'],
  ['spec.target.serviceRef', { name: 'coturn' }, 'namespace: Required value'],
  ['spec.target.serviceRef.namespace', 'kube_system', 'Invalid value: "kube_system"'],
  ['spec.target.serviceRef.namespace', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.target.serviceRef.name', 'traefik.', 'Invalid value: "traefik."'],
  ['spec.target.serviceRef.name', chars(64), 'Too long: may not be more than 63 bytes'],
  ['spec.target.cname', chars(254), 'Too long: may not be more than 253 bytes'],
  ['spec.audiences[1]', 'LAN', 'Duplicate value: "LAN"'],
];

const vantageBounds: Bound[] = [
  ['spec', undefined, 'Required value'],
  ['spec.audience', undefined, 'Required value'],
  ['spec.resolvers[0].address', undefined, 'Required value'],
  ['spec.resolvers[0].address', chars(65), 'Too long: may not be more than 64 bytes'],
];

type Members = Record<string, unknown>;

/** A copy of `object` with the field at `path` set, or taken away for undefined; missing parents are made. */
const withField = (object: Sample, path: string, value: unknown): Sample => {
  const copy = structuredClone(object) as unknown as Members;
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  const last = keys.pop()!;
  let parent = copy;
  for (const key of keys) parent = (parent[key] ??= {}) as Members;
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy as unknown as Sample;
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'missing';
  return text.length <= 60 ? text : `${text.slice(0, 20)}... (${text.length} characters)`;
};

const refusedBy = (object: Sample, bounds: readonly Bound[]): Refused[] =>
  bounds.map(([path, value, says]) => ({
    name: `${path} ${shown(value)}`,
    object: withField(object, path, value),
    says: [path, says],
  }));

/** Objects that miss a required field or exceed one bound each. */
export const refusedByBounds: Refused[] = [
  ...refusedBy(wholeZone, zoneBounds),
  ...refusedBy(hostSample('git.example.com', { audiences: ['LAN'] }), hostBounds),
  ...refusedBy(vantageSample('lan-office', 'LAN', ['192.0.2.1']), vantageBounds),
];
