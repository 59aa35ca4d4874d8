import {
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type Answer,
  type DecodedPacket,
  type Question,
} from 'dns-packet';
import { createCache, type Content } from './cache.ts';
import { listenDns } from './dns-listener.ts';
import { forward } from './forward.ts';

/** How a resolver answers. All of it may change while it runs. */
export interface ResolverBehaviour {
  /** Zone -> server to forward to, as `address:port`; the longest zone counts. */
  readonly routes: Readonly<Record<string, string>>;
  /** Name, or `*.zone` for all below, -> addresses of its own, before anything else (a hosts plugin, a template). */
  readonly static: Readonly<Record<string, readonly string[]>>;
  /** The same for the world outside, asked last. What is not in it does not exist. */
  readonly public: Readonly<Record<string, readonly string[]>>;
  /** Seconds that everything is kept at least. */
  readonly minTtl: number;
  /** Gives an answer whose time is over once more, and asks anew behind it. */
  readonly serveStale: boolean;
  /** Answers nothing but this: `SERVFAIL`, `REFUSED`. */
  readonly rcode: string | undefined;
  /** Answers nothing at all. */
  readonly silent: boolean;
  /** Cuts every answer over UDP short and gives none over TCP, as to a client over its limit. */
  readonly truncating: boolean;
  /** Leaves out private addresses that come from elsewhere (rebinding protection). */
  readonly stripPrivate: boolean;
  /** Denies every name when asked for its IPv6 addresses. */
  readonly aaaaNxdomain: boolean;
}

export interface ResolverOptions extends Partial<ResolverBehaviour> {
  /** @default any free one */
  readonly port?: number;
  /** Milliseconds, for the cache. @default Date.now */
  readonly now?: () => number;
  /** How long a server is waited for before SERVFAIL. @default 1000 */
  readonly upstreamTimeoutMs?: number;
}

/** A caching, forwarding resolver on 127.0.0.1. */
export interface Resolver {
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  /** All queries heard, in order; `at` by the resolver's clock. */
  readonly queries: readonly { readonly name: string; readonly type: string; readonly at: number }[];
  /** How often a name was asked for, of any type. */
  countOf(name: string): number;
  set(changes: Partial<ResolverBehaviour>): void;
  /** Empties the cache. */
  flush(): void;
  close(): Promise<void>;
}

const DEFAULTS: ResolverBehaviour = {
  routes: {},
  static: {},
  public: {},
  minTtl: 0,
  serveStale: false,
  rcode: undefined,
  silent: false,
  truncating: false,
  stripPrivate: false,
  aaaaNxdomain: false,
};
const OWN_TTL = 60;
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd])/;
const SERVFAIL: Content = { rcode: 'SERVFAIL', answers: [], authorities: [] };

