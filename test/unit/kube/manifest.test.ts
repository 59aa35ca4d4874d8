import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ManifestError, readManifest } from '../../../src/kube/manifest.ts';
import { hostSample, vantageSample, zoneSample } from '../../support/samples.ts';

const read = (...objects: object[]) =>
  readManifest(objects.map((object) => stringify(object)).join('---\n'), 'a.yaml', 0);
const problems = (...objects: object[]): string[] => {
  try {
    read(...objects);
  } catch (error) {
    if (error instanceof ManifestError) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('a file of objects', () => {
  test('is read with the defaults that the API server fills in', () => {
    const { zones, hosts } = read(
      zoneSample(),
      vantageSample('lan-home', 'LAN', ['192.168.1.2']),
      hostSample('turn.example.com'),
    );
    expect(hosts).toMatchObject([{ name: 'turn.example.com', generated: false, spec: { record: 'Managed' } }]);
    expect(zones).toMatchObject([
      {
        name: 'example.com',
        generation: 1,
        spec: {
          ownerId: 'splithorizon',
          policy: 'Sync',
          adoption: 'Matching',
          exclude: [],
          hosts: { ttlSeconds: 300 },
          targets: [{ record: '@', ttlSeconds: 60, ingressClassNames: [] }],
          deletionGuard: { graceSeconds: 300, free: 2, maxPercent: 30, maxRecords: 100, windowSeconds: 600 },
        },
      },
    ]);
  });

  test('may be the example of this project', () => {
    const file = readFileSync(join(import.meta.dirname, '..', '..', '..', 'deploy', 'example.yaml'), 'utf8');
    expect(readManifest(file, 'example.yaml', 0).zones).toMatchObject([
      { name: 'example.com', spec: { policy: 'DryRun' } },
    ]);
  });

  test.each<{ name: string; given: object; want: string[] }>([
    {
      name: 'a field that there is not',
      given: zoneSample({ polcy: 'DryRun' }),
      want: ['a.yaml: SplitHorizonZone example.com: spec.polcy: there is no such field'],
    },
    {
      name: 'a word that is none of the list, and a number out of bounds',
      given: zoneSample({ adoption: 'Maybe', hosts: { ttlSeconds: 0 } }),
      want: [
        'a.yaml: SplitHorizonZone example.com: spec.hosts.ttlSeconds: 0 is less than 1',
        'a.yaml: SplitHorizonZone example.com: spec.adoption: "Maybe" is none of Matching, Never, Always',
      ],
    },
    {
      name: 'another type',
      given: zoneSample({ exclude: 'mail.example.com' }),
      want: ['a.yaml: SplitHorizonZone example.com: spec.exclude: "mail.example.com" is no array'],
    },
    {
      name: 'what is missing in a list',
      given: zoneSample({ targets: [{ serviceRef: { namespace: 'traefik', name: 'traefik' } }] }),
      want: ['a.yaml: SplitHorizonZone example.com: spec.targets[0].record: is required'],
    },
    {
      name: 'a text that does not match',
      given: zoneSample({ ownerId: 'No Id' }),
      want: ['a.yaml: SplitHorizonZone example.com: spec.ownerId: "No Id" does not match ^[a-z0-9-]{1,32}$'],
    },
    {
      name: 'a name that is no zone',
      given: zoneSample({}, 'Example.com'),
      want: ['a.yaml: metadata.name: "Example.com" must be written example.com'],
    },
    {
      name: 'another kind',
      given: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'technitium' } },
      want: [
        'a.yaml: v1 Secret: only SplitHorizonHost, SplitHorizonVantage, SplitHorizonZone of splithorizon.dev/v1alpha1 are planned',
      ],
    },
    { name: 'no object', given: ['a list'], want: ['a.yaml: document is no object'] },
  ])('is refused for $name', ({ given, want }) => {
    expect(problems(given)).toEqual(want);
  });

  test('is refused with all that is wrong in all of it', () => {
    expect(problems(zoneSample({ a: 1 }), hostSample('x.example.com', { b: 1 }))).toHaveLength(2);
  });

  test('is refused where it is no YAML, without quoting all of it', () => {
    expect(() => readManifest('a: [', 'a.yaml', 0)).toThrow('a.yaml: ');
  });
});
