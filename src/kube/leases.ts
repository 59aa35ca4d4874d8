import { fields, optional, text } from './decode.ts';
import { isNotFound } from './kube-error.ts';
import { microTime } from './micro-time.ts';
import { AS_MANAGER } from './paths.ts';
import { MERGE_PATCH, type Rest } from './rest.ts';

/** Which Lease is meant. */
export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** What a Lease says (coordination.k8s.io/v1); times in milliseconds since 1970. */
export interface LeaseRecord {
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: number;
  readonly renewTime: number;
  /** How often the holder changed. */
  readonly transitions: number;
}

/** A Lease as it is stored. */
export interface StoredLease extends LeaseRecord {
  readonly resourceVersion: string;
}

/** Single reads and writes of Leases; each throws a KubeError when it fails. */
export interface Leases {
  /** Reads a Lease past every cache; undefined where there is none. */
  readLease(lease: LeaseName, signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Creates one; isAlreadyExists where there is one. */
  createLease(lease: LeaseName, record: LeaseRecord, signal: AbortSignal): Promise<StoredLease>;
  /** Writes over the version that was read; isConflict where it is another one by now. */
  updateLease(
    lease: LeaseName,
    record: LeaseRecord,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<StoredLease>;
}

/** Who renews every few seconds cannot wait longer for one answer. */
const LIMIT_MS = 5_000;

/** The Leases behind `rest`. */
export function createLeases(rest: Rest): Leases {
  const listOf = ({ namespace }: LeaseName): string => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const pathOf = (lease: LeaseName): string => `${listOf(lease)}/${lease.name}`;
  return {
    readLease: async (lease, signal) => {
      try {
        return toLease(await rest({ method: 'GET', path: pathOf(lease), limitMs: LIMIT_MS, signal }));
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    createLease: async (lease, record, signal) => {
      const head = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: lease.name } };
      const body = { ...head, spec: toSpec(record) };
      const path = listOf(lease) + AS_MANAGER;
      return toLease(await rest({ method: 'POST', path, body, limitMs: LIMIT_MS, signal }));
    },
    updateLease: async (lease, record, resourceVersion, signal) => {
      const body = { metadata: { resourceVersion }, spec: toSpec(record) };
      const path = pathOf(lease) + AS_MANAGER;
      const contentType = MERGE_PATCH;
      return toLease(await rest({ method: 'PATCH', path, body, contentType, limitMs: LIMIT_MS, signal }));
    },
  };
}

function toSpec(record: LeaseRecord): object {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: microTime(record.acquireTime),
    renewTime: microTime(record.renewTime),
    leaseTransitions: record.transitions,
  };
}

/** What is missing or odd reads as of a Lease that nobody holds any more. */
function toLease(raw: unknown): StoredLease {
  const { metadata, spec } = fields(raw, 'Lease');
  const given = optional(fields)(spec, 'spec') ?? {};
  const number = (name: string): number => {
    const value = given[name];
    return typeof value === 'number' && value > 0 ? value : 0;
  };
  const time = (name: string): number => Date.parse(optional(text)(given[name], `spec.${name}`) ?? '') || 0;
  return {
    holder: optional(text)(given['holderIdentity'], 'spec.holderIdentity') ?? '',
    durationSeconds: number('leaseDurationSeconds'),
    acquireTime: time('acquireTime'),
    renewTime: time('renewTime'),
    transitions: number('leaseTransitions'),
    resourceVersion: text(fields(metadata, 'metadata')['resourceVersion'], 'metadata.resourceVersion'),
  };
}
