/** An object that names hosts. */
export interface Source {
  readonly kind: 'Ingress' | 'IngressRoute' | 'Service';
  readonly name: string;
  readonly hosts: readonly string[];
  /** Of a Service's own load balancer. */
  readonly addresses: readonly string[];
  /** As the API server has it. */
  readonly createdAt: string;
}

/** What a SplitHorizonHost written by hand points at; `zone` where it leaves that to sources and the zone. */
export type OwnTarget =
  | { readonly kind: 'zone' }
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'cname'; readonly cname: string };

/** What the people of one cluster ask for in the zone; names are whole. Nothing here comes from the operator. */
export interface Intent {
  readonly zone: string;
  /** The name of the target's record. */
  readonly target: string;
  readonly sources: Map<string, Source>;
  /** SplitHorizonHosts that a person wrote, or pointed elsewhere. */
  readonly written: Map<string, OwnTarget>;
  readonly exclude: Set<string>;
  /** The load balancer's, or the last that it had. */
  addresses: readonly string[];
  isBlank: boolean;
  policy: 'Sync' | 'UpsertOnly' | 'DryRun';
  adoption: 'Never' | 'Matching' | 'Always';
  ttlSeconds: number;
  readonly graceSeconds: number;
  /** Whether the guard lets two deletions pass and no more. */
  readonly isGuarded: boolean;
}

/** A record as somebody wants it to be. */
export interface WantedRecord {
  readonly type: string;
  readonly value: string;
  readonly ttl: number;
}

/** What is wanted of a name, and whether its load balancer is blank, so that the last addresses stand. */
export interface Wanted {
  readonly records: readonly WantedRecord[];
  readonly isKept: boolean;
}

const TARGET_TTL = 60;

const addressRecords = (addresses: readonly string[], ttl: number): WantedRecord[] =>
  addresses.map((value) => ({ type: value.includes(':') ? 'AAAA' : 'A', value, ttl }));

/** Sources of a host, the one that wins first: the oldest, then by name. A Service never names what is excluded. */
const sourcesOf = ({ sources, exclude }: Intent, host: string): Source[] => {
  const key = ({ createdAt, name }: Source): string => `${createdAt} ${name}`;
  return [...sources.values()]
    .filter(({ kind, hosts }) => hosts.includes(host) && !(kind === 'Service' && exclude.has(host)))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

/** What DESIGN and docs say should be at a name; undefined where nobody wants anything there. */
export const wantedAt = (intent: Intent, name: string): Wanted | undefined => {
  const { target, addresses, ttlSeconds, isBlank } = intent;
  if (name === target) return { records: addressRecords(addresses, TARGET_TTL), isKept: isBlank };
  const own = intent.written.get(name);
  const [source] = sourcesOf(intent, name);
  if (own?.kind === 'addresses') return { records: addressRecords(own.addresses, ttlSeconds), isKept: false };
  if (own?.kind === 'cname') {
    return { records: [{ type: 'CNAME', value: own.cname, ttl: ttlSeconds }], isKept: false };
  }
  if (own === undefined && source === undefined) return undefined;
  if (source?.kind === 'Service') return { records: addressRecords(source.addresses, ttlSeconds), isKept: false };
  return { records: [{ type: 'CNAME', value: target, ttl: ttlSeconds }], isKept: isBlank };
};

/** Whether a record without a mark may be taken over once its name is written, and how: as it is, or whatever it says. */
export const mayTakeOver = (
  intent: Intent,
  { name, type, value, disabled }: { name: string; type: string; value: string; disabled: boolean },
): 'as it is' | 'whatever it says' | undefined => {
  const wanted = wantedAt(intent, name.toLowerCase());
  if (wanted === undefined || intent.exclude.has(name.toLowerCase())) return undefined;
  if (intent.adoption === 'Never' || !['A', 'AAAA', 'CNAME'].includes(type)) return undefined;
  if (intent.adoption === 'Always') return 'whatever it says';
  const isSame = wanted.records.some((record) => record.type === type && record.value === value.toLowerCase());
  return isSame && !disabled ? 'as it is' : undefined;
};

/** Whether a record that is not ours keeps what is wanted from a name: anything beside a CNAME, addresses beside addresses. */
export const isInTheWay = ({ records }: Wanted, type: string): boolean =>
  records.some((record) => record.type === 'CNAME') || ['A', 'AAAA', 'CNAME'].includes(type);
