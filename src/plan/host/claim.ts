/** The kinds of object that can name a host. */
export type SourceKind = 'Ingress' | 'Service';

/** One object that names a host, with what decides where the host points. */
export interface Claim {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
  /** Creation time in milliseconds; of several claims that disagree the oldest wins. */
  readonly createdAt: number;
  /** The Ingress class, where one is named or a default exists. */
  readonly className: string | undefined;
  /** Of a source whose kind could not be read since the start: what the host's status remembers of it, which stands. */
  readonly recalled?: {
    /** Where the host pointed: the record of a target, for an Ingress. */
    readonly target: string | undefined;
    readonly conflict: boolean;
  };
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
    compare(a.kind, b.kind)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
