import type { MachineFiles } from './files.ts';

/** One assignment of resolved.conf(5). */
export interface Setting {
  readonly key: string;
  readonly value: string;
  /** The file that makes it. */
  readonly source: string;
}

/** Where systemd looks for its configuration; the earlier folder wins over the later. */
const FOLDERS = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

/**
 * The assignments in section [Resolve] of resolved.conf, then of its drop-ins by name, whatever folder these are in: of two
 * with one name the earlier folder's is read, so that an empty one masks the other.
 */
export function readResolvedConf(files: MachineFiles): readonly Setting[] {
  const main = FOLDERS.map((folder) => `${folder}/resolved.conf`).find((path) => files.read(path) !== undefined);
  const dropIns = new Map<string, string>();
  for (const folder of FOLDERS.map((each) => `${each}/resolved.conf.d`)) {
    for (const name of files.list(folder)) {
      if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${folder}/${name}`);
    }
  }
  const paths = [
    ...(main === undefined ? [] : [main]),
    ...[...dropIns.keys()].sort().flatMap((name) => dropIns.get(name) ?? []),
  ];
  return paths.flatMap((path) => settingsIn(files.read(path) ?? '', path));
}

/** The words that a list setting comes to, each with its file: assignments add up, an empty one takes all before it back. */
export function listOf(settings: readonly Setting[], key: string): readonly { word: string; source: string }[] {
  const mine = settings.filter((setting) => setting.key === key);
  const reset = mine.findLastIndex(({ value }) => value === '');
  return mine.slice(reset + 1).flatMap(({ value, source }) => value.split(/\s+/).map((word) => ({ word, source })));
}

/** The assignment that counts of a single setting: the last; undefined where there is none, or an empty one. */
export function lastOf(settings: readonly Setting[], key: string): Setting | undefined {
  const last = settings.findLast((setting) => setting.key === key);
  return last?.value === '' ? undefined : last;
}

/** Whether a value is one of systemd's words for no. */
export function isNo(text: string): boolean {
  return ['no', 'false', '0', 'off'].includes(text.toLowerCase());
}

/** systemd.syntax(7): a line that ends with a backslash goes on in the next one. */
function settingsIn(text: string, source: string): Setting[] {
  const settings: Setting[] = [];
  let section = '';
  for (const line of text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((each) => each.trim())) {
    if (/^[#;]/.test(line)) continue;
    const [, header] = /^\[(.*)\]$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section === 'Resolve' && key !== undefined && value !== undefined) settings.push({ key, value, source });
  }
  return settings;
}
