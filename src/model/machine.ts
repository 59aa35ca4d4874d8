/*
 * What a machine's own configuration says of how names are looked up on it: read by the agent there (src/agent/machine),
 * judged elsewhere (src/plan/verdict). Plain JSON, since it travels in a status, of the hosts file what matters.
 */

/** The file by which programs of libc reach systemd-resolved past resolv.conf: the source of a stub that is not listed there. */
export const NSSWITCH = '/etc/nsswitch.conf';

/** Everything that decides whom the programs of a machine ask. */
export interface MachineConfig {
  /**
   * Those of resolv.conf(5) first, in the order of asking; behind them, where systemd-resolved is asked, its stub if
   * it is not among them, and the servers of its scopes.
   */
  readonly resolvers: readonly MachineResolver[];
  /** `options rotate`: programs do not start with the first one. */
  readonly rotate: boolean;
  /** How long one server is waited for, once. */
  readonly timeoutSeconds: number;
  /** How often the whole list is gone through. */
  readonly attempts: number;
  /** A name with fewer dots is tried with the search domains first. */
  readonly ndots: number;
  /** Search domains, lower-case without a trailing dot. */
  readonly search: readonly string[];
  /** Whether its own programs are musl's, which ask all servers at once and read the hosts file whatever nsswitch.conf says. */
  readonly musl: boolean;
  /** The hosts file, where that is read before DNS is asked; else empty. Its text, since it may be long and little of it matters. */
  readonly hostsFile: string;
  /** Clauses for people: each names a file and what of it could not be evaluated. Not empty: verdicts are at best Unknown. */
  readonly unseen: readonly string[];
}

/** A DNS server that may be asked by the machine. */
export interface MachineResolver {
  /** `IP` or `IP:port` (`[IPv6]:port`), port 53 where none is said. */
  readonly address: string;
  /** The file it was found in, as the machine calls it. */
  readonly source: string;
  /** Of systemd-resolved: what it listens on, or a server that it asks itself. Absent for all others. */
  readonly role?: 'Stub' | 'Uplink';
  /** Of an uplink: `global`, or which link's. Servers of one scope are asked in order, scopes at the same time. */
  readonly scope?: string;
  /** Of an uplink: the domains whose names its scope is asked for before others, lower-case; the root is `.`. */
  readonly domains?: readonly string[];
  /** Of an uplink: whether its scope is asked for names outside the domains of every scope. */
  readonly defaultRoute?: boolean;
}

/** One line of a hosts file. */
export interface Pin {
  /** Canonical (model/address.ts). */
  readonly address: string;
  /** Lower-case. */
  readonly names: readonly string[];
}
