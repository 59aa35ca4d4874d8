import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forward } from '../standin/resolver/forward.ts';
import { freePort } from '../support/free-port.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';

/** A real resolver on a port of 127.0.0.1. */
export interface RealResolver<Options> {
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Starts it anew with another configuration, on the same port: what it had in its cache is gone. */
  configure(options: Options): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** How one kind of resolver is run. */
export interface ResolverKind<Options> {
  readonly name: string;
  /** Undefined where the machine has none. */
  readonly binary: string | undefined;
  /** The text of its configuration. */
  readonly config: (options: Options, at: { readonly port: number; readonly folder: string }) => string;
  readonly args: (configFile: string) => readonly string[];
}

const START_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 200;
/** A port that was free a moment ago may be taken by the time the resolver binds it. */
const START_ATTEMPTS = 3;

/** Any answer will do: it runs. */
const answers = async (port: number): Promise<boolean> =>
  (await forward(`127.0.0.1:${port}`, { name: 'ready.invalid', type: 'A' }, ANSWER_TIMEOUT_MS)) !== undefined;

/** Starts a resolver and waits until it answers; throws with the end of its log where it does not. */
export const startRealResolver = async <Options>(
  kind: ResolverKind<Options>,
  options: Options,
): Promise<RealResolver<Options>> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(kind, options);
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
};

const start = async <Options>(kind: ResolverKind<Options>, first: Options): Promise<RealResolver<Options>> => {
  const { binary } = kind;
  if (binary === undefined) throw new Error(`no ${kind.name} was found`);
  const folder = await mkdtemp(join(tmpdir(), `splithorizon-${kind.name}-`));
  const [configFile, logFile] = [join(folder, 'config'), join(folder, 'log')];
  const port = await freePort();
  let running: GuardedProcess | undefined;

  const configure = async (options: Options): Promise<void> => {
    await running?.stop();
    await writeFile(configFile, kind.config(options, { port, folder }));
    const child = startGuarded({ command: binary, args: kind.args(configFile), logFile });
    running = child;
    const end = { has: false };
    void child.ended.then(() => (end.has = true));
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(port))) {
      if (!end.has && performance.now() < deadline) continue;
      throw new Error(
        `${kind.name} does not answer; the end of its log:\n${(await readFile(logFile, 'utf8')).slice(-2000)}`,
      );
    }
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await configure(first);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, address: `127.0.0.1:${port}`, configure, stop };
};
