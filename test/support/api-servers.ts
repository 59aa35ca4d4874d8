import { startRealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { startStandInApiServer } from '../standin/apiserver/main.ts';
import type { ApiServer } from './api-server.ts';
import { installCrds } from './crds.ts';

/** A kind of API server that a suite can run on: `describe.each(apiServers('...'))('on the $name', ({ lend }) => ...)`. */
export interface ApiServerKind {
  readonly name: 'stand-in' | 'kube-apiserver';
  /** Starts one that is bare; the real one takes some 5 s. */
  readonly start: () => Promise<ApiServer>;
  /** Gives one with the CRDs that is as new, until its `stop`; share it within a test file. */
  readonly lend: () => Promise<ApiServer>;
}

/** One kind whose servers are started each time, and the CRDs put in. */
export const startedBy = (name: ApiServerKind['name'], start: () => Promise<ApiServer>): ApiServerKind => ({
  name,
  start,
  lend: async () => {
    const server = await start();
    await installCrds(server);
    return server;
  },
});

export const STAND_IN: ApiServerKind = startedBy('stand-in', startStandInApiServer);

/**
 * The API servers that `suite` runs on here: the stand-in always, the real one where its binaries are found. Where they
 * are not, that is said, and in CI it is an error.
 */
export const apiServers = (suite: string): ApiServerKind[] => {
  if (findKubeTools())
    return [STAND_IN, { name: 'kube-apiserver', start: startRealApiServer, lend: lendRealApiServer }];
  const message = `left out: ${suite} on the real kube-apiserver, which is not there; \`npm run cluster\` builds it once.`;
  if (process.env['CI'] === 'true') throw new Error(message);
  // Not by console: Vitest keeps that of suites that pass to itself.
  process.stderr.write(`${message}\n`);
  return [STAND_IN];
};
