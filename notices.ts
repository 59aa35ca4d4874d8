import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** What is read here of a package.json. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folder of the package that a file belongs to; undefined for the project's own. */
const packageOf = (path: string): string | undefined => /^(.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];

const noticeOf = async (folder: string): Promise<string> => {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)\b/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license ?? 'no licence named'})`, ...texts.map((text) => text.trim())].join('\n\n');
};

/**
 * The licences and notices of the packages that a bundle holds anything of, in order of their folders: what their
 * licences ask of whoever passes copies on. Paths in `metafile` are relative to the working directory.
 */
export const noticesOf = async ({ outputs }: Metafile): Promise<string> => {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const folders = files.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageOf(path) ?? []) : []));
  const notices = await Promise.all([...new Set(folders)].sort().map(noticeOf));
  return notices.map((notice) => `${notice}\n`).join(`\n${'-'.repeat(80)}\n\n`);
};
