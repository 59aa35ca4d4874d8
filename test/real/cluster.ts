import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { ApiServer } from '../support/api-server.ts';
import { installCrds } from '../support/crds.ts';
import { startRealApiServer } from './apiserver.ts';
import { BuildError, buildTools } from './build.ts';
import { findKubeTools } from './tools.ts';

const USAGE = 'usage: npm run cluster -- [--stand-in] [--port N]';

interface Options {
  readonly standIn: boolean;
  readonly port: number | undefined;
}

const parseOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: { 'stand-in': { type: 'boolean', default: false }, port: { type: 'string' } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port ${values.port ?? ''}: not a port`);
  }
  return { standIn: values['stand-in'], port };
};

const startStandIn = async (port: number | undefined): Promise<ApiServer> => {
  const { startStandInApiServer } = await import('../standin/apiserver/main.ts');
  return startStandInApiServer({ port });
};

/** The real one, built first where it is missing; the stand-in where it cannot be built, said aloud. */
const startServer = async ({ standIn, port }: Options): Promise<ApiServer> => {
  if (standIn) return startStandIn(port);
  try {
    if (!findKubeTools()) await buildTools(['etcd', 'kube']);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`${error.message}\nNO REAL API SERVER: this is the stand-in, without CEL and admission.`);
    return startStandIn(port);
  }
  return startRealApiServer({ port });
};

const main = async (): Promise<void> => {
  const signalled = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const server = await startServer(parseOptions(process.argv.slice(2)));
  try {
    await installCrds(server);
    console.log(`KUBECONFIG=${server.kubeconfig.path}`);
    await signalled;
  } finally {
    await server.stop();
  }
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error, `\n${USAGE}`);
  process.exitCode = 1;
}
