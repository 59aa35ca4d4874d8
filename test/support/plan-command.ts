import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCommand, runPlan as plan } from '../../src/cli/plan-command.ts';
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

/** Runs `splithorizon plan` in this process, on the world's API server unless `access` is another. */
export const runPlan = async (
  world: OperatorWorld,
  args: readonly string[],
  { access = world.server, input = '' }: { readonly access?: ApiAccess; readonly input?: string } = {},
): Promise<CommandResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-plan-'));
  const said = { out: '', err: '' };
  try {
    const [kubeconfig, resolvConf] = [join(folder, 'kubeconfig'), join(folder, 'resolv.conf')];
    await writeFile(kubeconfig, kubeconfigText(access), { mode: 0o600 });
    await writeFile(resolvConf, world.resolvConf);
    const flags = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, '--resolv-conf', resolvConf];
    let code = -1;
    const command = planCommand(async (zone, parsed) => {
      code = await plan(zone, parsed, {
        signal: new AbortController().signal,
        input: () => input,
        out: (text) => void (said.out += text),
        err: (text) => void (said.err += text),
      });
    });
    await command.parseAsync([...args, ...flags], { from: 'user' });
    return { code, ...said };
  } catch (error) {
    return { code: 1, out: said.out, err: `splithorizon: ${error instanceof Error ? error.message : String(error)}\n` };
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
