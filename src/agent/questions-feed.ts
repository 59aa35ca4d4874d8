import { joinQuestions, questionsNumber, type QuestionList } from '../model/questions.ts';

/** Puts the parts of the questions together as they come. */
export interface QuestionsFeed {
  /** A part came or changed. */
  put(name: string, text: string | undefined): void;
  remove(name: string): void;
  /** The last whole list; undefined before the first. */
  readonly list: QuestionList | undefined;
}

/** No part is there yet. */
export function createQuestionsFeed(changed: (list: QuestionList) => void): QuestionsFeed {
  const parts = new Map<number, string>();
  let list: QuestionList | undefined;

  const join = (): void => {
    const next = joinQuestions(parts);
    // While parts are of different versions, the last whole list stands.
    if (next === undefined || next.version === list?.version) return;
    list = next;
    changed(next);
  };

  return {
    put(name, text) {
      const number = questionsNumber(name);
      if (number === undefined || text === undefined) return;
      parts.set(number, text);
      join();
    },
    remove(name) {
      parts.delete(questionsNumber(name) ?? NaN);
    },
    get list() {
      return list;
    },
  };
}
