import { expect, it } from 'vitest';
import { createReflection, type Reflection } from '../../../src/kube/reflection.ts';
import { KubeError } from '../../../src/kube/kube-error.ts';

const object = (name: string, namespace?: string): object => ({ metadata: { name, namespace, resourceVersion: '7' } });

/** What a stream's handlers are told, as one line each. */
const tellings = (play: (reflection: Reflection) => void): string[] => {
  const told: string[] = [];
  const toView = (raw: unknown): string => {
    const { name } = (raw as { metadata: { name: string } }).metadata;
    if (name.startsWith('bad')) throw new Error('it is bad');
    return name;
  };
  play(
    createReflection(toView, {
      upsert: (key, view) => void told.push(`upsert ${key} ${view}`),
      deleted: (key, evidence) => void told.push(`deleted ${key} ${evidence}`),
      listed: (count) => void told.push(`listed ${count}`),
      unavailable: ({ code }) => void told.push(`unavailable ${code}`),
      onProblem: (problem) => void told.push(problem.kind),
    }),
  );
  return told;
};
const forbidden = new KubeError('GET /x: 403', { code: 403, reason: 'Forbidden' });

it.each<{ name: string; given: (reflection: Reflection) => void; want: string[] }>([
  {
    name: 'what a new listing lacks is inferred to be gone, just before its end',
    given: (reflection) => {
      reflection.beginListing();
      reflection.put(object('a', 'apps'));
      reflection.put(object('b'));
      reflection.endListing();
      reflection.beginListing();
      reflection.put(object('b'));
      reflection.endListing();
    },
    want: ['upsert apps/a a', 'upsert b b', 'listed 2', 'upsert b b', 'deleted apps/a Inferred', 'listed 1'],
  },
  {
    name: 'a listing that broke off infers nothing',
    given: (reflection) => {
      reflection.beginListing();
      reflection.put(object('a'));
      reflection.put(object('b'));
      reflection.endListing();
      reflection.beginListing();
      reflection.beginListing();
      reflection.put(object('a'));
      reflection.put(object('b'));
      reflection.endListing();
    },
    want: ['upsert a a', 'upsert b b', 'listed 2', 'upsert a a', 'upsert b b', 'listed 2'],
  },
  {
    name: 'the end of an object that nobody knew is not told',
    given: (reflection) => {
      reflection.remove(object('a'), 'Seen');
      reflection.put(object('bad'));
      reflection.remove(object('bad'), 'Seen');
    },
    want: ['BadObject'],
  },
  {
    name: 'a kind out of reach is told once, until it is listed again',
    given: (reflection) => {
      reflection.beUnavailable(forbidden);
      reflection.beUnavailable(forbidden);
      reflection.beginListing();
      reflection.endListing();
      reflection.beUnavailable(forbidden);
    },
    want: ['unavailable 403', 'listed 0', 'unavailable 403'],
  },
  {
    name: 'what is no object at all is reported',
    given: (reflection) => {
      reflection.put(undefined);
      reflection.remove('text', 'Seen');
    },
    want: ['BadObject'],
  },
])('$name', ({ given, want }) => {
  expect(tellings(given)).toEqual(want);
});

it('survives handlers that throw, whichever it is', () => {
  const explode = (): never => {
    throw new Error('on purpose');
  };
  const handlers = { upsert: explode, deleted: explode, listed: explode, unavailable: explode, onProblem: explode };
  const reflection = createReflection(() => 'view', handlers);
  reflection.beginListing();
  reflection.put(object('a'));
  reflection.endListing();
  reflection.remove(object('a'), 'Seen');
  reflection.beUnavailable(forbidden);
});
