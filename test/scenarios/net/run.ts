import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a program said. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where it was ended for taking too long. */
  readonly code: number | null;
}

export interface RunOptions {
  readonly input?: string;
  /** Whether an exit code above 0 is a result as any other. @default false */
  readonly mayFail?: boolean;
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. @throws Error with what it said, where it fails and may not */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
  const { input, mayFail = false, timeoutMs = 60_000, cwd, env } = options;
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
  });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0 && !mayFail) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim() || stdout.trim()}`);
  return { stdout, stderr, code };
};
