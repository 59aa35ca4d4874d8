import { ApiError, forbidden } from './errors.ts';
import type { Verb } from './request.ts';
import type { Resource } from './resources.ts';

/** Which requests a fault is about: all, or those whose path (with query) matches. */
export interface FaultScope {
  readonly path?: RegExp | undefined;
}

export interface FailOptions extends FaultScope {
  /** Sent as Retry-After; with 429 by default 1. */
  readonly retryAfterSeconds?: number | undefined;
}

interface Failure extends FailOptions {
  remaining: number;
  readonly status: number;
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const matchesPath = ({ path }: FaultScope, url: string): boolean => path === undefined || path.test(url);

/** What is wrong with the server at the moment. */
export class Faults {
  #failures: Failure[] = [];
  #hang: (FaultScope & { readonly over: Promise<void>; readonly end: () => void }) | undefined;
  readonly #forbidden = new Set<string>();
  readonly #emptied = new Set<string>();

  failNext(count: number, status: number, options: FailOptions): void {
    this.#failures.push({ remaining: count, status, ...options });
  }

  hang(scope: FaultScope): void {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#hang = { ...scope, over, end };
  }

  forbid(plural: string): void {
    this.#forbidden.add(plural);
  }

  emptyListing(plural: string): void {
    this.#emptied.add(plural);
  }

  heal(): void {
    this.#failures = [];
    this.#hang?.end();
    this.#hang = undefined;
    this.#forbidden.clear();
    this.#emptied.clear();
  }

  isEmptied({ plural }: Resource): boolean {
    return this.#emptied.has(plural);
  }

  isHanging(url: string): boolean {
    return this.#hang !== undefined && matchesPath(this.#hang, url);
  }

  /** Lets a request pass, holds it until the hang is over, or throws the error that it gets. */
  async admit(url: string, request: { verb: Verb; resource: Resource } | undefined): Promise<void> {
    if (this.isHanging(url)) await this.#hang?.over;
    const failure = this.#failures.find((candidate) => candidate.remaining > 0 && matchesPath(candidate, url));
    if (failure) {
      failure.remaining -= 1;
      const { status, retryAfterSeconds = status === 429 ? 1 : undefined } = failure;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      throw new ApiError(status, REASONS[status] ?? 'Unknown', `a fault on purpose: ${status}`, headers);
    }
    if (request && this.#forbidden.has(request.resource.plural)) throw forbidden(request.resource, request.verb);
  }
}
