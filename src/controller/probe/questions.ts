import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Kube } from '../../kube/kube.ts';
import {
  formatQuestions,
  joinQuestions,
  longName,
  shortName,
  type HostQuestion,
  type QuestionList,
  type ZoneQuestions,
} from '../../model/questions.ts';
import type { QuestionMarks } from './question-marks.ts';

/** Keeps what agents are to ask, where they read it. */
export interface Questions {
  /** A host's question may be another, or gone. */
  changed(host: string): void;
  /** Writes what is another by now, unless nobody reads it; gives whether it did. */
  flush(signal: AbortSignal): Promise<boolean>;
}

/** What questions are made of. */
export interface QuestionsOptions {
  readonly kube: Pick<Kube, 'listQuestions' | 'applyQuestions'>;
  readonly marks: QuestionMarks;
  /** Whether there is an agent. */
  readonly isRead: () => boolean;
  /** The zones by their names, without hosts; undefined for one of which too little is known since our start. */
  readonly zones: () => Iterable<readonly [zone: string, questions: Omit<ZoneQuestions, 'hosts'> | undefined]>;
  readonly hostsOf: (zone: string) => Iterable<string>;
  /** Everything about a host but its name; undefined where there is nothing to judge it by. */
  readonly questionOf: (host: string) => Omit<HostQuestion, 'name'> | undefined;
  readonly clusterDns: () => readonly string[];
  /** Reports count again that answer what was published before our start. */
  readonly recalled: () => void;
  readonly log: Logger;
}

const VERSION_LENGTH = 10;

/** Nothing is known of what was published before. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { kube, marks } = options;
  const hosts = new Map<string, HostQuestion>();
  const dirty = new Set<string>();
  let stored: Map<number, string> | undefined;
  let former: QuestionList | undefined;
  let unwritten: QuestionList | undefined;
  let headText = '';

  /** What was published before our start goes on, so that agents need not ask anew. */
  const recall = async (signal: AbortSignal): Promise<Map<number, string>> => {
    const found = new Map(await kube.listQuestions(signal));
    former = joinQuestions(found);
    for (const { zone, hosts: asked } of former?.zones ?? []) {
      for (const { name, mark } of asked) marks.recall(longName(name, zone), mark);
    }
    if (former !== undefined) {
      marks.published(former.version);
      options.recalled();
    }
    return found;
  };
  const questionOf = (host: string, zone: string): HostQuestion | undefined => {
    if (dirty.has(host) || !hosts.has(host)) {
      const question = options.questionOf(host);
      if (question === undefined) hosts.delete(host);
      else hosts.set(host, { name: shortName(host, zone), ...question });
    }
    return hosts.get(host);
  };
  const zoneOf = (name: string, questions: Omit<ZoneQuestions, 'hosts'> | undefined): ZoneQuestions[] => {
    if (questions === undefined) return former?.zones.filter(({ zone }) => zone === name) ?? [];
    const asked = [...options.hostsOf(name)].flatMap((host) => questionOf(host, name) ?? []);
    return [{ ...questions, hosts: asked.sort((a, b) => (a.name < b.name ? -1 : 1)) }];
  };
  const forgetGone = (): void => {
    for (const host of dirty) {
      if (options.questionOf(host) !== undefined) continue;
      hosts.delete(host);
      marks.forget(host);
    }
    dirty.clear();
  };
  /** The whole list; undefined where nothing of it can be another than before. */
  const next = (): QuestionList | undefined => {
    const heads = [...options.zones()].sort(([a], [b]) => (a < b ? -1 : 1));
    const clusterDns = options.clusterDns();
    const text = JSON.stringify([heads, clusterDns]);
    if (dirty.size === 0 && text === headText) return undefined;
    headText = text;
    const zones = heads.flatMap(([name, questions]) => zoneOf(name, questions));
    forgetGone();
    const version = createHash('sha1')
      .update(JSON.stringify([clusterDns, zones]))
      .digest('hex')
      .slice(0, VERSION_LENGTH);
    return { version, clusterDns, zones };
  };

  return {
    changed: (host) => void dirty.add(host),
    async flush(signal) {
      if (!options.isRead()) return false;
      stored ??= await recall(signal);
      const list = next() ?? unwritten;
      if (list === undefined) return false;
      unwritten = list;
      const texts = formatQuestions(list);
      const changed = [...texts.entries()].filter(([number, text]) => stored?.get(number) !== text);
      for (const [number, text] of changed) {
        await kube.applyQuestions(number, text, signal);
        stored.set(number, text);
      }
      unwritten = undefined;
      if (changed.length === 0) return false;
      options.log.debug({ questions: list.version, parts: texts.length }, 'questions written');
      marks.published(list.version);
      return true;
    },
  };
}
