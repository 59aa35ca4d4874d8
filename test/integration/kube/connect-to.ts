import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectOptions, type Kube } from '../../../src/kube/kube.ts';
import { kubeconfigText, type ApiAccess } from '../../support/kubeconfig.ts';

/** What `connect` takes beside the way to the server, as the composition root gives it. */
export const surroundings = {
  version: '1.2.3',
  instance: 'operator-0',
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: Math.random,
  signal: new AbortController().signal,
  onLost: () => undefined,
} satisfies Partial<ConnectOptions>;

/** Calls `use` with the path of a kubeconfig of this text, which is gone afterwards. */
export const withKubeconfig = <T>(text: string, use: (path: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'splithorizon-kube-'));
  try {
    const path = join(folder, 'kubeconfig');
    writeFileSync(path, text, { mode: 0o600 });
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The operator's own client for a server. */
export const connectTo = (access: ApiAccess, options: Partial<ConnectOptions> = {}): Kube =>
  withKubeconfig(kubeconfigText(access), (kubeconfig) => connect({ ...surroundings, kubeconfig, ...options }));
