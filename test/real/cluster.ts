import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startStandInApiServer } from '../standin/apiserver/main.ts';
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

/** The real one, built first where it is missing; the stand-in where it cannot be built, said aloud. */
const startServer = async ({ standIn, port }: Options, signal: AbortSignal): Promise<ApiServer> => {
  if (standIn) return startStandInApiServer({ port });
  try {
    if (!findKubeTools()) await buildTools(['etcd', 'kube'], signal);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`${error.message}\nNO REAL API SERVER: this is the stand-in, without CEL and admission.`);
    return startStandInApiServer({ port });
  }
  return startRealApiServer({ port });
};

const main = async (options: Options, signal: AbortSignal): Promise<void> => {
  const server = await startServer(options, signal);
  try {
    await installCrds(server);
    console.log(`KUBECONFIG=${server.kubeconfig.path}`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.stop();
  }
};

const stop = new AbortController();
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
try {
  await main(parseOptions(process.argv.slice(2)), stop.signal);
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Error ? error.message : error, `\n${USAGE}`);
    process.exitCode = 1;
  }
}
