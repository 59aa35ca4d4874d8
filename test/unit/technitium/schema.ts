/** A schema of openapi.yaml, or anything else in it. */
export type Node = Readonly<Record<string, unknown>>;

type Check = (expected: unknown, value: unknown, root: Node, where: string) => string[];

const asNode = (value: unknown) => value as Node;
const asNodes = (value: unknown) => value as readonly Node[];
const asObject = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Node) : {});

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  null: (value) => value === null,
};

const saysNothing: Check = () => [];
const unless = (holds: boolean, problem: string) => (holds ? [] : [problem]);

/** The keywords of JSON Schema that the description uses; any other one is an error, so that none goes unchecked. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  description: saysNothing,
  additionalProperties: saysNothing,
  $ref: (ref, value, root, where) => violations(resolve(String(ref), root), value, root, where),
  allOf: (schemas, value, root, where) => asNodes(schemas).flatMap((schema) => violations(schema, value, root, where)),
  oneOf: (schemas, value, root, where) => {
    const fitting = asNodes(schemas).filter((schema) => violations(schema, value, root, where).length === 0);
    return unless(fitting.length === 1, `${where} fits ${fitting.length} of its alternatives`);
  },
  type: (type, value, _, where) => {
    const types = [type].flat().map(String);
    return unless(
      types.some((one) => TYPES[one]!(value)),
      `${where} is not of type ${types.join(' or ')}`,
    );
  },
  const: (wanted, value, _, where) => unless(value === wanted, `${where} is not ${String(wanted)}`),
  enum: (wanted, value, _, where) => unless((wanted as unknown[]).includes(value), `${where} is none of the values`),
  minimum: (least, value, _, where) => unless(Number(value) >= Number(least), `${where} is too small`),
  maximum: (most, value, _, where) => unless(Number(value) <= Number(most), `${where} is too large`),
  maxLength: (most, value, _, where) => unless(String(value).length <= Number(most), `${where} is too long`),
  required: (names, value, _, where) =>
    (names as string[]).flatMap((name) => unless(name in asObject(value), `${where}.${name} is missing`)),
  properties: (schemas, value, root, where) =>
    Object.entries(asNode(schemas)).flatMap(([name, schema]) =>
      name in asObject(value) ? violations(asNode(schema), asObject(value)[name], root, `${where}.${name}`) : [],
    ),
  items: (schema, value, root, where) =>
    (value as unknown[]).flatMap((item, index) => violations(asNode(schema), item, root, `${where}[${index}]`)),
};

/** In what ways a value is not what a schema of `root` describes; none when it is. */
export function violations(schema: Node, value: unknown, root: Node, where = 'it'): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the keyword ${keyword} is not checked`);
    return check(expected, value, root, where);
  });
}

function resolve(ref: string, root: Node): Node {
  return ref
    .replace('#/', '')
    .split('/')
    .reduce((node, name) => asNode(node[name]), root);
}

/** The node at a path of names, references followed. */
export function nodeAt(root: Node, ...names: string[]): Node {
  return names.reduce((node, name) => {
    const child = asNode(node[name]);
    return '$ref' in child ? resolve(String(child['$ref']), root) : child;
  }, root);
}
