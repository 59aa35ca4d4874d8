import type { Json, KubeObject } from './objects.ts';
import { isObject } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';

/** Names of fields in `events.k8s.io/v1` -> in core `v1`: one store, two views. */
const CORE_NAMES: Record<string, string> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const NEW_NAMES = Object.fromEntries(Object.entries(CORE_NAMES).map(([fresh, core]) => [core, fresh]));

const renamed = (value: object, names: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([field, child]) => [names[field] ?? field, child as unknown]));

const isNewEvent = ({ group, kind }: Resource): boolean => kind === 'Event' && group === 'events.k8s.io';

/** A body as it is stored: an event in its core form. */
export const toStored = (body: Json, resource: Resource): Json =>
  isNewEvent(resource) && isObject(body) ? (renamed(body, CORE_NAMES) as Json) : body;

/** A stored object as this resource shows it. */
export const toServed = (object: KubeObject, resource: Resource): KubeObject => {
  if (resource.plural !== 'events') return object;
  const served = isNewEvent(resource) ? (renamed(object, NEW_NAMES) as KubeObject) : object;
  return { ...served, apiVersion: apiVersionOf(resource) };
};
