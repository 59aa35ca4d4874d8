import { setTimeout as delay } from 'node:timers/promises';
import { getContainerRuntimeClient } from 'testcontainers';
import type { RunningServer } from '../integration/technitium/server-under-test.ts';
import { HostContainer, openInternalNetwork } from './engine.ts';

/** A Technitium in a container, reached at the container's own address. */
export interface TechnitiumContainer extends RunningServer, AsyncDisposable {}

const PASSWORD = 'only-for-this-test';
const START_TIMEOUT_MS = 60_000;

/** Whether the server lets the admin in, which is when all of it runs. */
const isReady = async (url: string): Promise<boolean> => {
  const body = new URLSearchParams({ user: 'admin', pass: PASSWORD });
  try {
    const response = await fetch(`${url}/api/user/login`, { method: 'POST', body, signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { status: string }).status === 'ok';
  } catch {
    return false;
  }
};

/** Starts a fresh server of an image on a network without a way out. */
export const startTechnitium = async (image: string): Promise<TechnitiumContainer> => {
  const network = await openInternalNetwork(await getContainerRuntimeClient());
  // Its resolver of names is itself: else the engine would ask this machine's for it.
  const container = await new HostContainer(image, { Dns: ['127.0.0.1'] })
    .withNetworkMode(network.name)
    .withEnvironment({ DNS_SERVER_ADMIN_PASSWORD: PASSWORD, DNS_SERVER_DOMAIN: 'dns1.test' })
    .start();
  const dispose = async (): Promise<void> => {
    await container.stop();
    await network[Symbol.asyncDispose]();
  };
  const address = container.getIpAddress(network.name);
  const url = `http://${address}:5380`;
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (performance.now() > deadline) {
      await dispose();
      throw new Error(`${image} lets nobody in at ${url} within ${START_TIMEOUT_MS / 1000} s`);
    }
    await delay(100);
  }
  return { url, dns: `${address}:53`, password: PASSWORD, [Symbol.asyncDispose]: dispose };
};
