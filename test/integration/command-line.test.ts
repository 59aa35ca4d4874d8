import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { kubeconfigText } from '../support/kubeconfig.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Node keeps what it compiled: that is most of the time that a command takes. */
const CACHE = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' };

/** Runs `splithorizon` with these arguments and variables, and nothing else of this process's environment. */
const run = (args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env: { ...CACHE, ...env } }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

describe('the command line', () => {
  test('says all that is wrong at once, and exits with 1 before anything starts', async () => {
    const { code, out, err } = await run(['controller', '--listen', '8080', '--log-level=loud'], {
      SPLITHORIZON_QUERIES_PER_SECOND: 'many',
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toEqual([
      'splithorizon controller: --listen "8080": Give HOST:PORT, such as 0.0.0.0:8080.',
      'splithorizon controller: --log-level "loud": Allowed choices are trace, debug, info, warn, error, fatal.',
      'splithorizon controller: SPLITHORIZON_QUERIES_PER_SECOND "many": Give a number above 0, at most 10000.',
    ]);
  });

  test('takes a flag from its variable', async () => {
    const { code, err } = await run(['controller'], { SPLITHORIZON_KUBECONFIG: import.meta.filename });
    expect(code).toBe(1);
    expect(err).toContain(`kubeconfig ${import.meta.filename}: it is no valid kubeconfig`);
  });

  test('exits with 1 where its address is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as AddressInfo).port));
    });
    const folder = await mkdtemp(join(tmpdir(), 'splithorizon-command-line-'));
    const [kubeconfig, resolvConf] = [join(folder, 'kubeconfig'), join(folder, 'resolv.conf')];
    await writeFile(kubeconfig, kubeconfigText({ url: `http://127.0.0.1:${await freePort()}`, token: 'none' }));
    await writeFile(resolvConf, '');
    const flags = ['--kubeconfig', kubeconfig, '--resolv-conf', resolvConf, '--listen', `127.0.0.1:${port}`];
    const { code, err } = await run(['controller', ...flags]);
    expect(code).toBe(1);
    expect(err).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
    taken.close();
    await rm(folder, { recursive: true });
  });

  test('exits with 1 and says why where nothing can be planned', async () => {
    const { code, out, err } = await run(['plan', '--filename', import.meta.filename]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`splithorizon: ${import.meta.filename}: `);
  });

  test('gives help and version for each command', async () => {
    const help = await run(['controller', '--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('SPLITHORIZON_LISTEN');
    const version = await run(['controller', '--version']);
    expect(version).toMatchObject({ code: 0, out: (await run(['--version'])).out });
  });

  test('refuses a command that there is not', async () => {
    expect(await run(['contoller'])).toMatchObject({ code: 1, out: '' });
  });
});
