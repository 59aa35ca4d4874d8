import type { Look } from '../../model/look.ts';
import type { HostView, VantageView, ZoneView } from '../../model/views.ts';
import type { HostDecision } from '../host/decide-host.ts';
import type { ZoneTarget } from '../host/target.ts';

/** A DNS server that the zone lists. */
export interface NamedServer {
  readonly name: string;
  /** `IP`, `IP:port` or `[IPv6]:port`, the port left out where it is 53: as vantages write it. */
  readonly key: string;
  /** Canonical. */
  readonly address: string;
  readonly port: number;
}

/** A vantage, and the keys of its nameservers in the order in which its clients ask. */
export interface AskedVantage {
  readonly view: VantageView;
  readonly nameservers: readonly string[];
}

/** What one of the zone's servers says of the zone's SOA (RFC 1035 3.3.13). */
export type SoaNow =
  | {
      readonly serial: number;
      readonly mname: string;
      readonly rname: string;
      readonly refresh: number;
      readonly negativeTtl: number;
    }
  | { readonly problem: string };

/** What was seen from here. Keys are those of servers and nameservers. */
export interface LiveFacts {
  /** Milliseconds of the wall clock. */
  readonly at: number;
  readonly looks: ReadonlyMap<string, Look>;
  readonly soas: ReadonlyMap<string, SoaNow>;
  /** The address of this machine that questions come from. */
  readonly from: ReadonlyMap<string, string>;
}

/** All that a page is made from. */
export interface ExplainFacts {
  readonly view: HostView;
  /** When the operator last wrote the status (ms). */
  readonly writtenAt: number | undefined;
  /** The zone that holds the host, with its targets as they are now; undefined where none does. */
  readonly zone: { readonly view: ZoneView; readonly targets: readonly ZoneTarget[] } | undefined;
  /** What the host should be; undefined where no zone holds it. */
  readonly decision: HostDecision | undefined;
  readonly vantages: readonly AskedVantage[];
  readonly servers: readonly NamedServer[];
  /** The keys of the zone's `acceptedFallbacks`, and why they are kept. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Addresses that nobody outside of the cluster can ask. */
  readonly clusterIPs: ReadonlySet<string>;
  /** The other hosts of the zone. */
  readonly others: readonly HostView[];
  readonly unread: readonly string[];
  readonly live: LiveFacts | undefined;
}
