import type { Accepted, Refused } from '../../support/crd-case.ts';
import { hostSample, type Sample } from '../../support/samples.ts';

const host = (spec: object): Sample => hostSample('git.example.com', spec as Sample['spec']);
const WIDE_LABEL = 'a'.repeat(64);
const LONG = 'a'.repeat(254);

/** Hosts that break one rule each. */
export const refusedHosts: Refused[] = [
  ...[
    'Git.example.com',
    'git.example.com.',
    'müller.example.com',
    'my_git.example.com',
    'git..example.com',
    '-git.example.com',
    `${WIDE_LABEL}.example.com`,
    '*',
    'a.*.example.com',
    'a*.example.com',
    '**.example.com',
    '',
  ].map((name) => ({
    name: `the host "${name}"`,
    object: hostSample(name, {}, 'git.example.com'),
    says: ['spec.host', `"${name}"`, 'should match'],
  })),
  { name: 'a host of 254 characters', object: hostSample(LONG, {}, 'git'), says: ['spec.host', 'Too long', '253'] },
  {
    name: 'an address as host',
    object: hostSample('192.0.2.1'),
    says: ['spec.host', 'host "192.0.2.1" ends in a number'],
  },
  {
    name: 'a name that is not the host',
    object: hostSample('git.example.com', {}, 'photos.example.com'),
    says: ['metadata.name "photos.example.com" must be "git.example.com" for spec.host "git.example.com"'],
  },
  {
    name: 'a name that is not the wildcard',
    object: hostSample('*.apps.example.com', {}, 'apps.example.com'),
    says: ['metadata.name "apps.example.com" must be "xx--wildcard.apps.example.com"'],
  },
  {
    name: 'a record that is not known',
    object: host({ record: 'Ignored' }),
    says: ['spec.record', '"Ignored"', '"Managed", "Observed"'],
  },
  {
    name: 'an empty target',
    object: host({ target: {} }),
    says: ['spec.target', 'exactly one of addresses, serviceRef and cname; it has none'],
  },
  {
    name: 'a target with two fields',
    object: host({ target: { addresses: ['192.0.2.1'], cname: 'site.example.net' } }),
    says: ['spec.target', 'exactly one of addresses, serviceRef and cname; it has addresses cname'],
  },
  {
    name: 'a target with three fields',
    object: host({
      target: {
        addresses: ['192.0.2.1'],
        serviceRef: { namespace: 'coturn', name: 'coturn' },
        cname: 'site.example.net',
      },
    }),
    says: ['spec.target', 'it has addresses serviceRef cname'],
  },
  {
    name: 'a target without any address',
    object: host({ target: { addresses: [] } }),
    says: ['spec.target.addresses', 'at least 1'],
  },
  ...['192.0.2.300', '192.0.2.1:53', '192.0.2.0/24', 'site.example.net', '::ffff:192.0.2.1'].map((address) => ({
    name: `the target address ${address}`,
    object: host({ target: { addresses: ['192.0.2.1', address] } }),
    says: ['spec.target.addresses[1]', `address "${address}" is not an IP address`],
  })),
  {
    name: 'a target address twice',
    object: host({ target: { addresses: ['192.0.2.1', '192.0.2.1'] } }),
    says: ['spec.target.addresses[1]', 'Duplicate value', '"192.0.2.1"'],
  },
  {
    name: 'a target Service without a name',
    object: host({ target: { serviceRef: { namespace: 'coturn' } } }),
    says: ['spec.target.serviceRef.name: Required value'],
  },
  ...['Site.example.net', 'site.example.net.', '*.example.net'].map((cname) => ({
    name: `the target name ${cname}`,
    object: host({ target: { cname } }),
    says: ['spec.target.cname', `"${cname}"`],
  })),
  {
    name: 'an address as target name',
    object: host({ target: { cname: '192.0.2.1' } }),
    says: ['spec.target.cname', 'cname "192.0.2.1" ends in a number'],
  },
  {
    name: 'a target name that is the host',
    object: host({ target: { cname: 'git.example.com' } }),
    says: ['spec', 'target.cname "git.example.com" is the host itself'],
  },
  {
    name: 'an audience that is not known',
    object: host({ audiences: ['nodes'] }),
    says: ['spec.audiences[0]', '"nodes"', '"Nodes", "Pods", "LAN"'],
  },
];

/** Hosts at the edge of what is allowed. */
export const acceptedHosts: Accepted[] = [
  { name: 'a host of one label', object: hostSample('lan') },
  { name: 'an IDN host', object: hostSample('xn--mller-kva.example.com') },
  { name: 'a host that starts with digits', object: hostSample('1.2.3.example.com') },
  { name: 'a wildcard', object: hostSample('*.apps.example.com') },
  { name: 'a host of 253 characters', object: hostSample(`${'a'.repeat(63)}.`.repeat(4).slice(0, 252) + 'b') },
  { name: 'a host with addresses', object: host({ target: { addresses: ['192.0.2.1', '2001:db8::1'] } }) },
  { name: 'a host with a Service', object: host({ target: { serviceRef: { namespace: 'a', name: 'b' } } }) },
  { name: 'a host with a name', object: host({ target: { cname: 'site.pages.example.net' } }) },
  { name: 'an observed host', object: host({ record: 'Observed', audiences: ['LAN'] }) },
];
