import { code, pageHead, table } from './markdown.ts';

/** What is read here of a schema in a CRD (apiextensions.k8s.io/v1, JSONSchemaProps). */
export interface Schema {
  readonly type: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

/** What is read here of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
export interface Crd {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string; readonly shortNames: readonly string[] };
    readonly versions: readonly [
      {
        readonly name: string;
        readonly schema: { readonly openAPIV3Schema: Schema };
        readonly additionalPrinterColumns: readonly {
          readonly name: string;
          readonly description?: string;
          readonly priority?: number;
        }[];
      },
    ];
  };
}

interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** The reference page of one kind: its columns, and a line for each field of spec and status. */
export function kindPage({ spec }: Crd, source: string): string {
  const { group, names, versions } = spec;
  const [{ name: version, schema, additionalPrinterColumns }] = versions;
  const { properties = {}, description = '' } = schema.openAPIV3Schema;
  const columns = additionalPrinterColumns.map(({ name, description: what = '', priority = 0 }) => [
    code(name.toUpperCase()),
    what,
    priority > 0 ? 'with `-o wide`' : '',
  ]);
  return [
    pageHead(`${names.kind} (${code(names.shortNames[0] ?? '')})`, source),
    `${description}\n\n`,
    `API ${code(`${group}/${version}`)}, ${spec.scope === 'Cluster' ? 'cluster-scoped' : 'namespaced'}, `,
    `${code(names.plural)}. The same from the cluster itself: ${code(`kubectl explain ${names.plural}.spec`)}.\n\n`,
    `## Columns of kubectl get\n\n${table(['column', 'meaning', ''], columns)}`,
    `## spec\n\n${fieldTable(properties['spec'], 'spec')}`,
    `## status\n\nWritten by the operator; whatever a person writes there is overwritten.\n\n`,
    fieldTable(properties['status'], 'status'),
  ].join('');
}

function fieldTable(schema: Schema | undefined, path: string): string {
  const rows = schema === undefined ? [] : fieldsBelow(path, schema);
  const hasDefaults = path === 'spec';
  return table(
    ['field', 'type', ...(hasDefaults ? ['default'] : []), 'meaning'],
    rows.map((field) => [
      code(field.path),
      typeOf(field.schema),
      ...(hasDefaults ? [defaultOf(field)] : []),
      meaningOf(field.schema),
    ]),
  );
}

/** The fields of an object, each before those within it. */
function fieldsBelow(path: string, schema: Schema): Field[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const isRequired = schema.required?.includes(name) === true;
    const field = { path: `${path}.${name}`, schema: child, isRequired };
    return [field, ...fieldsBelow(field.path, child)];
  });
  return schema.items === undefined ? below : [...below, ...fieldsBelow(`${path}[]`, schema.items)];
}

function typeOf(schema: Schema): string {
  const { type, items, minItems, maxItems, minimum, maximum } = schema;
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (items !== undefined) {
    const of = items.enum === undefined ? (items.type === 'object' ? 'objects' : `${items.type}s`) : typeOf(items);
    return `list of ${of}${bounds(minItems, maxItems)}`;
  }
  if (schema.additionalProperties !== undefined) return `map of ${schema.additionalProperties.type}s`;
  return `${type}${type === 'integer' ? bounds(minimum, maximum) : ''}`;
}

function bounds(least: number | undefined, most: number | undefined): string {
  if (least === undefined) return most === undefined ? '' : `, at most ${most}`;
  return most === undefined ? `, at least ${least}` : `, ${least} to ${most}`;
}

function defaultOf({ schema, isRequired }: Field): string {
  if (isRequired) return '**required**';
  const value = schema.default;
  if (value === undefined || isEmptyObject(value)) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

/** An object that is filled with the defaults of its fields; they are listed themselves. */
function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? {}).length === 0;
}

/** The description, for a list of plain values with what each is. */
function meaningOf({ description = '', items }: Schema): string {
  const each = items?.properties === undefined ? items?.description : undefined;
  return each === undefined ? description : `${description} Each: ${each}`;
}
