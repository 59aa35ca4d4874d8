import { parseAllDocuments } from 'yaml';
import { parseHostName } from '../model/host-name.ts';
import type { HostView, ZoneView } from '../model/views.ts';
import { complete, type Schema } from './complete.ts';
import schemas from './crds.gen.json' with { type: 'json' };
import { DecodeError, fields, text, type Fields } from './decode.ts';
import { API_VERSION } from './paths.ts';
import { createViews } from './views.ts';

/** The objects of a file that bear on records. */
export interface Manifest {
  readonly zones: readonly ZoneView[];
  readonly hosts: readonly HostView[];
}

/** Something in a file is not what the API server would take; the message says all of it, a line each. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

const SCHEMAS: Readonly<Record<string, Schema>> = schemas;

/**
 * Reads SplitHorizonZones and SplitHorizonHosts (YAML or JSON, several documents) as the API server would store them,
 * created at `now`; vantages are passed over.
 *
 * @throws ManifestError
 */
export function readManifest(content: string, file: string, now: number): Manifest {
  const views = createViews();
  const zones: ZoneView[] = [];
  const hosts: HostView[] = [];
  const problems: string[] = [];
  for (const document of parseAllDocuments(content)) {
    const [error] = document.errors;
    if (error !== undefined) throw new ManifestError(`${file}: ${error.message}`);
    const raw: unknown = document.toJS();
    if (raw === null || raw === undefined) continue;
    try {
      const { kind, stored } = asStored(raw, now, problems);
      if (problems.length > 0) continue;
      if (kind === 'SplitHorizonZone') zones.push(views.zone(stored));
      if (kind === 'SplitHorizonHost') hosts.push(views.host(stored));
    } catch (thrown) {
      if (!(thrown instanceof DecodeError)) throw thrown;
      problems.push(thrown.message);
    }
  }
  if (problems.length > 0) throw new ManifestError(problems.map((problem) => `${file}: ${problem}`).join('\n'));
  return { zones, hosts };
}

function asStored(raw: unknown, now: number, problems: string[]): { kind: string; stored: unknown } {
  const object = fields(raw, 'document');
  const kind = text(object['kind'], 'kind');
  const schema = SCHEMAS[kind];
  if (schema === undefined || object['apiVersion'] !== API_VERSION) {
    const kinds = Object.keys(SCHEMAS).join(', ');
    throw new DecodeError(`${String(object['apiVersion'])} ${kind}: only ${kinds} of ${API_VERSION} are planned`);
  }
  const metadata = fields(object['metadata'], 'metadata');
  const name = text(metadata['name'], 'metadata.name');
  const parsed = parseHostName(name);
  if (!parsed.ok || parsed.host !== name) {
    const problem = parsed.ok ? `must be written ${parsed.host}` : parsed.problem;
    throw new DecodeError(`metadata.name: "${name}" ${problem}`);
  }
  const where = `${kind} ${name}: spec`;
  const spec = complete(object['spec'] ?? {}, schema, where, problems);
  return { kind, stored: { kind, metadata: storedMetadata(metadata, now), spec } };
}

function storedMetadata({ name, annotations, labels }: Fields, now: number): Fields {
  return { name, annotations, labels, uid: '', generation: 1, creationTimestamp: new Date(now).toISOString() };
}
