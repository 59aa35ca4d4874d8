import { badRequest } from './errors.ts';
import { isObject, textOf, valueAt, type KubeObject } from './objects.ts';

type Predicate = (object: KubeObject) => boolean;

const labelOf = ({ metadata }: KubeObject, key: string): unknown =>
  isObject(metadata.labels) ? metadata.labels[key] : undefined;

const EQUALITY = /^(\S+?)\s*(==|=|!=)\s*(\S*)$/;

const labelTerm = (term: string): Predicate => {
  const [, key, sign, value] = EQUALITY.exec(term) ?? [];
  if (key !== undefined) return (object) => (labelOf(object, key) === value) === (sign !== '!=');
  if (term.startsWith('!')) return (object) => labelOf(object, term.slice(1)) === undefined;
  return (object) => labelOf(object, term) !== undefined;
};

const fieldTerm = (term: string): Predicate => {
  const [, key, sign, value = ''] = EQUALITY.exec(term) ?? [];
  if (key === undefined) throw badRequest(`invalid field selector: ${term}`);
  const path = key.split('.');
  return (object) => (textOf(valueAt(object, path)) === value) === (sign !== '!=');
};

const terms = (selector: string | null): string[] =>
  (selector ?? '')
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');

/** Whether an object is meant by the labelSelector (no sets) and fieldSelector (any field here) of a request. */
export const selectorOf = (query: URLSearchParams): Predicate => {
  const predicates = [
    ...terms(query.get('labelSelector')).map(labelTerm),
    ...terms(query.get('fieldSelector')).map(fieldTerm),
  ];
  return (object) => predicates.every((matches) => matches(object));
};
