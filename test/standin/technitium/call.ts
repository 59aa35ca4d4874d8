import type { Auth, Session } from './auth.ts';
import type { Membership } from './cluster.ts';
import { ApiError } from './errors.ts';
import type { CheckName } from './names.ts';
import type { Params } from './params.ts';
import type { RecordType } from './record-types.ts';
import type { ZoneStore } from './zone-store.ts';

export type Version = '15.2' | '14.3';

/** What the calls of the API work on. */
export interface Server {
  readonly version: Version;
  readonly domain: string;
  readonly store: ZoneStore;
  readonly auth: Auth;
  readonly types: ReadonlyMap<string, RecordType>;
  readonly checkName: CheckName;
  readonly now: () => number;
  /** Milliseconds. */
  readonly startedAt: number;
  /** The cluster that it is in. */
  readonly membership: Membership;
  /** Where servers are in truth that `primaryNameServerAddresses` names by other addresses. */
  readonly peers: Readonly<Record<string, string>>;
}

/** One call of the API. */
export interface Call {
  readonly server: Server;
  readonly params: Params;
  /** The media type of the body as sent, '' for none. */
  readonly contentType: string;
  readonly body: string;
  /** The address it comes from. */
  readonly from: string;
  readonly token: string;
}

/** A call of somebody who is logged in. */
export interface UserCall extends Call {
  readonly session: Session;
}

/** An answer that is no JSON. */
export class PlainText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** @throws ApiError in the server's words if `allowed` is not true */
export function requireRight(allowed: boolean): void {
  if (!allowed) throw new ApiError('Access was denied.');
}
