import type { ZoneSpec } from '../../model/api.ts';
import { matchesLabels } from '../../model/label-selector.ts';
import { claimKey, type Claim } from './claim.ts';
import { targetOfClass, type ZoneFacts } from './decide-host.ts';

/** Why a source that names a host makes none, in words. */
export function whyNotTaken(claim: Claim, sources: ZoneSpec['sources'], zone: Pick<ZoneFacts, 'targets'>): string {
  const listed = sources.find(({ kind }) => kind === claim.kind);
  if (listed === undefined) return `${claimKey(claim)}: spec.sources does not list kind ${claim.kind}`;
  if (!matchesLabels(listed.namespaceSelector ?? {}, claim.namespaceLabels ?? {})) {
    return `${claimKey(claim)}: spec.sources does not select namespace ${claim.namespace}`;
  }
  return targetOfClass(zone, claim.className) === undefined
    ? `${claimKey(claim)}: no target takes its Ingress class "${claim.className ?? ''}"`
    : `${claimKey(claim)} may not name it`;
}