export async function startResolver(options: ResolverOptions = {}): Promise<Resolver> {
  const { port: wantedPort = 0, now = Date.now, upstreamTimeoutMs = 1000, ...changes } = options;
  let behaviour: ResolverBehaviour = { ...DEFAULTS, ...changes };
  const queries: { name: string; type: string; at: number }[] = [];
  const cache = createCache(() => behaviour.minTtl, now);

  const resolve = async (question: Question, upstream: string): Promise<Content> => {
    const message = (await forward(upstream, question, upstreamTimeoutMs)) as
      (DecodedPacket & { rcode: string }) | undefined;
    if (message === undefined) return SERVFAIL;
    const { rcode, answers = [], authorities = [] } = message;
    const kept = behaviour.stripPrivate ? answers.filter(isNotPrivate) : answers;
    const content = await chase({ rcode, answers: kept, authorities }, question);
    cache.put(keyOf(question), content);
    return content;
  };
  /** Follows a CNAME that leads out of what is forwarded, as a resolver does for its clients. */
  const chase = async (content: Content, { type }: Question): Promise<Content> => {
    const last = content.answers.at(-1);
    if (last?.type !== 'CNAME' || lookUpZone(behaviour.routes, last.data) !== undefined) return content;
    const behind = await contentFor({ name: last.data, type });
    return { ...behind, answers: [...content.answers, ...behind.answers] };
  };
  const contentFor = async (question: Question): Promise<Content> => {
    const name = question.name.toLowerCase();
    if (behaviour.rcode !== undefined) return { ...SERVFAIL, rcode: behaviour.rcode };
    if (behaviour.aaaaNxdomain && question.type === 'AAAA') return { ...SERVFAIL, rcode: 'NXDOMAIN' };
    const own = lookUp(behaviour.static, name);
    if (own) return positive(question, own);
    const upstream = lookUpZone(behaviour.routes, name);
    if (upstream === undefined) {
      const outside = lookUp(behaviour.public, name);
      return outside ? positive(question, outside) : NOT_THERE;
    }
    const cached = cache.get(keyOf(question));
    if (cached === undefined || (cached.isStale && !behaviour.serveStale)) return resolve(question, upstream);
    if (cached.isStale) void resolve(question, upstream);
    return cached.content;
  };
  const listener = await listenDns(({ packet, transport, respond, hangUp }) => {
    const query = decode(packet);
    const question = query.questions?.[0];
    if (question === undefined) return;
    queries.push({ name: question.name.toLowerCase(), type: question.type, at: now() });
    if (behaviour.silent) return;
    if (behaviour.truncating) {
      if (transport === 'tcp') hangUp();
      else respond(encode({ type: 'response', id: query.id ?? 0, flags: TRUNCATED_RESPONSE, questions: [question] }));
      return;
    }
    void contentFor(question).then((content) => respond(responseTo(query, question, content)));
  }, wantedPort);

  return {
    port: listener.port,
    address: `127.0.0.1:${listener.port}`,
    queries,
    countOf: (name) => queries.filter((query) => query.name === name).length,
    set(more) {
      behaviour = { ...behaviour, ...more };
    },
    flush: () => cache.flush(),
    close: () => listener.close(),
  };
}

const NOT_THERE: Content = {
  rcode: 'NXDOMAIN',
  answers: [],
  authorities: [
    {
      type: 'SOA',
      name: '.',
      ttl: OWN_TTL,
      data: { mname: 'ns.public.example', rname: 'admin.public.example', serial: 1, minimum: OWN_TTL },
    },
  ],
};

const keyOf = ({ name, type }: Question): string => `${name.toLowerCase()} ${type}`;

const isNotPrivate = (record: Answer): boolean =>
  (record.type !== 'A' && record.type !== 'AAAA') || !PRIVATE.test(record.data);

const lookUp = (table: ResolverBehaviour['static'], name: string): readonly string[] | undefined =>
  table[name] ?? table[`*.${name.split('.').slice(1).join('.')}`];

const lookUpZone = (routes: ResolverBehaviour['routes'], name: string): string | undefined => {
  const labels = name.split('.');
  const zone = labels.map((_, index) => labels.slice(index).join('.')).find((suffix) => suffix in routes);
  return routes[zone ?? '.'];
};

function positive({ name, type }: Question, addresses: readonly string[]): Content {
  const family = (address: string): string => (address.includes(':') ? 'AAAA' : 'A');
  const answers = addresses
    .filter((address) => family(address) === type)
    .map((data) => ({ type: type as 'A', name, ttl: OWN_TTL, data }));
  return { rcode: 'NOERROR', answers, authorities: [] };
}

function responseTo(query: DecodedPacket, question: Question, { rcode, answers, authorities }: Content): Buffer {
  return encode({
    type: 'response',
    id: query.id ?? 0,
    flags: RECURSION_DESIRED | RECURSION_AVAILABLE | Math.max(0, RCODES.indexOf(rcode)),
    questions: [question],
    answers: [...answers],
    authorities: [...authorities],
  });
}
