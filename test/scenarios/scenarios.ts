import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './net/run.ts';
import { findPrograms, NotHere } from './programs.ts';

/** `npm run scenarios`: exit code 0 where every verdict agrees with the observer, 1 on a difference, 3 where it cannot be played here. */
const CANNOT = 3;

/** Whether network namespaces can be made, by making one. @throws NotHere */
const tryNamespaces = async (): Promise<void> => {
  if (process.platform !== 'linux') throw new NotHere('Network namespaces are a thing of Linux.');
  if (process.getuid?.() !== 0) throw new NotHere('Network namespaces are made by root: run it as root.');
  const { code, stderr } = await run('unshare', ['--net', '--mount', 'true'], { mayFail: true });
  if (code !== 0) throw new NotHere(`This machine lets nobody make network namespaces: ${stderr.trim()}`);
};

const folder = await mkdtemp(join(tmpdir(), 'splithorizon-look-ups-'));
try {
  await tryNamespaces();
  const programs = await findPrograms(folder);
  const replay = join(import.meta.dirname, 'replay.ts');
  const child = spawn('unshare', ['--net', process.execPath, replay, JSON.stringify(programs)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    // A Ctrl-C is ours: the child cleans up and ends when its standard input does.
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.stdin.end());
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} catch (error) {
  if (!(error instanceof NotHere)) throw error;
  console.error(`The scenarios cannot be played here. ${error.message}`);
  process.exitCode = CANNOT;
} finally {
  await rm(folder, { recursive: true, force: true });
}
