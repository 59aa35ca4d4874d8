/** What a zone's agents are to ask, and how. Plain JSON: it travels in ConfigMaps (docs/vantages.md). */
export interface ZoneQuestions {
  readonly zone: string;
  readonly canarySeconds: number;
  readonly rotationSeconds: number;
  /** Audiences that count for hosts without a list of their own; all where there is none. */
  readonly audiences?: readonly string[];
  /** Addresses of the zone's own servers, which may be asked for everything. */
  readonly servers: readonly string[];
  /** Addresses of accepted fallbacks, which are asked for one host only. */
  readonly accepted: readonly string[];
  readonly hosts: readonly HostQuestion[];
}

/** What is to be asked about one host. */
export interface HostQuestion {
  /** Without the zone, `@` for the zone's own name. */
  readonly name: string;
  /** Another one, whenever what was seen before says nothing any more. */
  readonly mark: string;
  /** The name that is asked beside it. */
  readonly cname?: string;
  readonly audiences?: readonly string[];
  /** Set while no cache may be asked for it (docs/promises.md, 7). */
  readonly held?: true;
}

/** A whole list of questions. */
export interface QuestionList {
  /** Another one for each other list. */
  readonly version: string;
  /** Addresses of the cluster's DNS service; empty where none is known. */
  readonly clusterDns: readonly string[];
  readonly zones: readonly ZoneQuestions[];
}

/** One part of a list, as one ConfigMap holds it. */
interface Part extends QuestionList {
  /** How many parts there are. */
  readonly of: number;
}

/** Prefix of the ConfigMaps' names; a number follows. */
export const QUESTIONS_PREFIX = 'questions-';
/** The key of a ConfigMap's data. */
export const QUESTIONS_KEY = 'questions.json';

/** The number in a ConfigMap's name; undefined for another one. */
export function questionsNumber(name: string): number | undefined {
  const text = name.startsWith(QUESTIONS_PREFIX) ? name.slice(QUESTIONS_PREFIX.length) : '';
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** The texts of the parts, none longer than `most` characters unless one host is. Names are of ASCII: characters are bytes. */
export function formatQuestions({ version, clusterDns, zones }: QuestionList, most = 900_000): string[] {
  const parts: ZoneQuestions[][] = [[]];
  let size = 0;
  for (const zone of zones) {
    let hosts: HostQuestion[] = [];
    parts.at(-1)?.push({ ...zone, hosts });
    for (const host of zone.hosts) {
      const cost = JSON.stringify(host).length + 1;
      if (size + cost > most) {
        parts.push([{ ...zone, hosts: (hosts = []) }]);
        size = 0;
      }
      hosts.push(host);
      size += cost;
    }
  }
  return parts.map((part) => JSON.stringify({ version, of: parts.length, clusterDns, zones: part } satisfies Part));
}

/** The list that parts make, by their numbers; undefined while they are not all there, or not all of one version. */
export function joinQuestions(texts: ReadonlyMap<number, string>): QuestionList | undefined {
  const first = parse(texts.get(0));
  if (first === undefined) return undefined;
  const parts = [first];
  for (let index = 1; index < first.of; index++) {
    const part = parse(texts.get(index));
    if (part?.version !== first.version) return undefined;
    parts.push(part);
  }
  const byZone = Map.groupBy(
    parts.flatMap(({ zones }) => zones),
    ({ zone }) => zone,
  );
  const zones = [...byZone.values()].flatMap(([head, ...rest]) =>
    head === undefined ? [] : { ...head, hosts: [head, ...rest].flatMap(({ hosts }) => hosts) },
  );
  return { version: first.version, clusterDns: first.clusterDns, zones };
}

/** A host's name as questions and reports write it: without the zone, `@` for the zone's own. */
export function shortName(host: string, zone: string): string {
  return host === zone ? '@' : host.slice(0, -zone.length - 1);
}

/** The whole name of a host that is written short. */
export function longName(name: string, zone: string): string {
  return name === '@' ? zone : `${name}.${zone}`;
}

/** Undefined for what is no part, as a person may have written it. */
function parse(text: string | undefined): Part | undefined {
  try {
    const part = JSON.parse(text ?? '') as Partial<Part>;
    const { version, of, clusterDns, zones } = part;
    return typeof version === 'string' && typeof of === 'number' && Array.isArray(zones)
      ? { version, of, clusterDns: clusterDns ?? [], zones }
      : undefined;
  } catch {
    return undefined;
  }
}
