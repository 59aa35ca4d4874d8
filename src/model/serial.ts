const SERIALS = 2 ** 32;

/** The serial after one step (RFC 1982 section 3.1). */
export function nextSerial(serial: number): number {
  return (serial + 1) % SERIALS;
}

/** Whether one serial comes after another (RFC 1982 section 3.2). */
export function isLater(serial: number, other: number): boolean {
  const distance = (serial - other) >>> 0;
  return distance !== 0 && distance < 2 ** 31;
}

/** The last of some serials; the first of them where there is none. */
export function latest(first: number, others: readonly number[]): number {
  return others.reduce((most, one) => (isLater(one, most) ? one : most), first);
}
