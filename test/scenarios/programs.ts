import { accessSync, constants } from 'node:fs';
import { glob, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findCoreDns, findGo, findKubeTools, findUnbound } from '../real/tools.ts';
import { run } from './net/run.ts';

/** Every program of the landscape that is not this project's, by absolute path. */
export interface Programs {
  readonly unbound: string;
  readonly coreDns: string;
  readonly dnsmasq: string;
  /** systemd-resolved and the folder of systemd's own libraries beside it. */
  readonly resolved: { readonly binary: string; readonly libraries: string };
  readonly kdig: string;
  /** Library -> program that looks names up by it. */
  readonly lookUps: Readonly<Record<Library, string>>;
}

/** What programs look names up with. */
export type Library = 'glibc' | 'musl' | 'Go';

/** A program that is not there, or a thing that this machine does not let us do; the message says what to do. */
export class NotHere extends Error {}

const SOURCES = join(import.meta.dirname, 'observer');
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const find = (name: string): string | undefined => FOLDERS.map((folder) => join(folder, name)).find(isProgram);

/** What has to be installed, and what of Debian's brings it. */
const NEEDED: Readonly<Record<string, { readonly path: () => string | undefined; readonly by: string }>> = {
  ip: { path: () => find('ip'), by: 'apt-get install iproute2' },
  unshare: { path: () => find('unshare'), by: 'apt-get install util-linux' },
  nsenter: { path: () => find('nsenter'), by: 'apt-get install util-linux' },
  'kube-apiserver': { path: () => findKubeTools()?.apiServer, by: 'node test/real/build.ts' },
  coredns: { path: () => findCoreDns(), by: 'node test/real/build.ts coredns' },
  unbound: { path: () => findUnbound(), by: 'apt-get install unbound' },
  dnsmasq: { path: () => find('dnsmasq'), by: 'apt-get install dnsmasq-base' },
  kdig: { path: () => find('kdig'), by: 'apt-get install knot-dnsutils' },
  gcc: { path: () => find('gcc'), by: 'apt-get install gcc' },
  'musl-gcc': { path: () => find('musl-gcc'), by: 'apt-get install musl-tools' },
  go: { path: () => findGo(), by: 'https://go.dev/dl' },
};

/** Finds every program, builds those that look names up into `folder`. @throws NotHere that names all that are missing */
export const findPrograms = async (folder: string): Promise<Programs> => {
  const missing = Object.entries(NEEDED).flatMap(([name, { path, by }]) => (path() ? [] : [`  ${name}: ${by}`]));
  if (missing.length > 0) throw new NotHere(`These programs are not here:\n${missing.join('\n')}`);
  const at = (name: string): string => NEEDED[name]?.path() ?? name;
  const lookUps = { glibc: join(folder, 'glibc'), musl: join(folder, 'musl'), Go: join(folder, 'go') };
  const source = join(SOURCES, 'look-up.c');
  await run(at('gcc'), ['-O1', '-o', lookUps.glibc, source]);
  // Without any library of the machine.
  await run(at('musl-gcc'), ['-O1', '-static', '-o', lookUps.musl, source]);
  // Without cgo there is only Go's own.
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
  await run(at('go'), ['build', '-o', lookUps.Go, join(SOURCES, 'look-up.go')], { env, timeoutMs: 300_000 });
  return {
    unbound: at('unbound'),
    coreDns: at('coredns'),
    dnsmasq: at('dnsmasq'),
    kdig: at('kdig'),
    resolved: await findResolved(),
    lookUps,
  };
};

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'splithorizon', 'tools');
/** Of one version: the daemon does not start with the library of another. */
const PACKAGES = ['systemd-resolved', 'libsystemd-shared'];

/**
 * systemd-resolved is never installed: its package would take this machine's own name resolution over. Where the machine has
 * none, Debian's package is unpacked into the cache.
 */
const findResolved = async (): Promise<Programs['resolved']> => {
  const own = join('/lib/systemd', 'systemd-resolved');
  if (isProgram(own)) return { binary: own, libraries: '/usr/lib/systemd' };
  const cached = join(CACHE, 'systemd-resolved');
  const binary = join(cached, 'lib/systemd/systemd-resolved');
  if (!isProgram(binary)) await unpackResolved(cached);
  for await (const library of glob('usr/lib/*/systemd/libsystemd-shared-*.so', { cwd: cached })) {
    return { binary, libraries: dirname(join(cached, library)) };
  }
  throw new NotHere(`${cached} has no libsystemd-shared: remove the folder, it is made again`);
};

const unpackResolved = async (target: string): Promise<void> => {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${target}.`);
  try {
    await run('apt-get', ['download', ...PACKAGES], { cwd: folder });
    await run('sh', ['-c', 'for package in *.deb; do dpkg-deb -x "$package" unpacked; done'], { cwd: folder });
    await rm(target, { recursive: true, force: true });
    await rename(join(folder, 'unpacked'), target);
  } catch (error) {
    throw new NotHere(`systemd-resolved could not be fetched (apt-get update may help): ${String(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
