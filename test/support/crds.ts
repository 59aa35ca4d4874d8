import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { apiClient, type ApiClient } from './api-client.ts';
import type { ApiAccess } from './kubeconfig.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CRD_FOLDER = join(import.meta.dirname, '..', '..', 'crds');

/** A CustomResourceDefinition as far as installing it needs. */
export interface Crd {
  metadata: { name: string };
  spec: { group: string; names: { plural: string }; versions: { name: string }[] };
}

/** The CRDs of every YAML file in `folder`, by default the project's own. */
export const readCrds = async (folder: string = CRD_FOLDER): Promise<Crd[]> => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Crd));
};

/** Established comes some milliseconds before the resource is served: the listing itself is the proof. */
const waitUntilServed = async (client: ApiClient, { spec }: Crd): Promise<void> => {
  const deadline = performance.now() + 20_000;
  const path = `/apis/${spec.group}/${spec.versions[0]?.name ?? ''}/${spec.names.plural}?limit=1`;
  while ((await client.get(path)).status !== 200) {
    if (performance.now() > deadline) throw new Error(`${path} is not served 20 s after its CRD was created`);
    await delay(20);
  }
};

let own: Promise<Crd[]> | undefined;
/** The project's own, parsed once for all the servers of a test file. */
const ownCrds = (): Promise<Crd[]> => (own ??= readCrds());

/** Creates the CRDs (default: those of crds/) and returns when every kind is served. */
export const installCrds = async (server: ApiAccess, crds?: readonly Crd[]): Promise<void> => {
  const client = apiClient(server);
  try {
    const wanted = crds ?? (await ownCrds());
    for (const crd of wanted) {
      const { status, body } = await client.post(CRD_PATH, crd);
      if (status !== 201) throw new Error(`CRD ${crd.metadata.name}: ${status} ${body.message ?? ''}`);
    }
    await Promise.all(wanted.map((crd) => waitUntilServed(client, crd)));
  } finally {
    client.close();
  }
};
