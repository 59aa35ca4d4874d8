import { KubeError } from '../../../../src/kube/kube-error.ts';
import type { LeaseRecord, Leases, StoredLease } from '../../../../src/kube/leases.ts';

/** A Lease in memory, as the API server keeps it; each candidate has a way to it of its own, which can be cut. */
export interface LeaseServer {
  /** What is stored; undefined where there is none. */
  readonly stored: StoredLease | undefined;
  /** Makes the Lease say something else, or deletes it. */
  put(record: LeaseRecord | undefined): void;
  /** A way to the Lease. */
  connect(): { readonly leases: Leases; isCut: boolean };
}

const failure = (code: number, reason: string): KubeError => new KubeError(reason, { code, reason });

export const createLeaseServer = (): LeaseServer => {
  let stored: StoredLease | undefined;
  let version = 0;
  const store = (record: LeaseRecord): StoredLease => (stored = { ...record, resourceVersion: String((version += 1)) });
  return {
    get stored() {
      return stored;
    },
    put(record) {
      if (record === undefined) stored = undefined;
      else store(record);
    },
    connect() {
      const reach = (): void => {
        if (way.isCut) throw failure(0, 'ECONNREFUSED');
      };
      const way = {
        isCut: false,
        leases: {
          readLease: async () => {
            reach();
            return Promise.resolve(stored);
          },
          createLease: async (_, record) => {
            reach();
            if (stored !== undefined) throw failure(409, 'AlreadyExists');
            return Promise.resolve(store(record));
          },
          updateLease: async (_, record, resourceVersion) => {
            reach();
            if (stored === undefined) throw failure(404, 'NotFound');
            if (stored.resourceVersion !== resourceVersion) throw failure(409, 'Conflict');
            return Promise.resolve(store(record));
          },
        } satisfies Leases,
      };
      return way;
    },
  };
};
