import type { PlainRecord } from '../../standin/technitium/plain-record.ts';
import { wantedAt } from './intent.ts';
import { markerOf, show } from './marker.ts';
import type { Stage } from './stage.ts';
import type { StepKind } from './step.ts';

const lower = ({ name }: PlainRecord): string => name.toLowerCase();
const marked = ({ technitium, parties }: Stage): PlainRecord[] =>
  technitium
    .records(parties[0].zone.name)
    .filter((record) => parties.some(({ marker }) => markerOf(record)?.owner === marker));
/** Whether anybody ever wanted a name: a record of equal value there would be given a lost mark back. */
const isWanted = ({ parties }: Stage, name: string): boolean =>
  parties.some(({ intent }) => wantedAt(intent, name) !== undefined);

const adds: StepKind = (draw, stage, { zone }) => {
  if (stage.isFaulty) return undefined;
  const name = draw.oneOf(stage.names as [string, ...string[]]);
  const comments = draw.oneOf(['', 'by hand', 'splithorizon:stranger/12345678']);
  const [type, value] = draw.oneOf<readonly [string, string]>([
    ['A', '10.0.30.5'],
    ['A', '10.0.30.6'],
    ['AAAA', 'fd00::30'],
    ['TXT', 'a note'],
    ['CNAME', 'elsewhere.example.net'],
    ['CNAME', zone.name],
  ]);
  // The server has one TTL for a set, and forgets what was noted of the others where it changes.
  const set = stage.technitium.records(zone.name).find((one) => lower(one) === name && one.type === type);
  if (set?.value === value || (value === zone.name && isWanted(stage, name))) return undefined;
  const record = { name, type, value, ttl: 900, comments, disabled: draw.once(8) };
  const play = async (): Promise<void> => {
    const ttl = stage.technitium.records(zone.name).find((one) => lower(one) === name && one.type === type)?.ttl;
    const written = { ...record, ttl: ttl ?? record.ttl };
    await stage.ledger.byHand(name, async () => {
      if (await stage.person.add(written)) stage.ledger.wrote(written);
    });
  };
  return { text: `somebody adds ${show(record)}`, play };
};

const edits: StepKind = (draw, stage, { zone }) => {
  const [first, ...more] = stage.ledger.foreign();
  if (stage.isFaulty || first === undefined) return undefined;
  const record = draw.oneOf([first, ...more]);
  const isDeleted = draw.once(3);
  const to = { ...record, ttl: draw.oneOf([record.ttl, 1800]), comments: draw.oneOf(['', 'edited', record.comments]) };
  const set = stage.technitium
    .records(zone.name)
    .filter((one) => lower(one) === lower(record) && one.type === record.type);
  // As above; and what is being taken over just now would lose its mark.
  if (set.length !== 1 || isWanted(stage, lower(record))) return undefined;
  const play = (): Promise<void> =>
    stage.ledger.byHand(record.name, async () => {
      const isTaken = isDeleted ? await stage.person.delete(record) : await stage.person.change(record, to);
      if (!isTaken) return;
      stage.ledger.unwrote(record);
      if (!isDeleted) stage.ledger.wrote(to);
    });
  return {
    text: isDeleted ? `somebody deletes ${show(record)}` : `somebody edits ${show(record)} to ${show(to)}`,
    play,
  };
};

/** Somebody edits what an operator wrote, and lets its mark stand; or deletes it. */
const bends: StepKind = (draw, stage) => {
  const [first, ...more] = marked(stage);
  if (stage.isFaulty || first === undefined) return undefined;
  const record = draw.oneOf([first, ...more]);
  const value = { A: '10.0.99.9', AAAA: 'fd00::99', CNAME: 'elsewhere.example.net' }[record.type] ?? record.value;
  const to = draw.oneOf([
    { ...record, value },
    { ...record, disabled: true },
    { ...record, comments: `${record.comments.replace(/ \| .*/s, '')} | noted` },
    undefined,
  ]);
  const play = (): Promise<void> =>
    stage.ledger.byHand(record.name, async () => {
      if (to !== undefined) stage.ledger.bent(to);
      await (to === undefined ? stage.person.delete(record) : stage.person.change(record, to));
    });
  return {
    text: to === undefined ? `somebody deletes ${show(record)}` : `somebody edits ${show(record)} to ${show(to)}`,
    play,
  };
};

/** What people do at the console of the DNS server, each as often as it says. */
export const CONSOLE_STEPS: readonly (readonly [number, StepKind])[] = [
  [4, adds],
  [3, edits],
  [4, bends],
];
