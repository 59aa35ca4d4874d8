import { expect } from 'vitest';
import type { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';

/** What the console says of a record: short names as the zone gives them, TTL in seconds. */
export interface ConsoleRecord {
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'MX';
  /** An address, a short name (CNAME, `@` for the apex), a text, or for MX `10 mail.example.org`. */
  readonly value: string;
  /** @default 3600 */
  readonly ttl?: number;
  readonly comments?: string;
  readonly disabled?: boolean;
}

/** A person who edits one zone at Technitium's console; counts as calls of the API. */
export interface Console {
  add(short: string, record: ConsoleRecord): Promise<void>;
  /** Another value for a record, which loses its comments unless they are given again. */
  change(short: string, record: ConsoleRecord, to: ConsoleRecord): Promise<void>;
  delete(short: string, record: ConsoleRecord): Promise<void>;
  /** Ends a token, as deleting it does. */
  revoke(token: string): Promise<void>;
}

type Form = Record<string, string>;

/** A console that writes as admin into `zone`; `at` makes whole names of short ones. */
export const createConsole = (technitium: TechnitiumStandIn, zone: string, at: (short: string) => string): Console => {
  const post = async (token: string, path: string, form: Form): Promise<void> => {
    const body = new URLSearchParams({ token, ...form });
    const answer = await fetch(`${technitium.url}/api/${path}`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  };
  const own = technitium.createApiToken(`console-${zone}`);
  const call = (name: string, form: Form): Promise<void> => post(own, `zones/records/${name}`, { zone, ...form });
  const data = ({ type, value }: ConsoleRecord): Form => {
    const [preference = '', exchange = ''] = value.split(' ');
    switch (type) {
      case 'CNAME':
        return { cname: value.endsWith('.') ? value : at(value) };
      case 'TXT':
        return { text: value };
      case 'MX':
        return { preference, exchange };
      default:
        return { ipAddress: value };
    }
  };
  const meta = ({ ttl = 3600, comments = '' }: ConsoleRecord): Form => ({ ttl: String(ttl), comments });

  return {
    add: (short, record) => call('add', { domain: at(short), type: record.type, ...data(record), ...meta(record) }),
    change: (short, record, to) => {
      // A CNAME is found by its name; an address by the old value beside the new one.
      const values: Form = record.type === 'CNAME' ? data(to) : { ...data(record), newIpAddress: to.value };
      const disable = String(to.disabled ?? false);
      return call('update', { domain: at(short), type: record.type, disable, ...values, ...meta(to) });
    },
    revoke: (token) => post(token, 'user/logout', { token }),
    delete: (short, record) => call('delete', { domain: at(short), type: record.type, ...data(record) }),
  };
};
