/** Who asks: the machines of the cluster, the pods on them, everybody else in the network. */
export const AUDIENCES = ['Nodes', 'Pods', 'LAN'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What was seen from a place, in one word, from the worst to the best: docs/verdicts.md tells how it is found. */
export const VERDICTS = [
  'External',
  'Stale',
  'NotFound',
  'Failed',
  'Timeout',
  'Mixed',
  'Pinned',
  'Unknown',
  'Propagating',
  'Internal',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a verdict is what it is, where a closed word for it exists; it becomes the reason of the condition. */
export const CAUSES = ['Hairpin', 'Edge', 'AcceptedFallback', 'SerialBehind', 'Throttled'] as const;
export type Cause = (typeof CAUSES)[number];

/** A block of public addresses and what traffic to them does: our own WAN address, or a proxy that works. */
export interface PublicBlock {
  readonly cidr: string;
  readonly kind: 'Hairpin' | 'Edge';
}
