import { Resolver } from 'node:dns/promises';
import { expect } from 'vitest';
import type { TechnitiumClient } from '../../../src/technitium/client.ts';
import { createTechnitiumClient } from '../../../src/technitium/client.ts';
import type { Version } from '../../standin/technitium/call.ts';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';

/** A server to call: the one that TECHNITIUM_URL and TECHNITIUM_DNS name, else a stand-in. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  /** A client with the rights of the admin. */
  readonly admin: TechnitiumClient;
  /** Makes a Primary zone of that name; it is deleted at the end. */
  createZone(zone: string): Promise<void>;
  /** A client with the token of a new user, who may view, modify and delete what is in one zone and no more. */
  clientOfUser(zone: string): Promise<TechnitiumClient>;
  /** A new API token of the admin. */
  createApiToken(): Promise<string>;
  /** What DNS answers, sorted, or the code of what it answers instead. */
  ask(name: string, type: 'A' | 'AAAA' | 'CNAME'): Promise<readonly string[] | string>;
}

type Form = Readonly<Record<string, string>>;

/** A server that runs already. */
export interface RunningServer {
  readonly url: string;
  /** `address:port` of its DNS. */
  readonly dns: string;
  /** Of the user admin. */
  readonly password: string;
}

/** A kind of server that a suite can run on. */
export interface ServerKind {
  readonly name: string;
  readonly start: () => Promise<ServerUnderTest>;
}

const standIn = (version: Version): ServerKind => ({
  name: `a stand-in of ${version}`,
  start: async () => {
    const server = await TechnitiumStandIn.start({ version });
    const { url, dns } = server;
    return { ...(await logIn({ url, dns, password: 'admin' })), [Symbol.asyncDispose]: () => server.close() };
  },
});

const { TECHNITIUM_URL: url, TECHNITIUM_DNS: dns = '', TECHNITIUM_PASSWORD: password = 'admin' } = process.env;

/** What the contract is tested against: a stand-in of each version, or the server that the environment names. */
export const SERVERS: readonly ServerKind[] =
  url === undefined ? [standIn('15.2'), standIn('14.3')] : [{ name: url, start: () => logIn({ url, dns, password }) }];

/** Logs in as admin. */
export async function logIn({ url, dns, password }: RunningServer): Promise<ServerUnderTest> {
  const resolver = new Resolver({ timeout: 2_000, tries: 3 });
  resolver.setServers([dns]);

  const call = async (path: string, form: Form): Promise<{ token?: string }> => {
    const response = await fetch(`${url}/api/${path}`, { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await response.json()) as { status: string; token?: string };
    expect(answer).toMatchObject({ status: 'ok' });
    return answer;
  };
  const { token = '' } = await call('user/login', { user: 'admin', pass: password });
  const undo: (() => Promise<unknown>)[] = [];

  return {
    url,
    admin: createTechnitiumClient({ url, token: () => token }),
    async createZone(zone) {
      await call('zones/create', { token, zone, type: 'Primary' });
      undo.push(() => call('zones/delete', { token, zone }));
    },
    async clientOfUser(zone) {
      const user = `user-of-${zone}`;
      const pass = 'only-for-this-test';
      await call('admin/users/create', { token, user, pass });
      undo.push(() => call('admin/users/delete', { token, user }));
      await call('zones/permissions/set', { token, zone, userPermissions: `${user}|true|true|true` });
      const { token: own = '' } = await call('user/createToken', { user, pass, tokenName: 'splithorizon' });
      return createTechnitiumClient({ url, token: () => own });
    },
    async createApiToken() {
      const { token: own = '' } = await call('user/createToken', { user: 'admin', pass: password, tokenName: 'own' });
      return own;
    },
    async ask(name, type) {
      try {
        return (await resolver.resolve(name, type)).sort();
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const step of undo.reverse()) await step();
    },
  };
}
