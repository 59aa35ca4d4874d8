import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../real/tools.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { freePort } from '../../support/free-port.ts';
import { kubeconfigText } from '../../support/kubeconfig.ts';
import { kubectlFor } from '../../support/kubectl.ts';
import { StandInApi } from './server.ts';

/** The stand-in behind the handle that the real server has too. */
export interface StandInApiServer extends ApiServer {
  /** Its faults and counters. */
  readonly api: StandInApi;
}

/** Starts an API server in this process, on a free port unless one is given. */
export const startStandInApiServer = async (
  options: { readonly port?: number | undefined } = {},
): Promise<StandInApiServer> => {
  const port = options.port ?? (await freePort());
  const api = new StandInApi(port);
  await api.listen();
  const access = { url: `http://127.0.0.1:${port}`, token: 'stand-in' };
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-standin-'));
  const kubeconfig = { path: join(folder, 'kubeconfig'), text: kubeconfigText(access) };
  await writeFile(kubeconfig.path, kubeconfig.text, { mode: 0o600 });
  const binary = findKubectl();
  return {
    ...access,
    api,
    kubeconfig,
    kubectl: binary === undefined ? undefined : kubectlFor(binary, kubeconfig.path, join(folder, 'kubectl')),
    restart: () => api.restart(),
    stop: async () => {
      await api.refuse();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
