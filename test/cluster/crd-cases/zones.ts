import type { Accepted, Refused } from '../../support/crd-case.ts';
import { zoneSample, type Sample } from '../../support/samples.ts';

const technitium = (changes: object): object => ({
  technitium: { url: 'http://192.0.2.1:5380', secretRef: { name: 'technitium' }, ...changes },
});
const server = (address: string, changes: object = {}): object =>
  technitium({ servers: [{ name: 'primary', address, ...changes }] });
const behind = (changes: object = {}): object =>
  technitium({ servers: [{ name: 'replicas', serviceRef: { namespace: 'dns', name: 'dns' }, ...changes }] });
const target = (record: string, changes: object = {}): object => ({
  record,
  serviceRef: { namespace: 'traefik', name: 'traefik' },
  ...changes,
});
const selector = (namespaceSelector: object): object => ({ sources: [{ kind: 'Ingress', namespaceSelector }] });
const selected = (matchLabels: object): object => ({ serviceSelector: { namespace: 'traefik', matchLabels } });
const zone = (spec: object): Sample => zoneSample(spec as Sample['spec']);
const fallback = (address: string, reason = 'kept'): object => ({ acceptedFallbacks: [{ address, reason }] });

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const WIDE_LABEL = 'a'.repeat(64);

/** Zones that break one rule each. */
export const refusedZones: Refused[] = [
  {
    name: 'a zone name with a label of 64 characters',
    object: zoneSample({}, `${WIDE_LABEL}.example.com`),
    says: ['metadata.name', `${WIDE_LABEL}.example.com`],
  },
  {
    name: 'an address as zone name',
    object: zoneSample({}, '192.0.2.1'),
    says: ['metadata.name "192.0.2.1"', 'not the name of a DNS zone'],
  },
  {
    name: 'a zone name in capitals',
    object: zoneSample({}, 'Example.com'),
    says: ['metadata.name', 'Example.com', 'lowercase'],
  },
  { name: 'an owner id in capitals', object: zone({ ownerId: 'Home' }), says: ['spec.ownerId', '"Home"'] },
  { name: 'an empty owner id', object: zone({ ownerId: '' }), says: ['spec.ownerId', '""'] },
  {
    name: 'an owner id of 33 characters',
    object: zone({ ownerId: 'a'.repeat(33) }),
    says: ['spec.ownerId', 'Too long', '32'],
  },
  { name: 'no technitium', object: zone({ technitium: undefined }), says: ['spec.technitium: Required value'] },
  {
    name: 'no secretRef',
    object: zone(technitium({ secretRef: undefined })),
    says: ['spec.technitium.secretRef: Required value'],
  },
  {
    name: 'a secret name that none may have',
    object: zone(technitium({ secretRef: { name: 'My_Secret' } })),
    says: ['spec.technitium.secretRef.name', '"My_Secret"'],
  },
  {
    name: 'a URL of another scheme',
    object: zone(technitium({ url: 'ftp://192.0.2.1' })),
    says: ['spec.technitium.url', 'url "ftp://192.0.2.1" is not an http:// or https:// URL'],
  },
  {
    name: 'a URL without a host',
    object: zone(technitium({ url: 'http://:5380' })),
    says: ['spec.technitium.url', 'url "http://:5380" is not an http:// or https:// URL with a host'],
  },
  {
    name: 'a URL without a scheme',
    object: zone(technitium({ url: 'technitium.svc' })),
    says: ['spec.technitium.url', 'url "technitium.svc" is not an http:// or https:// URL'],
  },
  {
    name: 'a URL with a token',
    object: zone(technitium({ url: 'http://192.0.2.1/?token=secret' })),
    says: ['spec.technitium.url', 'must not hold a user, a password, a query'],
  },
  {
    name: 'a URL with a password',
    object: zone(technitium({ url: 'http://admin:secret@192.0.2.1' })),
    says: ['spec.technitium.url', 'must not hold a user, a password, a query'],
  },
  {
    name: 'a caBundle that is no base64',
    object: zone(technitium({ url: 'https://192.0.2.1', caBundle: PEM })),
    says: ['spec.technitium.caBundle', 'byte'],
  },
  {
    name: 'a caBundle without a certificate',
    object: zone(technitium({ url: 'https://192.0.2.1', caBundle: btoa('hello') })),
    says: ['spec.technitium.caBundle', 'caBundle holds no certificate', 'base64'],
  },
  {
    name: 'an empty caBundle',
    object: zone(technitium({ url: 'https://192.0.2.1', caBundle: '' })),
    says: ['spec.technitium.caBundle', 'at least 1'],
  },
  {
    name: 'a caBundle for a URL without TLS',
    object: zone(technitium({ caBundle: btoa(PEM) })),
    says: ['spec.technitium', 'caBundle is set but url "http://192.0.2.1:5380" is not an https:// URL'],
  },
  ...[
    '192.0.2.300',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.1:dns',
    '192.0.2.1:',
    '[192.0.2.1]:53',
    '[2001:db8::1]',
    '2001:db8::1:53:53:53:53:53:53',
    '[2001:db8::g]:53',
    '[2001:db8::1:53',
    'fe80::1%eth0',
    'dns.example.com',
    'dns.example.com:53',
    '192.0.2.0/24',
    '',
  ].map((address) => ({
    name: `"${address}" as a server's address`,
    object: zone(server(address)),
    says: ['spec.technitium.servers[0].address', `address "${address}" is neither an IP address nor IP:port`],
  })),
  {
    name: 'two servers of one name',
    object: zone(
      technitium({
        servers: [
          { name: 'primary', address: '192.0.2.1' },
          { name: 'primary', address: '192.0.2.2' },
        ],
      }),
    ),
    says: ['spec.technitium.servers[1]', 'Duplicate value', '"primary"'],
  },
  {
    name: 'a server with a name in capitals',
    object: zone(server('192.0.2.1', { name: 'Primary' })),
    says: ['spec.technitium.servers[0].name', '"Primary"'],
  },
  {
    name: 'a server that is nowhere',
    object: zone(technitium({ servers: [{ name: 'primary' }] })),
    says: ['spec.technitium.servers[0]', 'server "primary" has neither of address and serviceRef'],
  },
  {
    name: 'a server at an address and behind a Service',
    object: zone(server('192.0.2.1', { serviceRef: { namespace: 'dns', name: 'dns' } })),
    says: ['spec.technitium.servers[0]', 'server "primary" has both of address and serviceRef'],
  },
  {
    name: 'a url beside a serviceRef',
    object: zone(behind({ url: 'http://192.0.2.1:5380' })),
    says: ['server "replicas" has url "http://192.0.2.1:5380" beside serviceRef', 'apiPort'],
  },
  {
    name: 'an apiPort beside an address',
    object: zone(server('192.0.2.1', { apiPort: 5380 })),
    says: ['server "primary" has apiPort beside address "192.0.2.1"', 'url'],
  },
  {
    name: 'an apiPort that is none',
    object: zone(behind({ apiPort: 65536 })),
    says: ['spec.technitium.servers[0].apiPort', '65536'],
  },
  {
    name: 'a secretRef of a server that is not logged in to',
    object: zone(server('192.0.2.1', { secretRef: { name: 'secondary' } })),
    says: ['server "primary" has secretRef "secondary" but neither url nor apiPort'],
  },
  {
    name: "a server's url of another scheme",
    object: zone(server('192.0.2.1', { url: 'ftp://192.0.2.1' })),
    says: ['spec.technitium.servers[0].url', 'url "ftp://192.0.2.1" is not an http:// or https:// URL'],
  },
  {
    name: "a server's url with a password",
    object: zone(server('192.0.2.1', { url: 'http://me:secret@192.0.2.1' })),
    says: ['spec.technitium.servers[0].url', 'must not hold a user, a password'],
  },
  {
    name: 'a lag of 0',
    object: zone(server('192.0.2.1', { maxLagSeconds: 0 })),
    says: ['spec.technitium.servers[0].maxLagSeconds', '0', 'greater than or equal to 1'],
  },
  {
    name: '17 servers',
    object: zone(
      technitium({ servers: Array.from({ length: 17 }, (_, n) => ({ name: `s${n}`, address: `192.0.2.${n}` })) }),
    ),
    says: ['spec.technitium.servers', 'Too many: 17', 'at most 16'],
  },
  { name: 'no targets', object: zone({ targets: [] }), says: ['spec.targets', 'at least 1'] },
  {
    name: 'two targets with one record',
    object: zone({ targets: [target('@'), target('@', { ingressClassNames: ['lan'] })] }),
    says: ['spec.targets[1]', 'Duplicate value', '"@"'],
  },
  {
    name: 'a target that is a whole name',
    object: zone({ targets: [target('ingress.example.com')] }),
    says: ['spec.targets[0].record', '"ingress.example.com"'],
  },
  {
    name: 'a target that is a star',
    object: zone({ targets: [target('*')] }),
    says: ['spec.targets[0].record', '"*"'],
  },
  {
    name: 'a target without a Service',
    object: zone({ targets: [{ record: '@' }] }),
    says: ['spec.targets[0]', 'target "@" has neither of serviceRef and serviceSelector: exactly one must'],
  },
  {
    name: 'a target with two Services',
    object: zone({ targets: [target('@', selected({ app: 'traefik' }))] }),
    says: ['spec.targets[0]', 'target "@" has both of serviceRef and serviceSelector: exactly one must'],
  },
  {
    name: 'a Service by no label',
    object: zone({ targets: [{ record: '@', ...selected({}) }] }),
    says: ['spec.targets[0].serviceSelector.matchLabels', 'at least 1 properties'],
  },
  {
    name: 'a Service by a label that none may have',
    object: zone({ targets: [{ record: '@', ...selected({ app: 'a b' }) }] }),
    says: ['spec.targets[0].serviceSelector.matchLabels.app', '"a b"'],
  },
  {
    name: 'a Service without a namespace',
    object: zone({ targets: [target('@', { serviceRef: { name: 'traefik' } })] }),
    says: ['spec.targets[0].serviceRef.namespace: Required value'],
  },
  {
    name: 'two targets that take every other class',
    object: zone({ targets: [target('@'), target('lan'), target('dmz', { ingressClassNames: ['dmz'] })] }),
    says: ['spec.targets', 'ingressClassNames is empty in more than one target: "@" and "lan"'],
  },
  {
    name: 'two targets that take one class',
    object: zone({
      targets: [
        target('@', { ingressClassNames: ['public', 'internal'] }),
        target('lan', { ingressClassNames: ['internal'] }),
      ],
    }),
    says: ['spec.targets', 'ingressClassNames has "internal" in more than one target'],
  },
  {
    name: 'a class named twice in one target',
    object: zone({ targets: [target('@', { ingressClassNames: ['public', 'public'] })] }),
    says: ['spec.targets[0].ingressClassNames[1]', 'Duplicate value', '"public"'],
  },
  {
    name: "a target's TTL of 0",
    object: zone({ targets: [target('@', { ttlSeconds: 0 })] }),
    says: ['spec.targets[0].ttlSeconds', '0', 'greater than or equal to 1'],
  },
  {
    name: 'a TTL of hosts of 0',
    object: zone({ hosts: { ttlSeconds: 0 } }),
    says: ['spec.hosts.ttlSeconds', '0', 'greater than or equal to 1'],
  },
  {
    name: 'a TTL of a fraction',
    object: zone({ hosts: { ttlSeconds: 1.5 } }),
    says: ['spec.hosts.ttlSeconds', 'must be of type integer'],
  },
  {
    name: 'a kind of source that is not known',
    object: zone({ sources: [{ kind: 'IngressRouteTCP' }] }),
    says: ['spec.sources[0].kind', '"IngressRouteTCP"', '"Ingress", "IngressRoute", "Service"'],
  },
  {
    name: 'a kind of source twice',
    object: zone({ sources: [{ kind: 'Ingress' }, { kind: 'Ingress' }] }),
    says: ['spec.sources[1]', 'Duplicate value', '"Ingress"'],
  },
  {
    name: 'an operator that no selector has',
    object: zone(selector({ matchExpressions: [{ key: 'team', operator: 'Gt', values: ['1'] }] })),
    says: ['spec.sources[0].namespaceSelector.matchExpressions[0].operator', '"Gt"', '"In", "NotIn"'],
  },
  ...['In', 'NotIn'].flatMap((operator) =>
    [undefined, []].map((values) => ({
      name: `${operator} with ${values ? 'an empty list of' : 'no'} values`,
      object: zone(selector({ matchExpressions: [{ key: 'team', operator, values }] })),
      says: ['matchExpressions[0]', `values of key "team": operator ${operator} needs at least one`],
    })),
  ),
  ...['Exists', 'DoesNotExist'].map((operator) => ({
    name: `${operator} with values`,
    object: zone(selector({ matchExpressions: [{ key: 'team', operator, values: ['a'] }] })),
    says: ['matchExpressions[0]', `values of key "team": operator ${operator} takes none`],
  })),
  {
    name: 'a label that none may be',
    object: zone(selector({ matchExpressions: [{ key: '/team', operator: 'Exists' }] })),
    says: ['spec.sources[0].namespaceSelector.matchExpressions[0].key', '"/team"'],
  },
  {
    name: 'a value that no label may have',
    object: zone(selector({ matchLabels: { team: 'a b' } })),
    says: ['spec.sources[0].namespaceSelector.matchLabels.team', '"a b"'],
  },
  {
    name: 'an audience that is not known',
    object: zone({ audiences: ['Nodes', 'WAN'] }),
    says: ['spec.audiences[1]', '"WAN"', '"Nodes", "Pods", "LAN"'],
  },
  {
    name: 'an audience twice',
    object: zone({ audiences: ['LAN', 'LAN'] }),
    says: ['spec.audiences[1]', 'Duplicate value', '"LAN"'],
  },
  {
    name: 'an exclusion that is no host name',
    object: zone({ exclude: ['mail.example.com.'] }),
    says: ['spec.exclude[0]', '"mail.example.com."'],
  },
  {
    name: 'an exclusion outside the zone',
    object: zone({ exclude: ['mail.example.com', 'notexample.com'] }),
    says: ['spec.exclude has "notexample.com"', 'not in the zone example.com'],
  },
  {
    name: 'an exclusion by its first label alone',
    object: zone({ exclude: ['mail'] }),
    says: ['spec.exclude has "mail"', 'not in the zone example.com'],
  },
  {
    name: 'a policy that is not known',
    object: zone({ policy: 'CreateOnly' }),
    says: ['spec.policy', '"CreateOnly"', '"Sync", "UpsertOnly", "DryRun"'],
  },
  {
    name: 'an adoption that is not known',
    object: zone({ adoption: 'Sometimes' }),
    says: ['spec.adoption', '"Sometimes"', '"Matching", "Never", "Always"'],
  },
  ...Object.entries({
    graceSeconds: [-1, 604801],
    free: [-1, 101],
    maxPercent: [-1, 101],
    maxRecords: [-1, 101],
    windowSeconds: [0, 604801],
  }).flatMap(([field, values]) =>
    values.map((value) => ({
      name: `a deletion guard with ${field} ${value}`,
      object: zone({ deletionGuard: { [field]: value } }),
      says: [`spec.deletionGuard.${field}`, String(value), /should be (greater|less) than or equal to/],
    })),
  ),
  {
    name: 'a public address that is no block',
    object: zone({ publicAddresses: [{ cidr: '203.0.113.10', kind: 'Hairpin' }] }),
    says: ['spec.publicAddresses[0].cidr', 'cidr "203.0.113.10" is not an address block'],
  },
  {
    name: 'a kind of public address that is not known',
    object: zone({ publicAddresses: [{ cidr: '203.0.113.10/32', kind: 'Proxy' }] }),
    says: ['spec.publicAddresses[0].kind', '"Proxy"', '"Hairpin", "Edge"'],
  },
  {
    name: 'an accepted fallback that is a name',
    object: zone(fallback('dns.example.net')),
    says: ['spec.acceptedFallbacks[0].address', 'address "dns.example.net" is neither an IP address nor IP:port'],
  },
  {
    name: 'an accepted fallback without a reason',
    object: zone(fallback('198.51.100.14', '')),
    says: ['spec.acceptedFallbacks[0].reason', 'at least 1 char'],
  },
  ...['canarySeconds', 'rotationSeconds'].map((field) => ({
    name: `a probe with ${field} 1`,
    object: zone({ probe: { [field]: 1 } }),
    says: [`spec.probe.${field}`, '1', 'greater than or equal to 2'],
  })),
];

