import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

function run(...flags: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const args = ['test/standin/technitium/main.ts', ...flags];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

it.each(['SIGTERM', 'SIGINT'] as const)('says when it is ready, and ends by %s', async (signal) => {
  const child = run();
  const line = await firstLine(child);
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+$/);
  const form = new URLSearchParams({ user: 'admin', pass: 'admin' });
  const login = await fetch(`${line.split(' ')[1] ?? ''}/api/user/login`, { method: 'POST', body: form });
  expect(await login.json()).toMatchObject({ status: 'ok', server: 'dns1.test', username: 'admin' });
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([0, null]);
});

it('takes its version, password, domain and SOA minimum from flags', async () => {
  const flags = ['--version', '14.3', '--admin-password', 'secret', '--domain', 'ns.test', '--soa-minimum', '1'];
  flags.push('--translate', '203.0.113.10=10.0.20.203@192.168.1.0/24');
  const line = await firstLine(run(...flags));
  const post = async (path: string, form: Record<string, string>): Promise<Record<string, unknown>> => {
    const init = { method: 'POST', body: new URLSearchParams(form) };
    return (await (await fetch(`${line.split(' ')[1] ?? ''}${path}`, init)).json()) as Record<string, unknown>;
  };
  const login = await post('/api/user/login', { user: 'admin', pass: 'secret', includeInfo: 'true' });
  expect(login).toMatchObject({ server: 'ns.test', info: { version: '14.3' } });
  const token = String(login['token']);
  await post('/api/zones/create', { token, zone: 'home.test' });
  const read = await post('/api/zones/records/get', { token, domain: 'home.test' });
  expect(JSON.stringify(read)).toContain('"minimum":1,');
});

it.each([
  { name: 'a flag that is unknown', flags: ['--nothing'], want: "Unknown option '--nothing'" },
  { name: 'a port that is none', flags: ['--http', '70000'], want: '--http 70000: a number from 0 to 65535' },
  {
    name: 'a translation that is none',
    flags: ['--translate', '203.0.113.10=10.0.20.203'],
    want: '--translate 203.0.113.10=10.0.20.203: PUBLIC=PRIVATE@SUBNET is wanted',
  },
  { name: 'a version that is unknown', flags: ['--version', '1.0'], want: '--version 1.0: 15.2 or 14.3' },
])('refuses $name', async ({ flags, want }) => {
  const child = run(...flags);
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  expect(code).toBe(2);
  expect(errors).toContain(want);
});
