/*
 * What `splithorizon explain` gives: the shape of its JSON. Fields may be added; none goes or changes its meaning. Times are
 * RFC 3339.
 */

/** A condition as it is stored; `since` is its last transition. */
export interface Word {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since?: string;
}

/** An object that names the host. */
export interface ExplainedSource {
  /** `Ingress git/git`. */
  readonly source: string;
  /** Whether it wants another target than the one that won. */
  readonly conflict: boolean;
  /** Whether the status lists it, and it names the host no more. */
  readonly gone: boolean;
}

/** A record set that is wanted, or that the zone held when the status was written. */
export interface ExplainedRecord {
  readonly type: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
}

/** The host's record: what it should be, what it is, and what is between the two. */
export interface ExplainedRecords {
  /** Empty where nothing is to be written: excluded, observed, named by nobody, or without an address to point to. */
  readonly wanted: readonly ExplainedRecord[];
  /** Why nothing can be wanted, though somebody names the host. */
  readonly problem?: string;
  /** `adopted`: others wrote it, and the operator took it over. */
  readonly held: readonly (ExplainedRecord & { readonly adopted: boolean })[];
  readonly published: Word;
  /** Conditions of the zone that are not True and concern what is written. */
  readonly obstacles: readonly Word[];
}

/** What was seen from here just now, with `--live`. */
export interface SeenNow {
  /** Undefined where nothing was asked. */
  readonly verdict?: string;
  readonly answers: readonly string[];
  /** A clause about the nameserver: "answers 203.0.113.10, expected 10.0.20.203", or why it was not asked. */
  readonly detail: string;
  /** The address of this machine that the question came from. */
  readonly from?: string;
}

/** One DNS server of the zone. */
export interface ExplainedServer {
  readonly name: string;
  readonly address: string;
  /** When something last changed; absent while it is not known. */
  readonly serial?: number;
  /** `Synced`, or what is wrong with it. */
  readonly reason: string;
  readonly now?: SeenNow & { readonly serial?: number };
}

/** One nameserver of a vantage, in the order in which its clients ask. */
export interface ExplainedNameserver {
  readonly nameserver: string;
  /** Its own verdict, as far as the status tells. */
  readonly verdict?: string;
  readonly answers: readonly string[];
  /** Why it is in the zone's `acceptedFallbacks`. */
  readonly accepted?: string;
  readonly now?: SeenNow;
}

/** One place that DNS is asked from. */
export interface ExplainedVantage {
  readonly vantage: string;
  /** The address that its nameservers see as their client, where the operator asks them. */
  readonly askedFrom?: string;
  readonly reporting: Word;
  readonly nameservers: readonly ExplainedNameserver[];
}

/** What one audience is told. */
export interface ExplainedAudience {
  readonly audience: string;
  /** `-` where nobody asks for it. */
  readonly verdict: string;
  readonly condition?: Word;
  /** The addresses, or the name, that should come; empty where that is not known. */
  readonly expected: readonly string[];
  /** How many failures the status does not list. */
  readonly more: number;
  readonly vantages: readonly ExplainedVantage[];
}

/** A text to paste. */
export interface Snippet {
  /** What takes it: `Unbound`, `dnsmasq`, `CoreDNS`, `systemd-resolved` or `kubectl`. */
  readonly for: string;
  /** Where it goes, and what makes it count. */
  readonly where: string;
  /** Without a line end after the last line. */
  readonly text: string;
}

/** Something to change. */
export interface Fix {
  /** The nameserver's address; `record`. */
  readonly about: string;
  /** Sentences for people. */
  readonly what: string;
  /** Where the whole story is told: a path of this repository. */
  readonly help: string;
  /** One of them, or all that fit. */
  readonly snippets: readonly Snippet[];
  /** The other hosts of the zone of which the same is said. */
  readonly shared: { readonly count: number; readonly sample: readonly string[] };
}

/** All that the cluster stores about one host. */
export interface HostPage {
  readonly host: string;
  /** Name of its SplitHorizonHost. */
  readonly object: string;
  /** Whether the operator made it. */
  readonly generated: boolean;
  readonly zone?: string;
  readonly policy?: string;
  /** When the operator last wrote the status, which it does when something changed. */
  readonly written?: string;
  /** Whether the status is about the spec as it is now. */
  readonly current: boolean;
  readonly ready: Word;
  readonly sources: readonly ExplainedSource[];
  readonly moreSources: number;
  /** Where it points, and the addresses of that. */
  readonly target?: { readonly label: string; readonly addresses: readonly string[] };
  readonly record: ExplainedRecords;
  readonly serversInSync?: Word;
  readonly servers: readonly ExplainedServer[];
  readonly audiences: readonly ExplainedAudience[];
  readonly fixes: readonly Fix[];
  /** When it was asked from here; absent without `--live`. */
  readonly askedNow?: string;
  /** Kinds that this user may not list, so that what the status says of them stands. */
  readonly unread: readonly string[];
}
