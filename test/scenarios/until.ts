import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a state of the world. @throws Error that says which did not come */
export const until = async (
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs / 1000} s still not so: ${what}`);
    await delay(50);
  }
};
