import { expect, test } from 'vitest';
import { missingHost, type MissingHost } from '../../../../src/plan/explain/missing-host.ts';

const nobody: MissingHost = {
  ...{ host: 'new.example.com', zone: 'example.com', zones: ['example.com', 'lab.test'] },
  ...{ taken: [], notTaken: [], known: ['git.example.com', 'news.example.com'], unread: [] },
};

test.each<{ name: string; about: Partial<MissingHost>; want: string }>([
  {
    name: 'nobody names it',
    about: {},
    want: 'Zone example.com would hold it, but nobody names it: neither a source that is listed in spec.sources, nor a SplitHorizonHost that somebody wrote. Near it: news.example.com.',
  },
  {
    name: 'no zone holds it',
    about: { host: 'new.example.org', zone: undefined, known: [] },
    want: 'No zone holds it; there are example.com, lab.test.',
  },
  { name: 'there is no zone', about: { zone: undefined, zones: [], known: [] }, want: 'There is no SplitHorizonZone.' },
  {
    name: 'a source names it, and the zone does not take it',
    about: { notTaken: ['Ingress a/b: no target takes its Ingress class "nginx"'], known: [] },
    want: 'Zone example.com does not take it: Ingress a/b: no target takes its Ingress class "nginx".',
  },
  {
    name: 'the operator has not come to it',
    about: { taken: [{ kind: 'Ingress', namespace: 'a', name: 'b' }], known: [] },
    want: 'Ingress a/b names it in zone example.com, so the operator will make one: does it run? kubectl -n splithorizon get pods',
  },
  {
    name: 'not all may be listed',
    about: { zone: undefined, zones: [], unread: ['ingresses', 'services'], known: [] },
    want: 'There is no SplitHorizonZone. What of ingresses, services names it is not known: they may not be listed.',
  },
])('says why there is no such host: $name', ({ about, want }) => {
  const missing = { ...nobody, ...about };
  expect(missingHost(missing)).toBe(`there is no SplitHorizonHost for "${missing.host}". ${want}`);
});
