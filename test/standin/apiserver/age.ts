/** `12`, `h`, and the rest in the smaller unit where it is not 0. */
const both = (big: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${unit}` : `${big}${unit}${small}${smallUnit}`;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Seconds as kubectl prints ages (k8s.io/apimachinery/pkg/util/duration.HumanDuration): two figures while young. */
const humanDuration = (seconds: number): string => {
  const whole = (unit: number): number => Math.floor(seconds / unit);
  const steps: [below: number, text: () => string][] = [
    [2 * MINUTE, () => `${seconds}s`],
    [10 * MINUTE, () => both(whole(MINUTE), 'm', seconds % MINUTE, 's')],
    [3 * HOUR, () => `${whole(MINUTE)}m`],
    [8 * HOUR, () => both(whole(HOUR), 'h', whole(MINUTE) % 60, 'm')],
    [2 * DAY, () => `${whole(HOUR)}h`],
    [8 * DAY, () => both(whole(DAY), 'd', whole(HOUR) % 24, 'h')],
    [2 * YEAR, () => `${whole(DAY)}d`],
    [8 * YEAR, () => both(whole(YEAR), 'y', whole(DAY) % 365, 'd')],
  ];
  return steps.find(([below]) => seconds < below)?.[1]() ?? `${whole(YEAR)}y`;
};

/** How long ago an RFC 3339 time is at `now` (ms since 1970), for a table. */
export const ageOf = (time: unknown, now: number): string => {
  const since = typeof time === 'string' ? Date.parse(time) : NaN;
  if (Number.isNaN(since)) return '<unknown>';
  const seconds = Math.trunc((now - since) / 1000);
  return seconds < -1 ? '<invalid>' : humanDuration(Math.max(0, seconds));
};
