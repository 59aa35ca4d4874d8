import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A child that cannot outlive this process. */
export interface GuardedProcess {
  /** Resolves when the child has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Kills the child (SIGKILL) and waits for its end. */
  stop(): Promise<void>;
}

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that takes the child's stdout and stderr. */
  readonly logFile: string;
  /** A folder to remove once the child has ended. */
  readonly removeAtEnd?: string;
}

/**
 * A shell between us and the child waits for the end of its standard input, which comes with our stop() as with our own
 * death, `kill -9` included; signal handlers could not do that. It kills by the child's pid, then removes the folder.
 */
const GUARD = `
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ cat <&3; kill -9 $child; } >/dev/null 2>&1 &
wait $child
[ -z "$folder" ] || rm -rf "$folder"
`;

/** Starts a child in a process group of its own, so that a Ctrl-C meets it only through us. */
export const startGuarded = (given: GuardedCommand): GuardedProcess => {
  const log = openSync(given.logFile, 'a');
  const child = spawn('sh', ['-c', GUARD, 'guard', given.removeAtEnd ?? '', given.command, ...given.args], {
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  }).then(() => {
    child.stdin?.destroy();
  });
  return {
    ended,
    stop: () => {
      child.stdin?.destroy();
      return ended;
    },
  };
};
