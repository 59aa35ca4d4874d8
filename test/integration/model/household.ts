import type { PlainRecord } from '../../standin/technitium/plain-record.ts';

/** Labels that sources name: some of them somebody else has taken already. */
export const LABELS = ['git', 'wiki', 'photos', 'vault', 'cloud', 'turn', 'old', 'note', 'printer', '*.apps'] as const;

const record = (type: string, value: string, rest: Partial<PlainRecord> = {}): Omit<PlainRecord, 'name'> => ({
  type,
  value,
  ttl: 3600,
  comments: '',
  disabled: false,
  ...rest,
});

/** What a household's zone holds when the operator comes, by label; the values of CNAMEs are labels too. */
const HOUSEHOLD: readonly (readonly [string, Omit<PlainRecord, 'name'>])[] = [
  ['@', record('MX', '10 mail.example.org')],
  ['@', record('TXT', 'v=spf1 mx -all', { comments: 'mail, do not touch' })],
  ['@', record('CAA', '0 issue letsencrypt.org')],
  ['_sip._udp', record('SRV', '10 60 5060 pbx.example.org')],
  ['s1._domainkey', record('CNAME', 's1.dkim.example.net', { ttl: 86400 })],
  ['mail', record('A', '10.0.20.1', { ttl: 600, comments: 'by hand' })],
  ['*.lan', record('A', '10.0.30.1')],
  // At names that sources may want.
  ['Printer', record('A', '10.0.30.9', { comments: 'second floor' })],
  ['note', record('TXT', 'hello')],
  ['old', record('CNAME', '@', { ttl: 86400, comments: 'made by a cron job' })],
  ['vault', record('CNAME', '@', { ttl: 86400, comments: 'splithorizon:stranger/12345678' })],
  // Our own owner id, of another cluster.
  ['cloud', record('CNAME', '@', { comments: 'splithorizon:home/00000000' })],
  ['photos', record('A', '10.0.30.7', { comments: 'off for now', disabled: true })],
];

/** The records of a household in a zone. */
export const householdOf = (zone: string): PlainRecord[] => {
  const at = (label: string): string => (label === '@' ? zone : `${label}.${zone}`);
  return HOUSEHOLD.map(([label, { value, ...rest }]) => ({
    name: at(label),
    ...rest,
    value: value === '@' ? zone : value,
  }));
};
