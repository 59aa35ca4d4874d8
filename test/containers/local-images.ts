import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../build.ts';

/**
 * `node test/containers/local-images.ts`: makes the images that the containers suite takes where no registry is reached,
 * of what this machine has, and prints the variables that name them. The base holds this Node and its libraries and
 * nothing else, no shell either; Technitium's holds the stand-in besides.
 */
const BASE = 'splithorizon-base:local';
const TECHNITIUM = 'splithorizon-technitium:local';
const NODE = '/usr/local/bin/node';

const run = promisify(execFile);

/** Every file that the dynamic linker loads for a program, itself included. */
const librariesOf = async (program: string): Promise<string[]> => {
  const { stdout } = await run('ldd', [program]);
  return stdout.match(/\/\S+/g) ?? [];
};

const fillRoot = async (root: string): Promise<void> => {
  const program = await realpath(process.execPath);
  const files = [[program, NODE], ...(await librariesOf(program)).map((path) => [path, path])];
  for (const [from = '', to = ''] of files) {
    await mkdir(join(root, dirname(to)), { recursive: true });
    await copyFile(from, join(root, to));
  }
};

/** The folder as an image of one layer; `changes` are instructions of a Dockerfile. */
const importImage = async (name: string, root: string, changes: readonly string[] = []): Promise<void> => {
  const tar = `${root}.tar`;
  await run('tar', ['-C', root, '-cf', tar, '.']);
  await run('docker', ['import', ...changes.flatMap((change) => ['--change', change]), tar, name]);
  await rm(tar);
};

const folder = await mkdtemp(join(tmpdir(), 'splithorizon-images-'));
try {
  const root = join(folder, 'root');
  await fillRoot(root);
  await importImage(BASE, root);
  await bundle(join(folder, 'stand-in.mjs'), join(import.meta.dirname, 'technitium-standin.ts'));
  await cp(join(folder, 'stand-in.mjs'), join(root, 'stand-in.mjs'));
  await importImage(TECHNITIUM, root, [`ENTRYPOINT ["${NODE}", "/stand-in.mjs"]`]);
} finally {
  await rm(folder, { recursive: true });
}
console.log(`BASE_IMAGE=${BASE}\nTECHNITIUM_IMAGE=${TECHNITIUM}`);
