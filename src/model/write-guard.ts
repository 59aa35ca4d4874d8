/** A write that was not sent: by now somebody else may be the one who writes. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/** Decides over each write at the last moment: when its connection stands and its first byte is about to leave. */
export interface WriteGuard {
  /** Throws a `WriteRefused` where nothing may be written now. */
  check(): void;
  /** The longest that a write may take until its answer is read, in milliseconds. */
  readonly limitMs: number;
}
