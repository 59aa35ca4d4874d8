/** What goes wrong with a call instead of its answer. */
export type Fault =
  /** The connection is reset, with the call carried out first or not. */
  | { readonly kind: 'reset'; readonly applied: boolean }
  /** The connection ends in the middle of the answer. */
  | { readonly kind: 'half' }
  /** Something else is answered, and the call not carried out. */
  | {
      readonly kind: 'body';
      readonly status: number;
      readonly type: string;
      readonly location: string | undefined;
      readonly body: Buffer;
    };

/** Which calls a fault hits: all of one path or of any, and how many of them. */
export interface Scope {
  readonly path?: string;
  /** Default: until healed. */
  readonly times?: number;
}

/** The faults that are set on the API, the newest first to hit. */
export class Faults {
  #set: { readonly fault: Fault; readonly path: string | undefined; left: number }[] = [];
  #latency = new Map<string, number>();

  add(fault: Fault, scope: Scope): void {
    this.#set.unshift({ fault, path: scope.path, left: scope.times ?? Infinity });
  }

  /** Takes one from the fault that hits this call, if any. */
  take(path: string): Fault | undefined {
    const hit = this.#set.find((one) => one.path === undefined || one.path === path);
    if (hit === undefined) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.#set = this.#set.filter((one) => one !== hit);
    return hit.fault;
  }

  /** @param path '*' for all that have none of their own */
  setLatency(milliseconds: number, path = '*'): void {
    this.#latency.set(path, milliseconds);
  }

  latency(path: string): number {
    return this.#latency.get(path) ?? this.#latency.get('*') ?? 0;
  }

  clear(): void {
    this.#set = [];
    this.#latency.clear();
  }
}
