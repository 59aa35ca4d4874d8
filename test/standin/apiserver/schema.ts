import { isObject, type Json, type JsonObject } from './objects.ts';

/** The part of a structural OpenAPI v3 schema that changes objects; what only refuses them is the real server's. */
export interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  default?: Json;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

const conformFields = (value: JsonObject, schema: Schema): JsonObject => {
  const { properties = {}, additionalProperties } = schema;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties === true;
  const result: JsonObject = {};
  for (const [field, given] of Object.entries(value)) {
    const own = properties[field] ?? (isObject(additionalProperties) ? additionalProperties : undefined);
    if (own !== undefined && given !== undefined) result[field] = conform(given, own);
    else if (keepsUnknown) result[field] = given;
  }
  for (const [field, own] of Object.entries(properties)) {
    if (result[field] === undefined && own.default !== undefined) result[field] = conform(own.default, own);
  }
  return result;
};

/** The value without the fields that the schema does not know, with the defaults of those that are absent. */
export const conform = (value: Json, schema: Schema): Json => {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => conform(item, items));
  }
  return isObject(value) ? conformFields(value, schema) : value;
};
