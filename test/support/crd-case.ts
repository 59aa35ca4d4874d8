import type { Sample } from './samples.ts';

/** An object that the API server must take. */
export interface Accepted {
  readonly name: string;
  readonly object: Sample;
}

/** An object that the API server must not take. */
export interface Refused {
  readonly name: string;
  readonly object: Sample;
  /** What the message must hold: the field, and the value where there is one. */
  readonly says: readonly (string | RegExp)[];
}
