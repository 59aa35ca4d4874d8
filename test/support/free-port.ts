import { createServer } from 'node:net';

const FIRST = 20_000;
const COUNT = 10_000;

const isFree = (port: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
};

/**
 * A TCP port of 127.0.0.1 that nobody listens on, below the range that the kernel gives to outgoing connections and to
 * `listen(0)`: what stops for a while finds it free again.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
};
