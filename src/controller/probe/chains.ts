import type { ZoneSpec } from '../../model/api.ts';
import type { VantageView } from '../../model/views.ts';
import { AUDIENCES, type Audience } from '../../model/verdict.ts';
import { formatNameserver, parseNameserver, type NameserverAddress } from '../../probe/nameserver-address.ts';
import { parseResolvConf } from '../../probe/resolv-conf.ts';

/** The vantage that the operator makes for its own pod. */
export const PODS_VANTAGE = 'pods';

/** One nameserver of a chain: its key (`formatNameserver`), and how patiently its clients ask it. */
export interface ChainNameserver extends NameserverAddress {
  readonly key: string;
  readonly timeoutMs?: number;
  readonly attempts?: number;
}

/** What the clients at one vantage ask, in their order. */
export interface VantageChain {
  readonly vantage: string;
  readonly audience: Audience;
  readonly nameservers: readonly ChainNameserver[];
  /** Whether any server's answer may be the one that counts: `rotate`, and musl, which pods may use. */
  readonly everyServerMayAnswer: boolean;
}

/** The chain of a vantage, `pods` from the operator's own resolver configuration; undefined for an unknown audience. */
export function chainOf({ name, spec }: VantageView, readResolvConf: () => string): VantageChain | undefined {
  const audience = AUDIENCES.find((known) => known === spec.audience);
  if (audience === undefined) return undefined;
  const conf = spec.resolvers === undefined && name === PODS_VANTAGE ? readConf(readResolvConf) : undefined;
  const listed = conf?.nameservers.filter(({ used }) => used) ?? [];
  const given = (spec.resolvers ?? []).flatMap(({ address }) => parseNameserver(address) ?? []);
  return {
    vantage: name,
    audience,
    nameservers: [...listed, ...given].map(({ address, port }) => ({
      key: formatNameserver({ address, port }),
      address,
      port,
      ...(conf && { timeoutMs: conf.timeoutSeconds * 1000, attempts: conf.attempts }),
    })),
    everyServerMayAnswer: audience === 'Pods' || conf?.rotate === true,
  };
}

function readConf(readResolvConf: () => string): ReturnType<typeof parseResolvConf> | undefined {
  try {
    return parseResolvConf(readResolvConf());
  } catch {
    // Without a file there is nobody to ask; the vantage says that it knows no resolver.
    return undefined;
  }
}

/** Whether a zone knows a nameserver to answer publicly and keeps it on purpose, however its address is written. */
export function isAcceptedFallback({ acceptedFallbacks }: Pick<ZoneSpec, 'acceptedFallbacks'>, key: string): boolean {
  return acceptedFallbacks.some(({ address }) => {
    const parsed = parseNameserver(address);
    return parsed !== undefined && formatNameserver(parsed) === key;
  });
}
