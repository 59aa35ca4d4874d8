import type { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import type { PlainRecord } from '../../standin/technitium/plain-record.ts';

/** Somebody at Technitium's console; each call tells whether the server took it, and what it took is on disk. */
export interface Person {
  add(record: PlainRecord): Promise<boolean>;
  /** Another value, TTL, comments or switch for a record; its name and type stay. */
  change(from: PlainRecord, to: PlainRecord): Promise<boolean>;
  delete(record: PlainRecord): Promise<boolean>;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  A: ['ipAddress'],
  AAAA: ['ipAddress'],
  CNAME: ['cname'],
  TXT: ['text'],
  MX: ['preference', 'exchange'],
  SRV: ['priority', 'weight', 'port', 'target'],
  CAA: ['flags', 'tag', 'value'],
};

const valueForm = ({ type, value }: PlainRecord): Record<string, string> => {
  const fields = FIELDS[type] ?? [];
  const words = fields.length === 1 ? [value] : value.split(' ');
  return Object.fromEntries(fields.map((field, index) => [field, words[index] ?? '']));
};

/** Newer names of a value's parts, as an update wants them; a CNAME is found by its name. */
const newForm = (from: PlainRecord, to: PlainRecord): Record<string, string> => {
  if (to.type === 'CNAME') return valueForm(to);
  const renamed = Object.entries(valueForm(to)).map(([field, value]) => [
    `new${field.charAt(0).toUpperCase()}${field.slice(1)}`,
    value,
  ]);
  return { ...valueForm(from), ...(Object.fromEntries(renamed) as Record<string, string>) };
};

/** Makes a person who works in one zone as admin. */
export const createPerson = (technitium: TechnitiumStandIn, zone: string): Person => {
  const token = technitium.createApiToken('a person');
  technitium.save();
  const call = async (name: string, { name: domain, type }: PlainRecord, form: object): Promise<boolean> => {
    const body = new URLSearchParams({ token, zone, domain, type, ...form });
    const answer = await fetch(`${technitium.url}/api/zones/records/${name}`, { method: 'POST', body });
    const { status } = (await answer.json()) as { status: string };
    if (status === 'ok') technitium.save();
    return status === 'ok';
  };
  const meta = ({ ttl, comments, disabled }: PlainRecord): object => ({
    ttl: String(ttl),
    comments,
    disable: disabled,
  });

  const person: Person = {
    add: async (record) => {
      const isAdded = await call('add', record, { ...valueForm(record), ...meta(record) });
      return isAdded && record.disabled ? person.change({ ...record, disabled: false }, record) : isAdded;
    },
    change: (from, to) => call('update', from, { ...newForm(from, to), ...meta(to) }),
    delete: (record) => call('delete', record, valueForm(record)),
  };
  return person;
};
