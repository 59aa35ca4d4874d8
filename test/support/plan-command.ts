import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Preview, ZonePreview } from '../../src/plan/preview/preview.ts';
import { kubeconfigText, type ApiAccess } from './kubeconfig.ts';
import { NAMESPACE, type OperatorWorld } from './operator.ts';

/** How a command ended, and what it said. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Runs `splithorizon plan` as a process of its own, on the world's API server unless `access` is another. */
export const runPlan = async (
  world: OperatorWorld,
  args: readonly string[],
  { access = world.server, input = '' }: { readonly access?: ApiAccess; readonly input?: string } = {},
): Promise<CommandResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-plan-'));
  try {
    const [kubeconfig, resolvConf] = [join(folder, 'kubeconfig'), join(folder, 'resolv.conf')];
    await writeFile(kubeconfig, kubeconfigText(access), { mode: 0o600 });
    await writeFile(resolvConf, world.resolvConf);
    const flags = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, '--resolv-conf', resolvConf];
    const child = spawn(process.execPath, [MAIN, 'plan', ...args, ...flags], { env: {} });
    child.stdin.end(input);
    const code = new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? -1)));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, out, err };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The plan of one zone, as JSON. */
export const planOf = async (
  world: OperatorWorld,
  zone: string,
  args: readonly string[] = [],
): Promise<ZonePreview> => {
  const { out, err } = await runPlan(world, [zone, '--output', 'json', ...args]);
  const found = (JSON.parse(out || `{"zones":[]}`) as Preview).zones.find((each) => each.zone === zone);
  if (found === undefined) throw new Error(err);
  return found;
};

/** The plans of all zones. */
export const planAll = async (world: OperatorWorld): Promise<readonly ZonePreview[]> => {
  const { out, err } = await runPlan(world, ['--output', 'json']);
  expect(err).toBe('');
  return (JSON.parse(out) as Preview).zones;
};
