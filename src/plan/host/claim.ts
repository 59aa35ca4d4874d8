import type { Labels } from '../../model/label-selector.ts';

/** The kinds of object that can name a host. */
export type SourceKind = 'Ingress' | 'IngressRoute' | 'Service';

/** The API group that Traefik's kinds had before traefik.io, and may have beside it. */
export const LEGACY_GROUP = 'traefik.containo.us';

/** The kinds by API group, `kind.group` (as kubectl takes it) for the one that is not the usual one: each is read by itself. */
export const SOURCE_TYPES = ['Ingress', 'IngressRoute', `IngressRoute.${LEGACY_GROUP}`, 'Service'] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/** What names a source, in the whole cluster. */
export interface SourceId {
  readonly kind: SourceKind;
  /** Set for an IngressRoute of the legacy group only. */
  readonly group?: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

/** What a stored source names; undefined where it is of a kind or group that is not known here (another version wrote it). */
export function sourceIdOf(stored: {
  readonly kind: string;
  readonly group?: string | undefined;
  readonly namespace: string;
  readonly name: string;
}): SourceId | undefined {
  const { kind, group, namespace, name } = stored;
  if (kind === 'IngressRoute' && group === LEGACY_GROUP) return { kind, group, namespace, name };
  if (group !== undefined || (kind !== 'Ingress' && kind !== 'IngressRoute' && kind !== 'Service')) return undefined;
  return { kind, namespace, name };
}

/** Kind and group of a source in one. */
export function sourceType({ kind, group }: Pick<SourceId, 'kind' | 'group'>): SourceType {
  return kind === 'IngressRoute' && group === LEGACY_GROUP ? `IngressRoute.${LEGACY_GROUP}` : kind;
}

/** One object that names a host, with what decides where the host points. */
export interface Claim extends SourceId {
  /** Creation time in milliseconds; of several claims that disagree the oldest wins. */
  readonly createdAt: number;
  /** The Ingress class, where one is named or a default exists. */
  readonly className: string | undefined;
  /** The labels of its namespace; undefined while they are not known. */
  readonly namespaceLabels: Labels | undefined;
  /** Of a source whose kind could not be read since the start: what the host's status remembers of it, which stands. */
  readonly recalled?: {
    /** Where the host pointed: the record of a target, for an Ingress or IngressRoute. */
    readonly target: string | undefined;
    readonly conflict: boolean;
  };
}

/** The kind alone. */
export function kindOf(type: SourceType): SourceKind {
  return type === `IngressRoute.${LEGACY_GROUP}` ? 'IngressRoute' : type;
}

/** Whether two name one object. */
export function isSameSource(a: SourceId, b: SourceId): boolean {
  return sourceType(a) === sourceType(b) && a.namespace === b.namespace && a.name === b.name;
}

/** `Ingress git/git`: how a claim is called in messages, columns and keys. */
export function claimKey(claim: Pick<Claim, 'kind' | 'namespace' | 'name'>): string {
  return `${claim.kind} ${claim.namespace}/${claim.name}`;
}

/** The order in which claims win: oldest first, then by namespace/name, so that a tie never flips. */
export function byPrecedence(a: Claim, b: Claim): number {
  return (
    a.createdAt - b.createdAt ||
    compare(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`) ||
    compare(sourceType(a), sourceType(b))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
