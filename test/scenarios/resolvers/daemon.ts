import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardedProcess } from '../../real/guarded-process.ts';
import type { Machine } from '../net/machine.ts';

/** A resolver on a machine of the landscape, under its own address and port 53. */
export interface Daemon<Config> {
  /** Starts it, or starts it anew with another configuration: what it had in its cache is gone. */
  configure(config: Config): Promise<void>;
  stop(): Promise<void>;
}

/** How one kind of resolver is run. */
export interface DaemonKind<Config> {
  readonly name: string;
  readonly binary: string;
  /** Its configuration: path on the machine -> text. What an earlier one had besides is removed. */
  readonly files: (config: Config) => Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A socket that it listens on once it runs, such as `10.0.20.1:53`. */
  readonly listens: string;
}

const START_TIMEOUT_MS = 20_000;

/** A resolver of that kind on a machine; it is yet to be configured. */
export const daemonOn = <Config>(machine: Machine, kind: DaemonKind<Config>): Daemon<Config> => {
  let written: readonly string[] = [];
  let running: (GuardedProcess & { readonly log: string }) | undefined;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  return {
    stop,
    async configure(config) {
      await stop();
      const files = kind.files(config);
      for (const path of written) if (!(path in files)) await machine.write(path, undefined);
      for (const [path, text] of Object.entries(files)) await machine.write(path, text);
      written = Object.keys(files);
      running = machine.start(kind.binary, kind.args, { as: kind.name, ...(kind.env && { env: kind.env }) });
      const ended = { has: false };
      void running.ended.then(() => (ended.has = true));
      const deadline = performance.now() + START_TIMEOUT_MS;
      while (!(await listens(machine, kind.listens))) {
        if (!ended.has && performance.now() < deadline) {
          await delay(20);
          continue;
        }
        const log = await readFile(running.log, 'utf8');
        throw new Error(`${kind.name} on ${machine.name} does not run; the end of its log:\n${log.slice(-2000)}`);
      }
    },
  };
};

/** Nobody is asked anything to find out: a question would be in the resolver's cache and on its counts. */
const listens = async (machine: Machine, socket: string): Promise<boolean> => {
  const { stdout } = await machine.run('cat', ['/proc/net/udp']);
  return stdout.includes(` ${inHex(socket)} `);
};

/** As /proc/net/udp spells it: the address as a little-endian number. */
const inHex = (socket: string): string => {
  const [address = '', port = ''] = socket.split(':');
  const bytes = address.split('.').map((part) => hex(Number(part), 2));
  return `${bytes.reverse().join('')}:${hex(Number(port), 4)}`;
};

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
