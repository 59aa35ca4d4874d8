import { expect } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';

const text = (cell: unknown): string => (typeof cell === 'string' ? cell : JSON.stringify(cell ?? ''));

interface Table {
  readonly columnDefinitions: { readonly name: string }[];
  readonly rows: { readonly cells: unknown[] }[];
}

/** The row that kubectl would print of one object, wide columns included, by column name. */
export const cellsOf = async (client: ApiClient, plural: string, name: string): Promise<Record<string, string>> => {
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const path = `/apis/splithorizon.dev/v1alpha1/${plural}/${name}`;
  const { status, body } = await client.request('GET', path, undefined, { headers });
  if (status === 404) return {};
  expect(status, body.message).toBe(200);
  const { columnDefinitions, rows } = body as unknown as Table;
  const cells = rows[0]?.cells ?? [];
  return Object.fromEntries(columnDefinitions.map((column, index) => [column.name, text(cells[index])]));
};
