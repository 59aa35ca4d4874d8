import { printable } from '../model/printable.ts';
import {
  countActions,
  hasChanges,
  type PlannedAction,
  type PlannedChange,
  type PlannedRecord,
  type Preview,
  type ZonePreview,
} from '../plan/preview/preview.ts';

type Row = readonly string[];

const ACTIONS: Readonly<
  Record<PlannedAction, { readonly sign: string; readonly verb: string; readonly title: string }>
> = {
  Create: { sign: '+', verb: 'create', title: 'Create' },
  Adopt: { sign: '~', verb: 'adopt', title: 'Adopt (others wrote these records; from now on they carry our marker)' },
  Change: { sign: '~', verb: 'change', title: 'Change' },
  Release: {
    sign: '~',
    verb: 'release',
    title: 'Release (adopted once, nobody wants them any more: they stay, without our marker)',
  },
  Delete: { sign: '-', verb: 'delete', title: 'Delete' },
};

/** The plan for people. Names, types and reasons stand in columns; the last line sums up. Empty where no zone could be planned. */
export function planText(preview: Preview): string {
  const { zones, outside, refused } = preview;
  if (zones.every(({ error }) => error !== undefined)) return '';
  const sections = [
    ...zones.filter(({ error }) => error === undefined).map(zoneText),
    section(
      'These name no host',
      refused.map(({ source, text, problem }) => ['  ', `"${text}"`, problem, source]),
    ),
    section(
      'In no zone',
      outside.map((host) => ['  ', host]),
    ),
    `${summary(preview)}\n`,
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function zoneText({ zone, policy, changes, left, orphans, servers }: ZonePreview): string {
  const note = policy === 'DryRun' ? ' (the operator writes nothing of this until it says Sync)' : '';
  const groups = Object.entries(ACTIONS).map(([action, { sign, title }]) =>
    section(
      title,
      changes.filter((change) => change.action === action).map((change) => [`  ${sign}`, ...changeRow(change)]),
    ),
  );
  return [
    `Zone ${zone}, policy ${policy}${note}\n`,
    ...groups,
    section(
      'Left alone',
      left.map(({ name, reason, message }) => ['   ', name, reason, message]),
    ),
    section(
      'Orphans (they point to a target, no host has their name, and they are not ours: nobody deletes them)',
      orphans.map(({ name, records }) => ['   ', name, recordsText(records), commentsOf(records)]),
    ),
    section(
      'Servers that must follow',
      servers.map(({ name, at }) => ['   ', name, at]),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function changeRow({ before, after, action, name, sources, dueTime }: PlannedChange): Row {
  const [was, will] = [recordsText(before), recordsText(after)];
  const isMove = was !== '' && will !== '' && was !== will;
  const isGone = action === 'Delete' || action === 'Release';
  const why = isGone && sources.length === 0 ? 'no source names it any more' : sources.join(', ');
  const due = dueTime === undefined ? '' : `, after its grace time at ${dueTime}`;
  return [name, isMove ? `${was} -> ${will}` : will || was, `${why}${due}`];
}

/** `CNAME example.com (300)`, `A 10.0.0.1, 10.0.0.2 (60)`; types that nobody here writes are not told. */
function recordsText(records: readonly PlannedRecord[]): string {
  const told = records.filter(({ type }) => type === 'A' || type === 'AAAA' || type === 'CNAME');
  const sets = Map.groupBy(
    told,
    ({ type, ttlSeconds, disabled }) => `${type} TTL ${ttlSeconds}${disabled ? ', disabled' : ''}`,
  );
  return [...sets]
    .map(([key, set]) => {
      const space = key.indexOf(' ');
      const values = set.map(({ value }) => value).sort();
      return `${key.slice(0, space)} ${values.join(', ')} (${key.slice(space + 1)})`;
    })
    .sort()
    .join(' and ');
}

function commentsOf(records: readonly PlannedRecord[]): string {
  const comments = new Set(records.map((record) => record.comments).filter((text) => text !== ''));
  return comments.size === 0 ? 'no comments' : [...comments].map((text) => `comments "${text}"`).join(', ');
}

function section(title: string, texts: readonly Row[]): string {
  if (texts.length === 0) return '';
  const rows = texts.map((row) => row.map(printable));
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  const line = ([sign = '', ...cells]: Row): string =>
    `${sign} ${cells.map((cell, index) => cell.padEnd(widths[index + 1] ?? 0)).join('  ')}`.trimEnd();
  return `${title}\n${rows.map((row) => `${line(row)}\n`).join('')}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function summary(preview: Preview): string {
  const { zones } = preview;
  const counts = countActions(zones);
  const total = (list: (zone: ZonePreview) => number): number => zones.reduce((sum, zone) => sum + list(zone), 0);
  const failed = zones.filter(({ error }) => error !== undefined).length;
  const rest = [
    `${total(({ left }) => left.length)} left alone`,
    plural(
      total(({ orphans }) => orphans.length),
      'orphan',
    ),
    `${total(({ unchanged }) => unchanged)} as they should be`,
    ...(failed === 0 ? [] : [`${plural(failed, 'zone')} not planned`]),
  ].join(', ');
  if (!hasChanges(preview)) return `Nothing to do: ${rest}.`;
  const late = total(({ changes }) => changes.filter(({ dueTime }) => dueTime !== undefined).length);
  const done = Object.entries(ACTIONS).map(([action, { verb }]) => `${counts[action as PlannedAction]} to ${verb}`);
  const note = late === 0 ? '' : ` (${late} of these after a grace time)`;
  return `Plan: ${done.join(', ')}${note}; ${rest}.`;
}
