import { isCoveredBy } from '../../model/host-name.ts';

const MOST = 5;

/**
 * The known hosts that somebody may have meant: wildcards that stand for the name first, then names a few letters away
 * (Levenshtein distance), the nearest first, then names below or above it and names that share its first label.
 */
export function nearHosts(host: string, known: Iterable<string>): string[] {
  const first = labelOf(host);
  const most = Math.max(2, Math.floor(first.length / 3));
  const scored = [...known].flatMap((other) => {
    if (isCoveredBy(host, other)) return [{ other, distance: 0 }];
    const distance = distanceOf(host, other, most);
    if (distance <= most) return [{ other, distance }];
    const isKin = other.endsWith(`.${host}`) || host.endsWith(`.${other}`) || labelOf(other) === first;
    return isKin ? [{ other, distance: most + 1 }] : [];
  });
  return scored
    .sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1))
    .slice(0, MOST)
    .map(({ other }) => other);
}

function labelOf(host: string): string {
  return host.split('.', 1)[0] ?? '';
}

/** Letters to add, drop or change to come from one text to another; anything above `most` where it is more than that. */
function distanceOf(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    if (Math.min(...line) > most) return most + 1;
    above = line;
  }
  return above[b.length] ?? 0;
}
