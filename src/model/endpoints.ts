/** One ready endpoint of a Service of DNS servers. */
export interface Endpoint {
  /** Of its pod; its address where it is none. */
  readonly name: string;
  readonly address: string;
  /** Where its DNS is. */
  readonly port: number;
}

/**
 * The ready endpoints of a Service, by their names; or, for people, why they cannot be known, which is undefined while they
 * were not listed yet.
 */
export type Endpoints = { readonly ready: readonly Endpoint[] } | { readonly problem: string | undefined };
