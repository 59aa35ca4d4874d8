import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../build.ts';
import manifest from '../../package.json' with { type: 'json' };

test('the bundle comes with the licences of the packages in it, and of no others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-bundle-'));
  try {
    await bundle(join(folder, 'splithorizon.mjs'));
    const notices = await readFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(notices).toContain(`${name} ${version} (`);
    }
    expect(notices).toContain('Permission is hereby granted');
    for (const name of Object.keys(manifest.devDependencies)) expect(notices).not.toContain(`\n${name} `);
    expect(notices, 'client-node brings undici along, which costs every process 15 MiB').not.toContain('\nundici ');
  } finally {
    await rm(folder, { recursive: true });
  }
});
