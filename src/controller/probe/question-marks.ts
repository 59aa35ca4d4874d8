import { createHash } from 'node:crypto';

/** What is expected of a host, as far as it decides whether what was seen before still says something. */
export interface Expected {
  /** Everything that an answer is measured by, as a text. */
  readonly content: string;
  /** When that last changed (ms). */
  readonly changedAt: number;
}

/**
 * The marks of the hosts' questions: another one whenever a host is to be asked anew. Who has read a mark has asked after
 * the change that made it, so that its time tells how old an answer is at most, across restarts too.
 */
export interface QuestionMarks {
  /** The mark of a host as it is expected to be now. */
  of(host: string, expected: Expected): string;
  /** Takes over a mark that was published before our start. */
  recall(host: string, mark: string): void;
  /** Has a host asked anew though nothing is expected of it that was not before. */
  renew(host: string): void;
  /** When the mark of a host was made (ms); undefined where it has none. */
  madeAt(host: string): number | undefined;
  /** All marks made until now are in this version of the questions. */
  published(version: string): void;
  /** Whether who has read a version has read the mark of a host. */
  isIn(version: string, host: string): boolean;
  forget(host: string): void;
}

interface Mark {
  readonly content: string;
  readonly madeAt: number;
  /** Of the version that it came with; undefined before it is published. */
  number: number | undefined;
}

/** Reports answer a recent version, or are as good as none. */
const REMEMBERED_VERSIONS = 100;
const CONTENT_LENGTH = 6;

/** @param now milliseconds of the wall clock */
export function createQuestionMarks(now: () => number): QuestionMarks {
  const marks = new Map<string, Mark>();
  const unpublished = new Set<Mark>();
  const versions = new Map<string, number>();
  let latest = 0;

  const make = (host: string, content: string): Mark => {
    const before = marks.get(host);
    if (before !== undefined) unpublished.delete(before);
    const mark: Mark = { content, madeAt: Math.max(now(), (before?.madeAt ?? 0) + 1), number: undefined };
    unpublished.add(mark);
    marks.set(host, mark);
    return mark;
  };

  return {
    of(host, expected) {
      const content = createHash('sha1').update(expected.content).digest('hex').slice(0, CONTENT_LENGTH);
      const known = marks.get(host);
      const isGood = known?.content === content && known.madeAt >= expected.changedAt;
      const { madeAt } = isGood ? known : make(host, content);
      return `${content}.${madeAt.toString(36)}`;
    },
    recall(host, text) {
      const [content = '', time = ''] = text.split('.');
      const madeAt = Number.parseInt(time, 36);
      if (!Number.isNaN(madeAt)) marks.set(host, { content, madeAt, number: 0 });
    },
    renew(host) {
      const known = marks.get(host);
      if (known !== undefined) make(host, known.content);
    },
    madeAt: (host) => marks.get(host)?.madeAt,
    published(version) {
      if (!versions.has(version)) versions.set(version, latest);
      for (const mark of unpublished) mark.number = latest;
      unpublished.clear();
      latest += 1;
      for (const old of versions.keys()) {
        if (versions.size <= REMEMBERED_VERSIONS) break;
        versions.delete(old);
      }
    },
    isIn(version, host) {
      const [read, made] = [versions.get(version), marks.get(host)?.number];
      return read !== undefined && made !== undefined && made <= read;
    },
    forget(host) {
      const known = marks.get(host);
      if (known !== undefined) unpublished.delete(known);
      marks.delete(host);
    },
  };
}
