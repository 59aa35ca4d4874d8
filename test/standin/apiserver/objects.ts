/** What JSON can hold. Objects in the store are never changed, only replaced. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
// An interface, as a type cannot name itself here.
export interface JsonObject {
  [field: string]: Json | undefined;
}

/** One entry of metadata.managedFields. */
export interface ManagedFields {
  manager: string;
  operation: 'Update' | 'Apply';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: JsonObject;
  subresource?: string;
}

export interface Metadata {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  labels?: JsonObject;
  annotations?: JsonObject;
  managedFields?: ManagedFields[];
  [field: string]: unknown;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: Json;
  status?: Json;
  [field: string]: unknown;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy without some fields; the type still has them where they are optional. */
export const without = <T extends object>(object: T, ...fields: string[]): T =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field))) as T;

/** A scalar as text; anything else is the empty text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** The field at the end of `path`, or undefined where the way ends before. */
export const valueAt = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, field) => (isObject(value) ? value[field] : undefined), root);
