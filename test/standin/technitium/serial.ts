/**
 * The serial after a change: one more, or `asked` where that is higher, or the next of the day (YYYYMMDDnn) by the date scheme.
 * @param now milliseconds
 */
export function nextSerial(old: number, asked: number, dateScheme: boolean, now: number): number {
  const dated = dateScheme
    ? nextOfTheDay(old, new Date(now).toISOString().slice(0, 10).replaceAll('-', ''))
    : undefined;
  if (dated !== undefined) return dated;
  if (asked > old) return asked;
  return old < 0xffffffff ? old + 1 : 1;
}

/** Whether one serial comes after another (RFC 1982). */
export function isLaterSerial(serial: number, other: number): boolean {
  const distance = (serial - other) >>> 0;
  return distance !== 0 && distance < 2 ** 31;
}

function nextOfTheDay(old: number, today: string): number | undefined {
  const text = String(old);
  const first = Number(`${today}00`);
  if (text.length !== 10) return first;
  if (text.startsWith(today)) return old + 1;
  return old < first ? first : undefined;
}
