import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainCommand, runExplain as explain } from '../../src/cli/explain-command.ts';
import type { HostPage } from '../../src/plan/explain/page.ts';
import { kubeconfigText, type ApiAccess } from './kubeconfig.ts';
import type { OperatorWorld } from './operator.ts';
import type { CommandResult } from './plan-command.ts';

/** Runs `splithorizon explain` in this process, on the world's API server unless `access` is another. */
export const runExplain = async (
  world: Pick<OperatorWorld, 'server'>,
  args: readonly string[],
  access: ApiAccess = world.server,
): Promise<CommandResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-explain-'));
  let [code, out] = [-1, ''];
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigText(access), { mode: 0o600 });
    const command = explainCommand(async (host, flags) => {
      const { signal } = new AbortController();
      code = await explain(host, flags, { signal, out: (text) => void (out += text) });
    });
    await command.parseAsync([...args, '--kubeconfig', kubeconfig], { from: 'user' });
    return { code, out, err: '' };
  } catch (error) {
    return { code: 1, out, err: `splithorizon: ${error instanceof Error ? error.message : String(error)}\n` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The page on a host, as JSON. */
export const pageOf = async (
  world: Pick<OperatorWorld, 'server'>,
  host: string,
  args: readonly string[] = [],
): Promise<HostPage> => {
  const { out, err } = await runExplain(world, [host, '--output', 'json', ...args]);
  if (err !== '') throw new Error(err);
  return JSON.parse(out) as HostPage;
};
