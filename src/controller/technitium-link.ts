import type { Kube } from '../kube/kube.ts';
import type { ZoneView } from '../model/views.ts';
import type { WriteGuard } from '../model/write-guard.ts';
import type { Nudge } from '../plan/zone/server-list.ts';
import { readCaBundle } from '../technitium/ca-bundle.ts';
import { createTechnitiumClient, type TechnitiumClient } from '../technitium/client.ts';
import { createSend } from '../technitium/http.ts';
import { createLogins } from '../technitium/login.ts';
import { followSecret } from './technitium-secret.ts';

/** What connections to Technitium are made by. */
export interface TechnitiumLinksOptions {
  readonly kube: Pick<Kube, 'readSecret'>;
  /** Where Secrets are read. */
  readonly namespace: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Lets each write through, or throws. @default all are sent */
  readonly guard?: WriteGuard | undefined;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** The connections to Technitium servers, with one login for each user. */
export interface TechnitiumLinks {
  /** Makes a client of what a zone and its Secret say now; rejects with a `TechnitiumError` naming what is missing. */
  connect(zone: ZoneView, signal: AbortSignal): Promise<TechnitiumClient>;
  /** The same of another server of the zone, or of another node of its cluster. */
  connectTo(zone: ZoneView, server: Nudge, signal: AbortSignal): Promise<TechnitiumClient>;
  /** Ends the sessions of all who logged in. */
  logout(): Promise<void>;
}

/** Nothing is connected at first. */
export function createTechnitiumLinks({
  kube,
  namespace,
  now,
  guard,
  signal: ending,
}: TechnitiumLinksOptions): TechnitiumLinks {
  const logins = createLogins({ now, signal: ending });

  const connectAt = async (
    { url, caBundle, secretRef }: Pick<ZoneView['spec']['technitium'], 'url' | 'caBundle' | 'secretRef'>,
    signal: AbortSignal,
  ): Promise<TechnitiumClient> => {
    const send = createSend({ ca: caBundle === undefined ? undefined : readCaBundle(caBundle) });
    const secret = await followSecret({ kube, namespace, name: secretRef.name, now }, signal);
    return createTechnitiumClient({
      url,
      send,
      ...(guard && { guard }),
      token: (calling) => {
        const credentials = secret.current(calling);
        return credentials.kind === 'token' ? credentials.token : logins.token({ url, ...credentials }, send);
      },
      renew: async (refused, calling) => {
        const credentials = await secret.reread(calling);
        return credentials.kind === 'token'
          ? credentials.token !== refused
          : logins.renew({ url, ...credentials }, refused);
      },
    });
  };

  const connect: TechnitiumLinks['connect'] = (zone, signal) => connectAt(zone.spec.technitium, signal);
  return {
    connect,
    async connectTo(zone, server, signal) {
      if ('node' in server) return (await connect(zone, signal)).onNode(server.node);
      const { caBundle, secretRef } = zone.spec.technitium;
      const { url, secretName = secretRef.name } = server;
      return connectAt({ url, ...(caBundle !== undefined && { caBundle }), secretRef: { name: secretName } }, signal);
    },
    logout: () => logins.logout(),
  };
}
