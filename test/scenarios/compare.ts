import type { HostStatus } from '../../src/model/api.ts';
import type { OpenWatch } from '../support/api-client.ts';
import { whole } from './cluster.ts';
import { agrees, worstOf, type Word } from './observer/agree.ts';
import { observe, type Sight } from './observer/observe.ts';
import { classOf } from './observer/seen.ts';
import type { Scene } from './scene.ts';
import { hostsOf, type Stage } from './stages/stage.ts';
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

/** Looks at every place, and puts what was seen beside the verdicts that are stored. */
export const compare = async (stage: Stage, scene: Scene): Promise<readonly Row[]> => {
  const { landscape, places } = scene;
  const hosts = hostsOf(stage);
  const seen = await Promise.all(places.map((place) => observe(place, landscape.programs, hosts.map(whole))));
  // Read last: looking took a while, and the verdicts must still be the same.
  const verdicts = await readVerdicts(landscape, hosts);
  return hosts.flatMap((host) =>
    AUDIENCES.map((audience): Row => {
      const sights = seen.flatMap((at) => at.get(whole(host)) ?? []).filter(({ place }) => place.audience === audience);
      const right = scene.right(host, audience);
      const word = worstOf(
        sights.map(({ place, pinned, lookUps, nameservers }) => ({
          place: place.machine.name,
          pinned,
          lookUps: lookUps.flatMap((one) => one.seen.map((each) => classOf(each, right))),
          nameservers: nameservers
            .filter(({ address }) => !place.accepted.includes(address))
            .map((one) => classOf(one.seen, right)),
        })),
      );
      const expected = expectedOf(stage.expect, host, audience);
      return { host, audience, expected, said: verdicts[host]![audience], word, sights };
    }),
  );
};

/** What a table says of a host and an audience. */
const expectedOf = (table: Stage['expect'], host: string, audience: Audience): string =>
  (table[host] ?? table['*'] ?? '- - -').split(' ')[AUDIENCES.indexOf(audience)] ?? '-';

const fits = (expected: string, word: string): boolean => expected.split('|').includes(word);

/** Whether the verdicts stored, and their reasons, are those of the stage. */
export const isAsExpected = (stage: Stage, verdicts: Verdicts): boolean =>
  hostsOf(stage).every((host) =>
    AUDIENCES.every((audience) => {
      const said = verdicts[host]?.[audience];
      const reason = expectedOf(stage.reasons ?? {}, host, audience);
      return (
        said !== undefined &&
        fits(expectedOf(stage.expect, host, audience), said.verdict) &&
        (reason === '-' || reason === said.reason)
      );
    }),
  );

/** What of a row is not as it should be. */
export const differenceOf = (stage: Stage, row: Row): readonly string[] => {
  const { host, audience, expected, said, word } = row;
  const about = `${host} for ${audience}`;
  const reason = expectedOf(stage.reasons ?? {}, host, audience);
  return [
    ...(fits(expected, said.verdict) ? [] : [`${about} is ${said.verdict} (${said.message}), expected is ${expected}`]),
    ...(reason === '-' || reason === said.reason
      ? []
      : [`${about} has the reason ${said.reason}, expected is ${reason}`]),
    ...(agrees(said.verdict, word) ? [] : [`${about} is ${said.verdict}, the observer says ${word}`]),
    ...(isActionable(row) ? [] : [`${about}: the message names no nameserver of the place: ${said.message}`]),
  ];
};

/** What is wrong must be told with the nameserver that it is wrong at; a pin is the hosts file's. */
const isActionable = ({ said: { verdict, message }, sights }: Row): boolean =>
  ['Internal', 'Pinned', 'Unknown', '-'].includes(verdict) ||
  sights.some(({ nameservers }) => nameservers.some(({ address }) => message.includes(address)));

/** What of the verdicts on the way is not as it should be. */
export const wayOf = (stage: Stage, events: OpenWatch['events']): readonly string[] => {
  const { passes = {}, never } = stage;
  const had = (host: string, audience: Audience, word: string): boolean =>
    events.some(({ object: { metadata, status } }) => {
      const { audiences = [] } = (status ?? {}) as Partial<HostStatus>;
      return (
        metadata.name === whole(host) && audiences.some(({ name, verdict }) => name === audience && fits(word, verdict))
      );
    });
  return hostsOf(stage).flatMap((host) =>
    AUDIENCES.flatMap((audience) => {
      const about = `${host} for ${audience}`;
      const expected = expectedOf(passes, host, audience);
      return [
        ...(expected === '-' || had(host, audience, expected) ? [] : [`${about} was never ${expected} on the way`]),
        ...(never !== undefined && had(host, audience, never) ? [`${about} was ${never} on the way`] : []),
      ];
    }),
  );
};
