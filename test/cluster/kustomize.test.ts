import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { installManifest } from '../../build.ts';
import { findKubectl } from '../real/tools.ts';
import type { ApiObject } from '../support/api-client.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');
const kubectl = findKubectl();

const objectsIn = (text: string): ApiObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as ApiObject);
const kustomize = async (folder: string): Promise<ApiObject[]> => {
  const { stdout } = await promisify(execFile)(kubectl ?? 'kubectl', ['kustomize', folder]);
  return objectsIn(stdout);
};

/** An overlay of deploy/ as a user writes it. */
const overlay = async ({
  components = [],
  ...fields
}: Readonly<Record<string, unknown>> & { readonly components?: readonly string[] }): Promise<ApiObject[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-kustomize-'));
  try {
    // An absolute path is no base.
    const kustomization = {
      kind: 'Kustomization',
      resources: [relative(folder, DEPLOY)],
      components: components.map((name) => relative(folder, join(DEPLOY, name))),
      ...fields,
    };
    await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
    return await kustomize(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

const nameOf = ({ kind, metadata: { namespace, name } }: ApiObject): string =>
  [kind, namespace, name].filter(Boolean).join(' ');
/** Every text below a key of that name, anywhere. */
const textsAt = (key: string, value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === key && typeof member === 'string' ? [member] : textsAt(key, member),
  );
};
const withoutCrds = (objects: readonly ApiObject[]): ApiObject[] =>
  objects.filter(({ kind }) => kind !== 'CustomResourceDefinition');

/** Left out where there is no kubectl, which is an error in CI. */
describe.skipIf(kubectl === undefined && !process.env['CI'])('deploy/ as a kustomization', () => {
  test('holds what install.yaml holds, in the same order', async () => {
    const built = await kustomize(DEPLOY);
    expect(built).toEqual(objectsIn(await installManifest()));
    expect(withoutCrds(built).map(nameOf)).toEqual([
      'Namespace splithorizon',
      'ServiceAccount splithorizon splithorizon',
      'ClusterRole splithorizon',
      'ClusterRoleBinding splithorizon',
      'Role splithorizon splithorizon',
      'RoleBinding splithorizon splithorizon',
      'Deployment splithorizon splithorizon',
      'Service splithorizon splithorizon',
    ]);
  });

  test('runs the image that is named, in install.yaml as in an overlay', async () => {
    const objects = await overlay({ images: [{ name: 'splithorizon', newName: 'registry.test/a', newTag: '1.2' }] });
    expect(textsAt('image', objects)).toEqual(['registry.test/a:1.2']);
    const manifest = objectsIn(await installManifest('registry.test/a:1.2'));
    // An overlay has an order of its own.
    expect(new Set(manifest)).toEqual(new Set(objects));
  });

  test('goes wholly into another namespace, with the bindings', async () => {
    const objects = withoutCrds(await overlay({ namespace: 'dns' }));
    expect(new Set(textsAt('namespace', objects))).toEqual(new Set(['dns']));
    expect(objects.map(nameOf)).toContain('Namespace dns');
  });

  test('has two replicas, apart where there are nodes for it, with the component high-availability', async () => {
    const [alone, two] = await Promise.all([overlay({}), overlay({ components: ['high-availability'] })]);
    const deployment = (objects: readonly ApiObject[]) => objects.find(({ kind }) => kind === 'Deployment')?.spec;
    expect(deployment(alone)).toMatchObject({ replicas: 1 });
    expect(deployment(two)).toMatchObject({
      replicas: 2,
      template: { spec: { topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname' }] } },
    });
    const budget = two.find(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budget?.spec?.['selector']).toEqual(deployment(two)?.['selector']);
  });

  test('has an agent on each node, of the same image, with the component agents', async () => {
    const images = [{ name: 'splithorizon', newName: 'registry.test/a', newTag: '1.2' }];
    const objects = await overlay({ components: ['agents'], images });
    expect(textsAt('image', objects)).toEqual(['registry.test/a:1.2', 'registry.test/a:1.2']);
    const added = objects.filter(({ kind }) => /Namespace|DaemonSet|ValidatingAdmissionPolicy/.test(kind ?? ''));
    expect(new Set(added.map(nameOf))).toEqual(
      new Set([
        'Namespace splithorizon',
        'Namespace splithorizon-vantages',
        'DaemonSet splithorizon-vantages splithorizon-agent',
        'ValidatingAdmissionPolicy splithorizon-agent',
        'ValidatingAdmissionPolicyBinding splithorizon-agent',
      ]),
    );
  });

  test('keeps what refers to each other together under a name prefix', async () => {
    const objects = withoutCrds(await overlay({ namePrefix: 'home-' }));
    const names = (key: string): unknown[] => objects.flatMap((object) => textsAt('name', object[key]));
    expect(textsAt('serviceAccountName', objects)).toEqual(['home-splithorizon']);
    expect(names('roleRef')).toEqual(['home-splithorizon', 'home-splithorizon']);
    expect(names('subjects')).toEqual(['home-splithorizon', 'home-splithorizon']);
  });

  test('service-monitor.yaml finds the Service by its labels and a port by its name', async () => {
    const [monitor] = objectsIn(await readFile(join(DEPLOY, 'service-monitor.yaml'), 'utf8'));
    const { selector, endpoints } = monitor?.spec as {
      selector: { matchLabels: object };
      endpoints: readonly { port: string }[];
    };
    const service = (await kustomize(DEPLOY)).find(({ kind }) => kind === 'Service');
    expect(service?.metadata).toMatchObject({ namespace: monitor?.metadata.namespace, labels: selector.matchLabels });
    expect(service?.spec?.['ports']).toMatchObject(endpoints.map(({ port }) => ({ name: port })));
  });
});
