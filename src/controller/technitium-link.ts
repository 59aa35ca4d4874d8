import { isForbidden, isNotFound } from '../kube/kube-error.ts';
import type { Kube } from '../kube/kube.ts';
import type { ZoneView } from '../model/views.ts';
import { createTechnitiumClient, type TechnitiumClient } from '../technitium/client.ts';
import { TechnitiumError } from '../technitium/errors.ts';

/** Makes a client of what a zone and its Secret (key `token`) say now; rejects with a TechnitiumError naming what is missing. */
export async function connectTechnitium(
  kube: Pick<Kube, 'readSecret'>,
  namespace: string,
  zone: ZoneView,
  signal: AbortSignal,
): Promise<TechnitiumClient> {
  const { url, secretRef } = zone.spec.technitium;
  const where = `Secret ${namespace}/${secretRef.name}`;
  const secret = await kube.readSecret(namespace, secretRef.name, signal).catch((error: unknown) => {
    if (isNotFound(error)) throw new TechnitiumError('NotAuthenticated', `${where} does not exist`);
    if (isForbidden(error)) throw new TechnitiumError('NotAuthenticated', `${where} may not be read`);
    throw error;
  });
  const token = secret['token']?.trim();
  if (token === undefined || token === '') throw new TechnitiumError('NotAuthenticated', `${where} has no key "token"`);
  return createTechnitiumClient({ url, token: () => token });
}
