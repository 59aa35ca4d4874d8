import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiObject } from './api-client.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The flags that the image starts Node with, as the Dockerfile's ENTRYPOINT has them. */
export const nodeFlagsOfImage = (): string[] => {
  const entrypoint = /^ENTRYPOINT (?<list>\[.*\])$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const [, ...args] = JSON.parse(entrypoint?.groups?.['list'] ?? '[]') as string[];
  return args.slice(0, -1);
};

/** What a Deployment says of its one container, as far as starting it takes. */
export interface PodContainer {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `uid:gid` */
  readonly user: string;
  readonly readOnly: boolean;
  readonly droppedCapabilities: readonly string[];
  readonly memoryLimitBytes: number;
  readonly graceSeconds: number;
  readonly serviceAccount: string;
}

/** The parts of a Deployment (apps/v1) that this reads. */
interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly serviceAccountName: string;
      readonly terminationGracePeriodSeconds: number;
      readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
      readonly containers: readonly [
        {
          readonly image: string;
          readonly args: readonly string[];
          readonly env: readonly {
            readonly name: string;
            readonly value?: string;
            readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
          }[];
          readonly securityContext: {
            readonly readOnlyRootFilesystem: boolean;
            readonly capabilities: { readonly drop: readonly string[] };
          };
          readonly resources: { readonly limits: { readonly memory: string } };
        },
      ];
    };
  };
}

/** Reads a Deployment as the kubelet would its pod; of references in variables it knows the pod's namespace. */
export const podContainerOf = ({ metadata, spec }: ApiObject): PodContainer => {
  const { template } = spec as unknown as DeploymentSpec;
  const { serviceAccountName, terminationGracePeriodSeconds, securityContext, containers } = template.spec;
  const [{ image, args, env, resources, securityContext: own }] = containers;
  const fields: Record<string, string | undefined> = { 'metadata.namespace': metadata.namespace };
  const valueOf = ({ name, value, valueFrom }: (typeof env)[number]): string => {
    const found = value ?? fields[valueFrom?.fieldRef.fieldPath ?? ''];
    if (found === undefined) throw new Error(`variable ${name}: its reference is not known here`);
    return found;
  };
  const mebibytes = /^(\d+)Mi$/.exec(resources.limits.memory)?.[1];
  if (mebibytes === undefined) throw new Error(`memory limit ${resources.limits.memory}: it is not given in Mi`);
  return {
    image,
    args,
    env: Object.fromEntries(env.map((each) => [each.name, valueOf(each)])),
    user: `${securityContext.runAsUser}:${securityContext.runAsGroup}`,
    readOnly: own.readOnlyRootFilesystem,
    droppedCapabilities: own.capabilities.drop,
    memoryLimitBytes: Number(mebibytes) * 1024 * 1024,
    graceSeconds: terminationGracePeriodSeconds,
    serviceAccount: serviceAccountName,
  };
};
