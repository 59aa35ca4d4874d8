import type { ApiClient } from '../support/api-client.ts';

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly (string | number | boolean | null)[] }[];
}

const AS_TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const GAP = 3;

/** A kind as `kubectl get` prints it: the server makes the table (kubectl asks for the same), this only pads it. */
export async function printTable(client: ApiClient, plural: string): Promise<string> {
  const { body } = await client.request('GET', `/apis/splithorizon.dev/v1alpha1/${plural}`, undefined, {
    headers: AS_TABLE,
  });
  const { columnDefinitions, rows } = body as unknown as Table;
  const columns = columnDefinitions.flatMap(({ name, priority }, index) => (priority === 0 ? [{ name, index }] : []));
  const lines = [
    columns.map(({ name }) => name.toUpperCase()),
    ...rows.map(({ cells }) => columns.map(({ index }) => String(cells[index] ?? ''))),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)) + GAP);
  const pad = (line: readonly string[]): string =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('');
  return lines.map((line) => pad(line).trimEnd()).join('\n');
}
