import { run } from './run.ts';

/**
 * Makes the present network namespace, which must be a fresh one, the middle of the landscape: a bridge with addresses of its
 * own on it. No interface leads out of it.
 */
export const makeBridge = async (name: string, addresses: readonly string[]): Promise<void> => {
  const lines = [
    'link set lo up',
    `link add ${name} type bridge`,
    ...addresses.map((address) => `address add ${address}/32 dev ${name}`),
    `link set ${name} up`,
    `route add default dev ${name}`,
  ];
  await run('ip', ['-batch', '-'], { input: lines.join('\n') });
};

/** The interfaces that this process has. */
export const interfaces = async (): Promise<readonly string[]> => {
  const { stdout } = await run('ip', ['-json', 'link', 'show']);
  return (JSON.parse(stdout) as readonly { ifname: string }[]).map(({ ifname }) => ifname);
};
