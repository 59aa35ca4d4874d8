import { setTimeout as delay } from 'node:timers/promises';
import type { HostStatus } from '../../src/model/api.ts';
import type { OpenWatch } from '../support/api-client.ts';
import { whole } from './cluster.ts';
import { agrees, worstOf, type Word } from './observer/agree.ts';
import { observe, type Sight } from './observer/observe.ts';
import { classOf } from './observer/seen.ts';
import type { Landscape } from './landscape.ts';
import type { Scene } from './scene.ts';
import { HOSTS, type Stage } from './stages.ts';
import { AUDIENCES, readVerdicts, type Audience, type Said, type Verdicts } from './verdicts.ts';

/** A verdict and what the observer saw, side by side. */
export interface Row {
  readonly host: string;
  readonly audience: Audience;
  readonly expected: string;
  readonly said: Said;
  readonly word: Word;
  readonly sights: readonly Sight[];
}

/** How a stage came out. */
export interface Outcome {
  readonly rows: readonly Row[];
  /** What is not as it should be, for people; empty where all is. */
  readonly differences: readonly string[];
  /** From the change until the verdicts were those expected. */
  readonly settledSeconds: number;
  /** What the observer took. */
  readonly seenSeconds: number;
}

/** Two looks 3 s apart, a TTL and its allowance of 10 s, and a busy machine. */
const SETTLED_MS = 60_000;
/** How long verdicts must stand before they count as the outcome. */
const STEADY_MS = 1_000;
/** How often the observer looks before a difference counts. */
const LOOKS = 2;

/** Plays a stage, waits until its verdicts are stored, and compares them with what is seen at that moment. */
export const play = async (stage: Stage, scene: Scene, watch: OpenWatch): Promise<Outcome> => {
  const { landscape } = scene;
  const already = watch.events.length;
  const startedAt = performance.now();
  await stage.change(scene);
  const deadline = startedAt + SETTLED_MS;
  for (let look = 1; ; look += 1) {
    await settled(stage, landscape, deadline);
    const settledAt = performance.now();
    const rows = await compare(stage, scene);
    const differences = rows.flatMap(differenceOf);
    // As the operator does: what a second look does not confirm was a moment's.
    if (differences.length > 0 && look < LOOKS) continue;
    return {
      rows,
      settledSeconds: (settledAt - startedAt) / 1000,
      seenSeconds: (performance.now() - settledAt) / 1000,
      differences: [
        ...differences,
        ...missedOf(stage, watch.events.slice(already)),
        ...((await stage.check?.(scene)) ?? []),
      ],
    };
  }
};

/** Waits until verdicts are those expected and have stayed so for a while, or the time is over. */
const settled = async (stage: Stage, landscape: Landscape, deadline: number): Promise<void> => {
  let since: number | undefined;
  for (let now = performance.now(); now < deadline; now = performance.now()) {
    since = asExpected(stage, await readVerdicts(landscape, HOSTS)) ? (since ?? now) : undefined;
    if (since !== undefined && now - since > STEADY_MS) return;
    await delay(200);
  }
};

const compare = async (stage: Stage, scene: Scene): Promise<readonly Row[]> => {
  const { landscape, places } = scene;
  const seen = await Promise.all(places.map((place) => observe(place, landscape.programs, HOSTS.map(whole))));
  // Read last: looking took a while, and the verdicts must still be the same.
  const verdicts = await readVerdicts(landscape, HOSTS);
  return HOSTS.flatMap((host) =>
    AUDIENCES.map((audience): Row => {
      const sights = seen.flatMap((at) => at.get(whole(host)) ?? []).filter(({ place }) => place.audience === audience);
      const right = scene.right(host, audience);
      const word = worstOf(
        sights.map(({ place, pinned, lookUps, nameservers }) => ({
          place: place.machine.name,
          pinned,
          lookUps: lookUps.flatMap((one) => one.seen.map((each) => classOf(each, right))),
          nameservers: nameservers.map((one) => classOf(one.seen, right)),
        })),
      );
      const expected = expectedOf(stage.expect, host, audience);
      return { host, audience, expected, said: verdicts[host]![audience], word, sights };
    }),
  );
};

const expectedOf = (table: Readonly<Record<string, string>>, host: string, audience: Audience): string =>
  (table[host] ?? table['*'] ?? '').split(' ')[AUDIENCES.indexOf(audience)] ?? '-';

const fits = (expected: string, verdict: string): boolean => expected.split('|').includes(verdict);

const asExpected = ({ expect }: Stage, verdicts: Verdicts): boolean =>
  HOSTS.every((host) =>
    AUDIENCES.every((audience) => fits(expectedOf(expect, host, audience), verdicts[host]?.[audience].verdict ?? '')),
  );

const differenceOf = (row: Row): readonly string[] => {
  const { host, audience, expected, said, word } = row;
  const about = `${host} for ${audience}`;
  return [
    ...(fits(expected, said.verdict) ? [] : [`${about} is ${said.verdict} (${said.message}), expected is ${expected}`]),
    ...(agrees(said.verdict, word) ? [] : [`${about} is ${said.verdict}, the observer says ${word}`]),
    ...(said.verdict === 'Internal' || isActionable(row)
      ? []
      : [`${about}: the message names no nameserver that was seen to be wrong: ${said.message}`]),
  ];
};

/** A message must name a nameserver of the place; what came is the verdict's own. */
const isActionable = ({ said, sights }: Row): boolean =>
  sights.some(({ place }) => place.nameservers.some((address) => said.message.includes(address)));

const missedOf = ({ passes = {} }: Stage, events: OpenWatch['events']): readonly string[] =>
  Object.keys(passes).flatMap((host) =>
    AUDIENCES.flatMap((audience) => {
      const expected = expectedOf(passes, host, audience);
      const was = events.some(({ object: { metadata, status } }) => {
        const { audiences = [] } = (status ?? {}) as Partial<HostStatus>;
        return (
          metadata.name === whole(host) &&
          audiences.some(({ name, verdict }) => name === audience && fits(expected, verdict))
        );
      });
      return expected === '-' || was ? [] : [`${host} for ${audience} was never ${expected} on the way`];
    }),
  );
