/** Who asks: the machines of the cluster, the pods on them, everybody else in the network. */
export const AUDIENCES = ['Nodes', 'Pods', 'LAN'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What was seen from a place, in one word: see the table in docs/verdicts.md. */
export type Verdict =
  | 'Internal'
  | 'External'
  | 'Mixed'
  | 'Stale'
  | 'Pinned'
  | 'NotFound'
  | 'Failed'
  | 'Timeout'
  | 'Propagating'
  | 'Unknown';

/** Why a verdict is what it is, where a closed word for it exists; it becomes the reason of the condition. */
export type Cause = 'Hairpin' | 'Edge' | 'AcceptedFallback' | 'Throttled' | 'SerialBehind';

/** A block of public addresses and what traffic to them does: our own WAN address, or a proxy that works. */
export interface PublicBlock {
  readonly cidr: string;
  readonly kind: 'Hairpin' | 'Edge';
}
