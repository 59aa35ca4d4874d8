import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a finished kubectl said. */
export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs kubectl with these arguments, and with `stdin` for `-f -`. A failure is a result, not a throw. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<KubectlResult>;

/** kubectl bound to one kubeconfig; it keeps what it discovers in `cacheFolder`, not in the user's home. */
export const kubectlFor =
  (binary: string, kubeconfig: string, cacheFolder: string): Kubectl =>
  async (args, stdin = '') => {
    const child = spawn(binary, [`--kubeconfig=${kubeconfig}`, `--cache-dir=${cacheFolder}`, ...args]);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.once('error', reject).once('close', resolve);
    // kubectl may end before it has read everything; its exit code tells, not the broken pipe.
    child.stdin.once('error', () => undefined);
    child.stdin.end(stdin);
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
    return { stdout, stderr, code };
  };
