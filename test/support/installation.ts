import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installManifest } from '../../build.ts';
import type { ApiObject } from './api-client.ts';
import { podContainerOf, type PodContainer } from './image.ts';
import type { Kubectl } from './kubectl.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'deploy', 'example.yaml');
const NAMESPACE = 'splithorizon';

/** The server that an installation writes to; its zone example.com is there. */
export interface InstalledTechnitium {
  readonly url: string;
  /** `address:port` of its DNS. */
  readonly dns: string;
  /** An API token. */
  readonly token: string;
}

/** What a new user has after the README's steps, less a cluster that starts pods. */
export interface Installation {
  /** The steps again: the manifest, and the example once its kinds are served. */
  install(): Promise<void>;
  /** kubectl that must succeed; gives what it prints. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** A new token of the Deployment's ServiceAccount. */
  createToken(): Promise<string>;
  /** What the stored Deployment would have the kubelet start. */
  readonly container: PodContainer;
}

/** deploy/example.yaml with the addresses of one's own in place of those that it gives as examples. */
const exampleFor = async ({ url, dns }: InstalledTechnitium): Promise<string> => {
  const own = { 'http://technitium.technitium.svc:5380': url, '10.0.20.201:53': dns, '192.168.1.2': dns };
  return Object.entries(own).reduce(
    (text, [example, value]) => {
      if (!text.includes(example)) throw new Error(`deploy/example.yaml no longer says ${example}`);
      return text.replace(example, value);
    },
    await readFile(EXAMPLE, 'utf8'),
  );
};

/**
 * Takes the README's steps on a fresh cluster that has Traefik at 10.0.20.203 and an Ingress for git.example.com: the
 * manifest of `npm run build`, the Secret, and the example with one's own addresses, which is a DryRun.
 */
export const installByReadme = async (run: Kubectl, technitium: InstalledTechnitium): Promise<Installation> => {
  const must = async (args: readonly string[], stdin?: string): Promise<string> => {
    const { stdout, stderr, code } = await run(args, stdin);
    if (code !== 0 || stderr !== '') throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const kubectl: Installation['kubectl'] = (...args) => must(args);

  await kubectl('create', 'namespace', 'traefik');
  await kubectl('-n', 'traefik', 'create', 'service', 'loadbalancer', 'traefik', '--tcp=443');
  const balancer = { status: { loadBalancer: { ingress: [{ ip: '10.0.20.203' }] } } };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify(balancer)];
  await kubectl('-n', 'traefik', 'patch', 'service', 'traefik', ...patch);
  await kubectl('create', 'ingress', 'git', '--rule=git.example.com/*=git:80');

  const install = async (): Promise<void> => {
    await must(['apply', '-f', '-'], await installManifest());
    await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
    await must(['apply', '-f', '-'], await exampleFor(technitium));
  };
  await install();
  const { token } = technitium;
  await kubectl('-n', NAMESPACE, 'create', 'secret', 'generic', 'technitium', `--from-literal=token=${token}`);

  const stored = await kubectl('-n', NAMESPACE, 'get', 'deployment', 'splithorizon', '-o', 'json');
  const container = podContainerOf(JSON.parse(stored) as ApiObject);
  return {
    install,
    kubectl,
    container,
    createToken: async () => (await kubectl('-n', NAMESPACE, 'create', 'token', container.serviceAccount)).trim(),
  };
};
