import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '..', 'real', 'guarded-process.ts');
const SOON = { timeout: 20_000, interval: 20 };

/** A parent that starts a guarded child, which writes its pid and would then sleep for ten minutes. */
const parentScript = (folder: string): string => `
  import { startGuarded } from ${JSON.stringify(MODULE)};
  startGuarded({
    command: 'sh',
    args: ['-c', ${JSON.stringify(`echo $$ > ${folder}/pid; exec sleep 600`)}],
    logFile: ${JSON.stringify(join(folder, 'log'))},
    removeAtEnd: ${JSON.stringify(folder)},
  });
  setInterval(() => undefined, 1000);
`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('a guarded child dies with its parent by %s', async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'splithorizon-guarded-'));
  const parent = spawn(process.execPath, ['--input-type=module', '-e', parentScript(folder)], { stdio: 'ignore' });
  const readPid = (): number => Number(existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8'));
  await expect.poll(readPid, SOON).toBeGreaterThan(0);
  const pid = readPid();
  expect(isAlive(pid)).toBe(true);
  parent.kill(signal);
  await expect.poll(() => isAlive(pid), SOON).toBe(false);
  await expect.poll(() => existsSync(folder), SOON).toBe(false);
});
