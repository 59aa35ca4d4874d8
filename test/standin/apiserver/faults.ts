import { ApiError, forbidden } from './errors.ts';
import type { Verb } from './request.ts';
import type { Resource } from './resources.ts';

/** Which requests a fault is about: all, or those whose path with query matches. */
export interface FaultScope {
  readonly path?: RegExp;
}

export interface FailOptions extends FaultScope {
  /** Sent as Retry-After; with 429 by default 1. */
  readonly retryAfterSeconds?: number;
}

interface Failure extends FailOptions {
  remaining: number;
  readonly status: number;
}

interface Hang extends FaultScope {
  readonly over: Promise<void>;
  readonly end: () => void;
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

const isMeant = ({ path }: FaultScope, url: string): boolean => path === undefined || path.test(url);

/** What is wrong with the server, until {@link heal}. */
export class Faults {
  #failures: Failure[] = [];
  #hang: Hang | undefined;
  readonly #forbidden = new Set<string>();
  readonly #emptied = new Set<string>();

  /** Fails the next `count` requests with this HTTP status; 429 comes with Retry-After. */
  failNext(count: number, status: number, options: FailOptions = {}): void {
    this.#failures.push({ remaining: count, status, ...options });
  }

  /** Accepts requests and leaves them without an answer, and open watches mute; once healed all goes on. */
  hang(scope: FaultScope = {}): void {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#hang = { ...scope, over, end };
  }

  /** Answers 403 to every request for a resource, by its plural. */
  forbid(plural: string): void {
    this.#forbidden.add(plural);
  }

  /** Lists a resource, by its plural, as if it had no objects; no watch hears of a deletion. */
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

  /** What a request has to wait for before anything more is sent to it: the end of the hang; undefined where none is. */
  holdUp(url: string): Promise<void> | undefined {
    return this.#hang && isMeant(this.#hang, url) ? this.#hang.over : undefined;
  }

  /** Lets a request pass, holds it until the hang is over, or throws the error that it gets. */
  async admit(url: string, request: { verb: Verb; resource: Resource } | undefined): Promise<void> {
    await this.holdUp(url);
    const failure = this.#failures.find((candidate) => candidate.remaining > 0 && isMeant(candidate, url));
    if (failure) {
      failure.remaining -= 1;
      const { status, retryAfterSeconds = status === 429 ? 1 : undefined } = failure;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      throw new ApiError(status, REASONS[status] ?? 'Unknown', `a fault on purpose: ${status}`, headers);
    }
    if (request && this.#forbidden.has(request.resource.plural)) throw forbidden(request.resource, request.verb);
  }
}
