import { ApiError } from './errors.ts';

const UNITS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** Seconds of "300", "1h30m" or "1w2d"; undefined if it is no TTL. */
export function parseTtl(text: string): number | undefined {
  if (!/^(\d+[wdhms])*\d*$/i.test(text) || text === '') return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([wdhms]?)/gi)) {
    seconds += Number(amount) * UNITS[(unit === '' ? 's' : unit?.toLowerCase()) as keyof typeof UNITS];
  }
  return seconds <= 0xffffffff ? seconds : undefined;
}

/** Seconds of a TTL parameter. */
export function requireTtl(text: string): number {
  const ttl = parseTtl(text);
  if (ttl === undefined) throw new ApiError(`Failed to parse TTL from value: ${text}`);
  return ttl;
}

/** 5400 as "1h30m", 0 as "0s". */
export function ttlText(seconds: number): string {
  let rest = seconds;
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text === '' ? '0s' : text;
}
