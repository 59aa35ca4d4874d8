import { startRealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { startStandInApiServer } from '../standin/apiserver/main.ts';
import type { ApiServer } from './api-server.ts';

/** A kind of API server that a suite can run on: `describe.each(apiServers('...'))('on the $name', ({ start }) => ...)`. */
export interface ApiServerKind {
  readonly name: 'stand-in' | 'kube-apiserver';
  /** Starts one; the real one takes some 5 s, so share it within a test file. */
  readonly start: () => Promise<ApiServer>;
  /** Gives one with the CRDs that is as new, by default one that is started. */
  readonly lend?: () => Promise<ApiServer>;
}

/**
 * The API servers that `suite` runs on here: the stand-in always, the real one where its binaries are found. Where they
 * are not, that is said, and in CI it is an error.
 */
export const apiServers = (suite: string): ApiServerKind[] => {
  const standIn: ApiServerKind = { name: 'stand-in', start: startStandInApiServer };
  if (findKubeTools()) return [standIn, { name: 'kube-apiserver', start: startRealApiServer, lend: lendRealApiServer }];
  const message = `left out: ${suite} on the real kube-apiserver, which is not there; \`npm run cluster\` builds it once.`;
  if (process.env['CI'] === 'true') throw new Error(message);
  // Not by console: Vitest keeps that of suites that pass to itself.
  process.stderr.write(`${message}\n`);
  return [standIn];
};
