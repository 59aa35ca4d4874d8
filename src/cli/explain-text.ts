import { printable } from '../model/printable.ts';
import type {
  ExplainedAudience,
  ExplainedNameserver,
  ExplainedRecord,
  ExplainedServer,
  Fix,
  HostPage,
  SeenNow,
  Snippet,
  Word,
} from '../plan/explain/page.ts';
import { ago, columns, wrapped } from './text-layout.ts';

const INDENT = 2;
const MOST_SOURCES = 10;
const HEAD: Readonly<Record<string, string>> = { True: 'is Ready', False: 'is not Ready' };

/** The page for people, of lines of 100 characters where what they hold fits; `now` is milliseconds of the wall clock. */
export function explainText(page: HostPage, now: number): string {
  const parts = [
    headPart(page, now),
    sourcesPart(page),
    recordPart(page, now),
    serversPart(page, now),
    ...page.audiences.map((audience) => audiencePart(audience, now)),
    ...page.fixes.map((fix, index) => [...(index === 0 ? ['What to change'] : []), ...fixPart(fix)]),
    notesPart(page),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function headPart(page: HostPage, now: number): string[] {
  const { host, object, generated, ready, written, current, zone, policy } = page;
  const ours = object === host ? '' : ` ${object}`;
  return [
    ...wrapped(`${host} ${HEAD[ready.status] ?? 'may be Ready or not'}: ${ready.reason}${sinceText(ready, now)}`, 0),
    // Else it is the message of the record or of an audience, which stands there.
    ...(ready.status === 'True' ? wrapped(ready.message, INDENT) : []),
    ...wrapped(
      [
        `SplitHorizonHost${ours}, ${generated ? 'made by the operator' : 'written by a person'}`,
        zone === undefined ? 'in no zone' : `in zone ${zone} (policy ${policy ?? ''})`,
        written === undefined ? 'no status yet' : `status of ${written}, ${ago(written, now)}`,
      ].join('; '),
      INDENT,
    ),
    ...(current
      ? []
      : wrapped('The status is not about the spec as it is now: the operator has not come to it.', INDENT)),
  ];
}

function sourcesPart({ sources, moreSources }: HostPage): string[] {
  if (sources.length === 0) return ['Sources: none'];
  const rows = sources.slice(0, MOST_SOURCES).map(({ source, conflict, gone }) => {
    const notes = [...(gone ? ['names it no more'] : []), ...(conflict ? ['wants another target'] : [])];
    return [source, notes.join(', ')];
  });
  const more = Math.max(moreSources, sources.length - MOST_SOURCES);
  return ['Sources', ...columns(rows, INDENT), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function recordPart({ record, target }: HostPage, now: number): string[] {
  const { wanted, problem, held, published, obstacles } = record;
  const rows = [
    ['target', target === undefined ? '-' : describeTarget(target)],
    ['wanted', describeRecords(wanted) || (problem ?? 'nothing')],
    ...(wanted.length > 0 && problem !== undefined ? [['', problem]] : []),
    ['held', held.map((set) => `${describeRecord(set)}${set.adopted ? ', adopted' : ''}`).join(' and ') || 'nothing'],
  ];
  const isPlain = published.reason === 'Published';
  return [
    `Record: ${word(published, now)}`,
    ...columns(rows, INDENT),
    ...(isPlain ? [] : wrapped(published.message, INDENT)),
    ...obstacles.flatMap((each) => [`  ${each.type}: ${word(each, now)}`, ...wrapped(each.message, 2 * INDENT)]),
  ];
}

function describeTarget({ label, addresses }: NonNullable<HostPage['target']>): string {
  const list = addresses.join(', ');
  return list === '' || list === label ? label : `${label} (${list})`;
}

function describeRecord({ type, ttlSeconds, values }: ExplainedRecord): string {
  return `${type} ${values.join(', ')} (TTL ${ttlSeconds})`;
}

function describeRecords(records: readonly ExplainedRecord[]): string {
  return records.map(describeRecord).join(' and ');
}

function serversPart({ servers, serversInSync, zone }: HostPage, now: number): string[] {
  if (serversInSync === undefined) return [];
  const isPlain = serversInSync.status === 'True' && servers.length > 0;
  const lines = servers.flatMap(({ name, address, serial, reason, now: seen }: ExplainedServer) => [
    { row: [name, address, serial === undefined ? 'no serial yet' : `serial ${serial}`, reason], seen },
  ]);
  const rows = columns(
    lines.map(({ row }) => row),
    INDENT,
  );
  return [
    `Servers of ${zone ?? ''}: ${word(serversInSync, now)}`,
    ...rows.flatMap((row, index) => [row, ...seenLines(lines[index]?.seen, 2 * INDENT)]),
    ...(isPlain ? [] : wrapped(serversInSync.message, INDENT)),
  ];
}

function audiencePart(
  { audience, verdict, condition, expected, more, vantages }: ExplainedAudience,
  now: number,
): string[] {
  if (verdict === '-') return [`${audience}: - (nobody asks for it)`];
  const cause = condition === undefined || condition.reason === verdict ? '' : `, ${condition.reason}`;
  const asked = vantages.flatMap(({ vantage, nameservers }) =>
    nameservers.map((each, index) => ({
      row: [index === 0 ? vantage : '', each.nameserver, describeNameserver(each)],
      each,
    })),
  );
  const rows = columns(
    asked.map(({ row }) => row),
    INDENT,
  );
  const silent = vantages.filter(({ reporting }) => reporting.status !== 'True');
  return [
    `${audience}: ${verdict}${cause}${condition === undefined ? '' : sinceText(condition, now)}`,
    ...wrapped(`expected ${expected.length === 0 ? '(not known)' : expected.join(' or ')}`, INDENT),
    ...rows.flatMap((row, index) => [row, ...seenLines(asked[index]?.each.now, 2 * INDENT)]),
    ...(more > 0 ? [`  and ${more} more failures that the status does not list`] : []),
    ...silent.flatMap(({ vantage, reporting }) =>
      wrapped(`${vantage}: ${reporting.reason}${sinceText(reporting, now)}: ${reporting.message}`, INDENT),
    ),
    ...(condition === undefined || isPlain(condition) ? [] : wrapped(condition.message, INDENT)),
  ];
}

/** Whether a message says no more than the verdict does. */
function isPlain({ message }: Word): boolean {
  return message === 'Resolves as expected.';
}

function describeNameserver({ verdict, answers, accepted }: ExplainedNameserver): string {
  const came = answers.length === 0 ? '' : `  ${answers.join(', ')}`;
  return `${verdict ?? '?'}${came}${accepted === undefined ? '' : `  (accepted: ${accepted})`}`;
}

function seenLines(seen: (SeenNow & { readonly serial?: number }) | undefined, indent: number): string[] {
  if (seen === undefined) return [];
  const serial = seen.serial !== undefined ? `serial ${seen.serial}, ` : '';
  const from = seen.from === undefined ? '' : ` from ${seen.from}`;
  return wrapped(`now${from}: ${serial}${seen.verdict === undefined ? '' : `${seen.verdict}, `}${seen.detail}`, indent);
}

function fixPart({ what, help, snippets, shared }: Fix): string[] {
  const names = shared.sample.join(', ');
  const rest = shared.count - shared.sample.length;
  const others = `${shared.count} other host${shared.count === 1 ? '' : 's'} of the zone: ${names}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [
    ...wrapped(`${what} See ${help}.`, INDENT),
    ...(shared.count > 0 ? wrapped(`The same is said of ${others}.`, INDENT) : []),
    ...snippets.flatMap(snippetLines),
  ];
}

/** Never wrapped: it is to be pasted. */
function snippetLines({ for: resolver, where, text }: Snippet): string[] {
  return ['', ...wrapped(`${resolver}: ${where}`, INDENT), ...text.split('\n').map((line) => `    ${printable(line)}`)];
}

function notesPart({ unread, askedNow, audiences }: HostPage): string[] {
  return [
    ...askedFromLines(audiences),
    ...(askedNow === undefined
      ? []
      : wrapped(`"now" was seen from this machine at ${askedNow}, the rest by the operator.`, 0)),
    ...(unread.length === 0
      ? []
      : wrapped(`You may not list ${unread.join(', ')}: what the status says of them stands.`, 0)),
  ];
}

function askedFromLines(audiences: HostPage['audiences']): string[] {
  const asked = audiences.flatMap(({ vantages }) => vantages).filter(({ askedFrom }) => askedFrom !== undefined);
  return [...Map.groupBy(asked, ({ askedFrom = '' }) => askedFrom)].flatMap(([address, group]) =>
    wrapped(
      `Asked by the operator from ${address}, not from where clients stand: ${group.map(({ vantage }) => vantage).join(', ')}.`,
      0,
    ),
  );
}

function word({ status, reason, since }: Word, now: number): string {
  const text = status === 'True' || status === 'False' ? reason : `${reason} (${status})`;
  return `${printable(text)}${sinceText({ since }, now)}`;
}

function sinceText({ since }: { readonly since?: string | undefined }, now: number): string {
  return since === undefined ? '' : `, since ${printable(since)} (${ago(since, now)})`;
}
