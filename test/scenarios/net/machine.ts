import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, lchown, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startGuarded, type GuardedProcess } from '../../real/guarded-process.ts';
import { run, type Ran } from './run.ts';

/** A machine of the landscape: a network namespace with one interface on the common bridge, and an /etc and a /run of its own. */
export interface MachineOptions {
  readonly name: string;
  /** Its IPv4 addresses; the first is the source of what it sends. */
  readonly addresses: readonly string[];
  /** Files by absolute path below /etc or /run; hosts, nsswitch.conf and passwd are there without. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A running machine. */
export interface Machine {
  readonly name: string;
  readonly addresses: readonly string[];
  /** The folder that holds its etc and run, as seen from outside: what an agent's --host-root names. */
  readonly root: string;
  /** Writes a file of it, in place; a text that starts with `-> ` makes a symbolic link. Undefined removes it. */
  write(path: string, text: string | undefined): Promise<void>;
  /** Runs a program there to its end. */
  run(command: string, args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<Ran>;
  /** Starts a program there that ends with us, its output in a log. */
  start(command: string, args: readonly string[], options?: StartOptions): GuardedProcess & { readonly log: string };
}

export interface StartOptions {
  /** Name of the log, by default the program's. */
  readonly as?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What of the real /etc is the same on every machine: where programs find their libraries and users. */
const COPIED = ['/etc/ld.so.cache', '/etc/passwd', '/etc/group'];
/** The user of systemd-resolved, which the machine that this runs on may not have. */
export const RESOLVE_USER = { name: 'systemd-resolve', id: 64_991 };

const PLAIN_FILES: Readonly<Record<string, string>> = {
  '/etc/hosts': '127.0.0.1 localhost\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/**
 * Its own network and mounts, until its standard input ends, which comes with our death as well. Mounts are private: nothing
 * of them is seen outside, nor stays.
 */
const HOLD = `
set -e
ip link set lo up
mount --bind "$1/etc" /etc
mount --bind "$1/run" /run
echo up
exec cat
`;

/** Makes machines in one folder, attached to a bridge of the present network namespace. */
export const machineMaker = (folder: string, bridge: string) => {
  const holders: ChildProcess[] = [];
  const started: GuardedProcess[] = [];

  const make = async (options: MachineOptions): Promise<Machine> => {
    const { name, addresses, files = {} } = options;
    const root = join(folder, name);
    await furnish(root);
    for (const [path, text] of Object.entries({ ...PLAIN_FILES, ...files })) await writeIn(root, path, text);
    const holder = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', HOLD, 'hold', root], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    holders.push(holder);
    const [said] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])) as [unknown];
    if (String(said) !== 'up\n') throw new Error(`the machine ${name} could not be made`);
    const pid = String(holder.pid);
    const there = ['--target', pid, '--net', '--mount', '--'];
    await connect(pid, `sh-${name}`, bridge);
    await run('nsenter', ['--target', pid, '--net', 'ip', '-batch', '-'], { input: addressing(addresses) });
    return {
      name,
      addresses,
      root,
      write: (path, text) => writeIn(root, path, text),
      run: (command, args, runOptions = {}) =>
        run('nsenter', [...there, command, ...args], { ...runOptions, mayFail: true }),
      start: (command, args, { as = command.split('/').at(-1) ?? command, env = {} } = {}) => {
        const log = join(root, `${as}.log`);
        const environment = Object.entries(env).map(([key, value]) => `${key}=${value}`);
        const words = environment.length === 0 ? [command] : ['env', ...environment, command];
        const child = startGuarded({ command: 'nsenter', args: [...there, ...words, ...args], logFile: log });
        started.push(child);
        return { log, ...child };
      },
    };
  };

  return {
    make,
    /** Ends them all, and what was started in them; their interfaces go with them. */
    stop: async (): Promise<void> => {
      await Promise.all(started.map((child) => child.stop()));
      await Promise.all(
        holders.map(async (holder) => {
          if (holder.exitCode !== null || holder.signalCode !== null) return;
          const ended = once(holder, 'exit');
          holder.stdin?.destroy();
          await ended;
        }),
      );
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const furnish = async (root: string): Promise<void> => {
  await mkdir(join(root, 'etc'), { recursive: true });
  await mkdir(join(root, 'run', 'systemd', 'resolve'), { recursive: true });
  for (const path of COPIED) await copyFile(path, join(root, path));
  const { name, id } = RESOLVE_USER;
  await writeFile(join(root, 'etc/passwd'), `${name}:x:${id}:${id}::/:/usr/sbin/nologin\n`, { flag: 'a' });
  await writeFile(join(root, 'etc/group'), `${name}:x:${id}:\n`, { flag: 'a' });
  await lchown(join(root, 'run/systemd/resolve'), id, id);
  // A program that gives up root looks at it too.
  await chmod(root, 0o755);
};

const writeIn = async (root: string, path: string, text: string | undefined): Promise<void> => {
  const at = join(root, path);
  if (text === undefined) return rm(at, { force: true });
  await mkdir(dirname(at), { recursive: true });
  if (!text.startsWith('-> ')) return writeFile(at, text);
  await rm(at, { force: true });
  await symlink(text.slice('-> '.length), at);
};

const connect = async (pid: string, port: string, bridge: string): Promise<void> => {
  const lines = [
    `link add ${port} type veth peer name eth0 netns ${pid}`,
    `link set ${port} master ${bridge}`,
    `link set ${port} up`,
  ];
  await run('ip', ['-batch', '-'], { input: lines.join('\n') });
};

/** Everybody is a neighbour: no router, and no way out. */
const addressing = (addresses: readonly string[]): string =>
  [
    ...addresses.map((address) => `address add ${address}/32 dev eth0`),
    'link set eth0 up',
    'route add default dev eth0',
  ].join('\n');