/** A zone with every field. */
export const wholeZone: Sample = zoneSample({
  ownerId: 'home',
  technitium: {
    url: 'https://technitium.example.net/dns',
    caBundle: btoa(PEM),
    secretRef: { name: 'technitium' },
    servers: [
      { name: 'primary', address: '192.0.2.1:53', url: 'https://192.0.2.1:53443/dns', secretRef: { name: 'primary' } },
      {
        ...{ name: 'replicas', serviceRef: { namespace: 'technitium', name: 'technitium-dns' }, apiPort: 65535 },
        ...{ secretRef: { name: 'replicas' }, maxLagSeconds: 1 },
      },
      { name: 'secondary', address: '192.0.2.2' },
      { name: 'six', address: '2001:db8::53' },
      { name: 'firewall', address: '[2001:db8::1]:65535', maxLagSeconds: 900 },
    ],
  },
  targets: [
    target('@', { ttlSeconds: 1 }),
    target('lan', { ingressClassNames: ['internal', 'vpn'] }),
    target('dmz', { ingressClassNames: ['dmz'] }),
    { record: 'edge', ...selected({ 'app.kubernetes.io/name': 'traefik', empty: '' }), ingressClassNames: ['edge'] },
  ],
  hosts: { ttlSeconds: 60 },
  sources: [
    { kind: 'Ingress', namespaceSelector: {} },
    { kind: 'IngressRoute', namespaceSelector: { matchLabels: { 'example.com/expose': 'yes', empty: '' } } },
    {
      kind: 'Service',
      namespaceSelector: {
        matchExpressions: [
          { key: 'team', operator: 'In', values: ['a', 'b'] },
          { key: 'team', operator: 'NotIn', values: ['c'] },
          { key: 'example.com/expose', operator: 'Exists' },
          { key: 'broken', operator: 'DoesNotExist' },
        ],
      },
    },
  ],
  audiences: ['Nodes', 'Pods', 'LAN'],
  exclude: ['mail.example.com', '*.apps.example.com', 'example.com'],
  policy: 'DryRun',
  adoption: 'Always',
  deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 100, maxRecords: 0, windowSeconds: 1 },
  publicAddresses: [
    { cidr: '203.0.113.10/32', kind: 'Hairpin' },
    { cidr: '2001:db8::/32', kind: 'Edge' },
  ],
  acceptedFallbacks: [{ address: '127.0.0.1:5301', reason: 'keeps nodes resolving' }],
  probe: { canarySeconds: 2, rotationSeconds: 2 },
});

/** Zones at the edge of what is allowed. */
export const acceptedZones: Accepted[] = [
  { name: 'a zone of one label', object: zoneSample({}, 'lan') },
  { name: 'a zone with digits and xn--', object: zoneSample({}, '10.xn--mller-kva.example') },
  { name: 'a zone that wants no servers', object: zone(technitium({ servers: [] })) },
  { name: 'a zone with everything', object: wholeZone },
];
