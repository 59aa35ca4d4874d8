import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealApiServer } from '../real/apiserver.ts';
import { lendRealApiServer } from '../real/lent-apiserver.ts';
import { findKubeTools } from '../real/tools.ts';
import { apiClient } from '../support/api-client.ts';
import { collectionPath, hostSample } from '../support/samples.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FENCE = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Every block of code in the project's pages, without the blanks before it, and with what language it says it is. */
const blocks = globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT }).flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(FENCE)].map(([, indent = '', language = '', text = '']) => ({
    page,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  })),
);

/** Objects of ours that a reader is told to apply. */
const manifests = blocks.filter(
  ({ language, text }) => language === 'yaml' && text.includes('apiVersion: splithorizon.dev/'),
);

/** What a reader is told to ask or change of our kinds, up to a comment or a pipe. */
const commands = blocks.flatMap(({ page, text }) =>
  [
    ...text.matchAll(/^(?:\$ )?kubectl ((?:get|describe|patch|label|annotate) (?:sh[hvz]|splithorizon|events).*)$/gm),
  ].map(([, command = '']) => ({ page, command: command.replace(/ +(#|\| ).*/, '') })),
);

/** Words as a shell splits them; of quotes only single ones are known. */
const wordsOf = (command: string): string[] =>
  (command.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));

describe.skipIf(!findKubeTools() && !process.env['CI'])('the documentation on the real API server', () => {
  let server: RealApiServer;

  beforeAll(async () => {
    server = await lendRealApiServer();
    await server.kubectl(['apply', '-f', join(ROOT, 'deploy', 'example.yaml')]);
    const client = apiClient(server);
    for (const host of ['git.example.com', 'old.example.com'])
      await client.post(collectionPath('SplitHorizonHost'), hostSample(host));
    client.close();
  });
  afterAll(() => server.stop());

  test.each(manifests)('the objects in $page are taken', async ({ text }) => {
    const applied = await server.kubectl(['apply', '--dry-run=server', '-f', '-'], text);
    expect(applied).toMatchObject({ stderr: '', code: 0 });
  });

  test.each(commands)('$page: kubectl $command', async ({ command }) => {
    const { stderr, code } = await server.kubectl(wordsOf(command));
    expect(stderr.replace(/^No resources found\n/, '')).toBe('');
    expect(code).toBe(0);
  });
});
