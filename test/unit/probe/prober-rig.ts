import type { Answer, Look } from '../../../src/model/look.ts';
import { formatNameserver } from '../../../src/probe/nameserver-address.ts';
import { createPacer } from '../../../src/probe/pacer.ts';
import { createProber } from '../../../src/probe/prober.ts';
import { createManualClock } from './manual-clock.ts';

export const FIREWALL = { address: '10.0.20.1', port: 53 } as const;
export const PUBLIC = { address: '198.51.100.14', port: 53 } as const;
export const KEY = formatNameserver(FIREWALL);
export const ZONE = 'example.com';

export const answer = (...addresses: string[]): Answer => ({
  outcome: 'answer',
  rcode: 'NOERROR',
  aa: false,
  ra: true,
  addresses,
  chain: [],
});
export const lookOf = (a: Answer): Look => ({ a, aaaa: a.outcome === 'silent' ? undefined : answer(), at: 0 });

export interface RigOptions {
  readonly queriesPerSecond?: number;
  readonly burst?: number;
  /** How long an answer takes. */
  readonly answerMs?: number;
  /** Answers come even after the signal to stop. */
  readonly deaf?: boolean;
}

/** A prober on a clock that stands still, asking servers that only exist as `world`. */
export const createRig = ({ queriesPerSecond = 2, burst = 200, answerMs = 0, deaf = false }: RigOptions = {}) => {
  const clock = createManualClock();
  const stop = new AbortController();
  /** What the servers say of a name, 10.0.20.203 where nothing else is set; an error: this machine cannot ask. */
  const world = new Map<string, Answer | Error>();
  /** Hosts that may not be asked. */
  const held = new Set<string>();
  const asked: { at: number; key: string; name: string; cname?: string | undefined }[] = [];
  const seen: { at: number; key: string; host: string; look: Look }[] = [];
  const errors: string[] = [];
  let open = 0;
  let mostOpen = 0;

  const pacer = createPacer({ clock, queriesPerSecond, burst });
  const prober = createProber({
    clock,
    pacer,
    signal: stop.signal,
    mayAsk: (_key, host) => !held.has(host),
    onLook: (key, host, look) => seen.push({ at: clock.now(), key, host, look }),
    onError: (key, host, error) => errors.push(`${key} ${host} ${String(error)}`),
    look: (nameserver, { name, cname }, signal) => {
      const found = world.get(name) ?? answer('10.0.20.203');
      asked.push({ at: clock.now(), key: formatNameserver(nameserver), name, ...(cname !== undefined && { cname }) });
      mostOpen = Math.max(mostOpen, (open += 1));
      const { promise, resolve, reject } = Promise.withResolvers<Look>();
      const settle = (): void => (found instanceof Error ? reject(found) : resolve(lookOf(found)));
      if (answerMs === 0) settle();
      else clock.after(answerMs, settle);
      if (!deaf) signal.addEventListener('abort', () => reject(signal.reason as Error));
      return promise.finally(() => (open -= 1));
    },
  });
  return {
    clock,
    pacer,
    prober,
    world,
    held,
    asked,
    seen,
    errors,
    stop,
    mostOpen: () => mostOpen,
    /** Hosts asked since the last call, with the second when. */
    news: () => asked.splice(0).map(({ at, name }) => `${name.replace('.example.com', '')} ${at / 1000}`),
  };
};

export type Rig = ReturnType<typeof createRig>;

/** Adds the zone with hosts a, b, c, ... of it, and the firewall to ask. */
export const startWith = (
  { prober }: Rig,
  hosts: readonly string[],
  pace = { canarySeconds: 60, rotationSeconds: 3600 },
): void => {
  prober.setZone(ZONE, pace);
  for (const host of hosts) prober.setHost(ZONE, `${host}.${ZONE}`);
  prober.setNameserver(FIREWALL);
};

/** Host labels h0, h1, ... */
export const labels = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}`);
