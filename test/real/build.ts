import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder, findGo, toolModule, type ToolName } from './tools.ts';

/** A build that cannot be done here, with what to do about it as message. */
export class BuildError extends Error {}

const TOOL_NAMES: readonly ToolName[] = ['etcd', 'kube', 'coredns'];

/** Kubernetes takes its version at link time; without it the server calls itself v0.0.0. */
const linkerFlags = (name: ToolName, version: string): string => {
  if (name !== 'kube') return '-s -w';
  const [major, minor] = version.slice(1).split('.');
  const values = {
    'k8s.io/component-base/version.gitVersion': version,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/component-base/version.gitTreeState': 'clean',
    'k8s.io/client-go/pkg/version.gitVersion': version,
  };
  return ['-s -w', ...Object.entries(values).map(([symbol, value]) => `-X ${symbol}=${value ?? ''}`)].join(' ');
};

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** What a running `go build -v` has done so far, as one line for people. */
interface Progress {
  downloads: number;
  packages: number;
  lastLines: string[];
}

const note = (progress: Progress, line: string): void => {
  if (line.startsWith('go: downloading')) progress.downloads += 1;
  else progress.packages += 1;
  progress.lastLines = [...progress.lastLines.slice(-19), line];
};

/** Says every second on a terminal, every half minute in a log, how far the build is. Returns the end of it. */
const showProgress = (binary: string, progress: Progress, out: NodeJS.WriteStream): (() => void) => {
  const started = performance.now();
  const text = (): string => {
    const seconds = Math.round((performance.now() - started) / 1000);
    return `building ${binary}: ${progress.downloads} modules fetched, ${progress.packages} packages compiled, ${seconds} s`;
  };
  const say = (): boolean => out.write(out.isTTY ? `\r${text()}` : `${text()}\n`);
  const timer = setInterval(say, out.isTTY ? 1_000 : 30_000);
  return () => {
    clearInterval(timer);
    say();
    if (out.isTTY) out.write('\n');
  };
};

interface GoBuild {
  go: string;
  folder: string;
  package: string;
  flags: string;
  out: string;
}

const runGoBuild = async (build: GoBuild, progress: Progress, signal: AbortSignal): Promise<void> => {
  const args = ['build', '-v', '-trimpath', '-ldflags', build.flags, '-o', build.out, build.package];
  const child = spawn(build.go, args, {
    cwd: build.folder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  createInterface(child.stderr).on('line', (line) => note(progress, line));
  const code = await promise;
  if (code !== 0) throw new BuildError(`go build ${build.package} failed:\n${progress.lastLines.join('\n')}`);
};

const buildBinary = async (name: ToolName, binary: string, goPackage: string, signal: AbortSignal): Promise<void> => {
  const { folder, version } = toolModule(name);
  const go = findGo();
  if (go === undefined) {
    throw new BuildError(
      `${binary} ${version} is not there and cannot be built: no \`go\` in PATH. Install Go >= 1.26 (https://go.dev/dl), ` +
        'or let KUBEBUILDER_ASSETS name a folder with kube-apiserver, etcd and kubectl.',
    );
  }
  const target = cacheFolder(name);
  mkdirSync(target, { recursive: true });
  // Moved into place only when complete, so that a build cut short never looks like a binary.
  const temporary = join(target, `.${binary}.${process.pid}`);
  const progress: Progress = { downloads: 0, packages: 0, lastLines: [] };
  const endProgress = showProgress(`${binary} ${version}`, progress, process.stderr);
  try {
    const build = { go, folder, package: goPackage, flags: linkerFlags(name, version), out: temporary };
    await runGoBuild(build, progress, signal);
  } finally {
    endProgress();
  }
  renameSync(temporary, join(target, binary));
};

/**
 * Builds those of `names` that the project's cache lacks, with progress on stderr. A cold build takes 4 to 8 minutes per
 * module. Throws {@link BuildError} where there is no Go or a build fails, an AbortError when `signal` ends it.
 */
export const buildTools = async (names: readonly ToolName[], signal: AbortSignal): Promise<void> => {
  for (const name of names) {
    for (const [binary, goPackage] of Object.entries(toolModule(name).binaries)) {
      if (!isThere(join(cacheFolder(name), binary))) await buildBinary(name, binary, goPackage, signal);
    }
  }
};

const isToolName = (name: string): name is ToolName => TOOL_NAMES.some((known) => known === name);

if (import.meta.main) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  try {
    const names = process.argv.slice(2);
    const unknown = names.filter((name) => !isToolName(name));
    if (unknown.length > 0) throw new BuildError(`unknown: ${unknown.join(' ')}; known: ${TOOL_NAMES.join(' ')}`);
    await buildTools(names.length > 0 ? names.filter(isToolName) : TOOL_NAMES, stop.signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
