import { agrees } from './observer/agree.ts';
import { textOf, type Seen } from './observer/seen.ts';
import type { Sight } from './observer/observe.ts';
import type { Row } from './compare.ts';
import type { Outcome } from './play.ts';

/** Verdict and observer side by side, a line for each host and audience; hosts that are the same in all share one. */
export const tableOf = ({ rows }: Outcome): string => {
  const lines = new Map<string, { hosts: string[]; cells: readonly string[] }>();
  for (const row of rows) {
    const cells = cellsOf(row);
    const line = lines.get(cells.join('\n')) ?? { hosts: [], cells };
    line.hosts.push(row.host);
    lines.set(cells.join('\n'), line);
  }
  const table = [
    ['HOSTS', 'AUDIENCE', 'VERDICT', 'REASON', 'OBSERVER', 'AGREE', 'LOOK-UPS', 'NAMESERVERS BY KDIG'],
    ...[...lines.values()].map(({ hosts, cells }) => [hosts.join(','), ...cells]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]! + 2))
        .join('')
        .trimEnd(),
    )
    .join('\n');
};

const cellsOf = ({ audience, said, word, sights }: Row): readonly string[] => [
  audience,
  said.verdict,
  said.reason,
  word,
  agrees(said.verdict, word) ? 'yes' : 'NO',
  sights.map(lookUpsOf).join('; '),
  sights.map(serversOf).join('; '),
];

/** `node1: glibc,Go 10.0.20.203`: libraries that saw the same share their names. */
const lookUpsOf = ({ place, pinned, lookUps }: Sight): string => {
  const by = new Map<string, string[]>();
  for (const { library, seen } of lookUps) by.set(several(seen), [...(by.get(several(seen)) ?? []), library]);
  const texts = [...by].map(([text, libraries]) => `${libraries.join(',')} ${text}`);
  return `${place.machine.name}: ${texts.join(' ')}${pinned ? ' (hosts file)' : ''}`;
};

const several = (seen: readonly Seen[]): string => [...new Set(seen.map(textOf))].join(' then ');

const serversOf = ({ nameservers }: Sight): string =>
  nameservers.map(({ address, seen }) => `${address} ${textOf(seen)}`).join(', ');
