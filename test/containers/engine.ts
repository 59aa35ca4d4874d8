import type { HostConfig } from 'dockerode';
import { GenericContainer, getContainerRuntimeClient, type ContainerRuntimeClient } from 'testcontainers';

/** What the suite runs. */
export interface Images {
  /** A Technitium DNS Server. */
  readonly technitium: string;
  /** What the operator's image is built on. */
  readonly base: string;
}

/** The images that TECHNITIUM_IMAGE and BASE_IMAGE name, else the real ones. */
export const imagesInUse = (): Images => ({
  technitium: process.env['TECHNITIUM_IMAGE'] ?? 'technitium/dns-server:15.2',
  base: process.env['BASE_IMAGE'] ?? 'node:24-slim',
});

const withoutEngine = async (): Promise<string | undefined> => {
  // Containers share the loopback of this machine, and are reached by their own addresses.
  if (process.platform !== 'linux') return 'it needs the containers of a Linux machine on that machine';
  return getContainerRuntimeClient().then(
    () => undefined,
    () => 'no container engine answers at DOCKER_HOST or /var/run/docker.sock: start one, as .ci/run does',
  );
};

/** Whether `suite` can run here, with which images is said; where it cannot that is said, and in CI it is an error. */
export const hasEngine = async (suite: string): Promise<boolean> => {
  const missing = await withoutEngine();
  const { technitium, base } = imagesInUse();
  // Not by console: Vitest keeps that of suites that pass to itself.
  const say = (message: string): boolean => process.stderr.write(`${message}\n`);
  if (missing === undefined)
    return say(`${suite}: Technitium is ${technitium}, the operator's image is built on ${base}`);
  const message = `left out: ${suite}; ${missing}.`;
  if (process.env['CI'] === 'true') throw new Error(message);
  say(message);
  return false;
};

/** A container with settings of Docker's own that testcontainers has no method for. */
export class HostContainer extends GenericContainer {
  constructor(image: string, settings: Partial<HostConfig>) {
    super(image);
    Object.assign(this.hostConfig, settings);
  }
}

/** A bridge that leads nowhere but to this machine: what a container asks of others stays here. */
export interface InternalNetwork extends AsyncDisposable {
  readonly name: string;
}

/** Makes a network; it is gone when it is disposed of, which needs its containers to be gone. */
export const openInternalNetwork = async ({ network }: ContainerRuntimeClient): Promise<InternalNetwork> => {
  const name = `splithorizon-${process.pid}-${performance.now().toFixed()}`;
  const created = await network.create({ Name: name, Driver: 'bridge', Internal: true });
  return { name, [Symbol.asyncDispose]: () => network.remove(created) };
};
