import { badRequest } from './errors.ts';
import { isObject, textOf, valueAt, type KubeObject } from './objects.ts';

type Predicate = (object: KubeObject) => boolean;

const labelOf = ({ metadata }: KubeObject, key: string): unknown =>
  isObject(metadata.labels) ? metadata.labels[key] : undefined;

const SET_TERM = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUALITY_TERM = /^(\S+?)\s*(==|=|!=)\s*(\S*)$/;

const labelTerm = (term: string): Predicate => {
  const [, setKey = '', operator, list = ''] = SET_TERM.exec(term) ?? [];
  if (operator !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    return (object) => values.includes(String(labelOf(object, setKey))) === (operator === 'in');
  }
  const [, key, sign, value] = EQUALITY_TERM.exec(term) ?? [];
  if (key !== undefined) return (object) => (labelOf(object, key) === value) === (sign !== '!=');
  if (term.startsWith('!')) return (object) => labelOf(object, term.slice(1)) === undefined;
  return (object) => labelOf(object, term) !== undefined;
};

const fieldTerm = (term: string): Predicate => {
  const [, key, sign, value = ''] = EQUALITY_TERM.exec(term) ?? [];
  if (key === undefined) throw badRequest(`invalid field selector: ${term}`);
  const path = key.split('.');
  return (object) => (textOf(valueAt(object, path)) === value) === (sign !== '!=');
};

const COMMA_OUTSIDE_PARENTHESES = /,(?![^(]*\))/;

const terms = (selector: string | null): string[] =>
  (selector ?? '')
    .split(COMMA_OUTSIDE_PARENTHESES)
    .map((term) => term.trim())
    .filter((term) => term !== '');

/** Whether an object is meant by the labelSelector and fieldSelector of a request. Any field can be selected by here. */
export const selectorOf = (query: URLSearchParams): Predicate => {
  const predicates = [
    ...terms(query.get('labelSelector')).map(labelTerm),
    ...terms(query.get('fieldSelector')).map(fieldTerm),
  ];
  return (object) => predicates.every((matches) => matches(object));
};
