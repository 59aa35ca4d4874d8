import type { Condition } from '../model/api.ts';

const STATUSES = ['True', 'False', 'Unknown'] as const;

/** A condition's status as labels and values have it: each status in lower case, 1 for the one that holds. */
export function statusValues({ status }: Pick<Condition, 'status'>): [status: string, value: number][] {
  return STATUSES.map((word) => [word.toLowerCase(), Number(word === status)]);
}
