import { fields } from './decode.ts';

/** A structural schema of a CRD, as far as objects are checked by it before the API server sees them. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * A value with the schema's defaults filled in, as the API server does; what it would refuse goes to `problems`, each with
 * field and value. Its CEL rules are not known here.
 */
export function complete(value: unknown, schema: Schema, where: string, problems: string[]): unknown {
  // The API server drops a null where there is a default, and takes it for missing elsewhere.
  const given = value ?? structuredClone(schema.default);
  if (given === undefined) return undefined;
  const problem = problemOf(given, schema);
  if (problem !== undefined) {
    problems.push(`${where}: ${quote(given)} ${problem}`);
    return given;
  }
  if (Array.isArray(given)) {
    const { items = {} } = schema;
    return given.map((item, index) => complete(item, items, `${where}[${index}]`, problems));
  }
  return typeof given === 'object' && given !== null ? completeObject(given, schema, where, problems) : given;
}

function completeObject(given: object, schema: Schema, where: string, problems: string[]): unknown {
  const { properties = {}, additionalProperties, required = [] } = schema;
  const source = fields(given, where);
  for (const name of required) if ((source[name] ?? null) === null) problems.push(`${where}.${name}: is required`);
  const names = new Set([...Object.keys(properties), ...Object.keys(source)]);
  const completed = new Map<string, unknown>();
  for (const name of names) {
    const member = (Object.hasOwn(properties, name) ? properties[name] : undefined) ?? additionalProperties;
    if (member === undefined) problems.push(`${where}.${name}: there is no such field`);
    const result = member && complete(source[name], member, `${where}.${name}`, problems);
    if (result !== undefined) completed.set(name, result);
  }
  // Own members whatever they are called, `__proto__` too.
  return Object.fromEntries(completed);
}

function problemOf(value: unknown, schema: Schema): string | undefined {
  const { type, enum: words } = schema;
  const isOfType = type === undefined || typeOf(value) === type || (type === 'number' && typeof value === 'number');
  if (!isOfType) return `is no ${type}`;
  if (words !== undefined && !words.includes(value)) return `is none of ${words.join(', ')}`;
  if (typeof value === 'number') return problemOfSize(value, schema.minimum, schema.maximum, '');
  if (Array.isArray(value)) return problemOfSize(value.length, schema.minItems, schema.maxItems, ' items');
  if (typeof value !== 'string') return undefined;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
    return `does not match ${schema.pattern}`;
  return problemOfSize(value.length, schema.minLength, schema.maxLength, ' characters');
}

function problemOfSize(size: number, least = -Infinity, most = Infinity, unit: string): string | undefined {
  if (size < least) return `is less than ${least}${unit}`;
  return size > most ? `is more than ${most}${unit}` : undefined;
}

/** The type as OpenAPI calls it. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
