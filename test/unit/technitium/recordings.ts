import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call to a real server and what it answered. */
export interface Recording {
  readonly note: string;
  readonly path: string;
  readonly form: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** The JSON that was answered; undefined where it was none. */
  readonly answer: { readonly status: string; readonly errorMessage?: string } | undefined;
}

interface Line {
  readonly note: string;
  readonly request?: { readonly path: string; readonly form?: Record<string, unknown> };
  readonly response?: { readonly status: number; readonly json?: Recording['answer'] };
}

const FOLDER = join(import.meta.dirname, '../../data/technitium');

/** What real servers answered, of one file (`15.2/03-cname`) or of all. */
export function recordings(file?: string): Recording[] {
  const files = file === undefined ? allFiles() : [`${file}.jsonl`];
  const lines = files.flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').trim().split('\n'));
  return lines
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ note, request, response }) =>
      request === undefined || response === undefined
        ? []
        : [{ note, path: request.path, form: request.form ?? {}, status: response.status, answer: response.json }],
    );
}

/** The recorded call with that note, the first if there are several. */
export function recorded(file: string, note: string): Recording {
  const found = recordings(file).find((recording) => recording.note === note);
  if (found === undefined) throw new Error(`no recording "${note}" in ${file}`);
  return found;
}

function allFiles(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
}
