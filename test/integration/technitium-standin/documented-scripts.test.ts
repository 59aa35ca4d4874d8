import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsole, type Console } from '../../support/technitium-console.ts';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';

const ZONE = 'example.com';
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const hasTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** The one script in a page, without the blanks before it. */
const scriptIn = (page: string): string => {
  const [, indent = '', text = ''] =
    /^( *)```bash\n([\s\S]*?)^ *```$/m.exec(readFileSync(join(DOCS, page), 'utf8')) ?? [];
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
};

/** Left out where bash, curl or jq are missing, which is an error in CI. */
describe.skipIf(!hasTools && !process.env['CI'])('the scripts of the documentation', () => {
  let technitium: TechnitiumStandIn;
  let console: Console;

  beforeEach(async () => {
    technitium = await TechnitiumStandIn.start({ adminPassword: 'ADMIN_PASSWORD' });
  });
  afterEach(() => technitium.close());

  const run = async (script: string): Promise<string> => {
    const env = { ...process.env, T: technitium.url, TOKEN: technitium.createApiToken() };
    const here = script.replace(/^T=.*$/m, '');
    const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { env });
    expect(stderr).toBe('');
    return stdout;
  };
  const makeZone = (): void => {
    technitium.createZone(ZONE);
    console = createConsole(technitium, ZONE, (short) => (short === '@' ? ZONE : `${short}.${ZONE}`));
  };
  const records = (): string[] =>
    technitium
      .records(ZONE)
      .map(({ name, type, value }) => `${name} ${type} ${value}`)
      .sort();

  test('make a user that may do what the operator needs in the zone, and nothing else', async () => {
    const token = (await run(`${scriptIn('install.md')}\necho "$TOKEN"`)).trim().split('\n').at(-1) ?? '';
    const call = async (path: string, form: Record<string, string>): Promise<string> => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${technitium.url}/api/${path}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(form),
      });
      return ((await answer.json()) as { status: string }).status;
    };
    const record = { zone: ZONE, domain: `git.${ZONE}`, type: 'CNAME' };
    expect(await call('zones/records/add', { ...record, cname: ZONE })).toBe('ok');
    expect(await call('zones/records/delete', record)).toBe('ok');
    expect(await call('zones/create', { zone: 'other.example', type: 'Primary' })).toBe('error');
  });

  test('delete the TXT records of one ExternalDNS, and no other record', async () => {
    makeZone();
    const before = records();
    const heritage = (owner: string): string =>
      `"heritage=external-dns,external-dns/owner=${owner},external-dns/resource=ingress/git/git"`;
    await console.add('a-git', { type: 'TXT', value: heritage('home') });
    await console.add('git', { type: 'TXT', value: heritage('home') });
    await console.add('git', { type: 'A', value: '10.0.20.203' });
    await console.add('a-tea', { type: 'TXT', value: heritage('homestead') });
    await console.add('@', { type: 'TXT', value: 'v=spf1 -all' });
    await run(scriptIn('migrate-from-external-dns.md'));
    expect(records()).toEqual(
      [
        ...before,
        `git.${ZONE} A 10.0.20.203`,
        `a-tea.${ZONE} TXT ${heritage('homestead')}`,
        `${ZONE} TXT v=spf1 -all`,
      ].sort(),
    );
  });

  test('delete what the operator made, and nothing that was there before or is anybody else’s', async () => {
    makeZone();
    const before = records();
    const add = (short: string, comments: string, value = '@'): Promise<void> =>
      console.add(short, { type: value === '@' ? 'CNAME' : value.includes(':') ? 'AAAA' : 'A', value, comments });
    await add('git', 'splithorizon:splithorizon/12345678');
    await add('noted', 'splithorizon:splithorizon/12345678 | a note');
    await add('@', 'splithorizon:splithorizon/12345678', '10.0.20.203');
    await add('@', 'splithorizon:splithorizon/12345678', 'fd00::203');
    await add('adopted', 'splithorizon:splithorizon/12345678+adopted');
    await add('other', 'splithorizon:lab/12345678');
    await add('mail', '', '10.0.20.1');
    await run(scriptIn('uninstall.md'));
    const kept = [`adopted.${ZONE} CNAME ${ZONE}`, `other.${ZONE} CNAME ${ZONE}`, `mail.${ZONE} A 10.0.20.1`];
    expect(records()).toEqual([...before, ...kept].sort());
  });
});
