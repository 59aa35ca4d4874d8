import type { PlainRecord } from '../../standin/technitium/plain-record.ts';

/** What a record's comments say of who wrote it. */
export interface Marker {
  /** Up to the cluster: `splithorizon:home/5e5d431c`. */
  readonly owner: string;
  readonly isAdopted: boolean;
  readonly note: string;
}

/** Reads the marker of docs/promises.md, 1; undefined where there is none. */
export const markerOf = ({ type, comments }: PlainRecord): Marker | undefined => {
  if (!['A', 'AAAA', 'CNAME'].includes(type)) return undefined;
  const [, owner, adopted, note = ''] =
    /^(splithorizon:[a-z0-9-]+\/[0-9a-f-]+)(\+adopted)?(?: \| (.*))?$/s.exec(comments) ?? [];
  return owner === undefined ? undefined : { owner, isAdopted: adopted !== undefined, note };
};

/** A record on one line, for keys and for people. */
export const show = ({ name, type, ttl, value, comments, disabled }: PlainRecord): string =>
  `${name} ${type} ${ttl} ${value} "${comments}"${disabled ? ' disabled' : ''}`;
