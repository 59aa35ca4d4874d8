import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startHealthServer, type HealthOptions } from '../../src/controller/health-server.ts';

/** Serves with these answers; gives what a path answers. */
const serve = async (options: Partial<HealthOptions> = {}): Promise<(path: string) => Promise<string>> => {
  const metrics = { contentType: 'text/plain', text: () => Promise.resolve('up 1\n') };
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, isReady: () => true, metrics, ...options });
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${response.status} ${await response.text()}`;
  };
};

test('each path has its answer, whatever is asked behind it', async () => {
  const get = await serve({ isReady: () => false });
  expect(await get('/livez')).toBe('200 ok\n');
  expect(await get('/readyz?verbose')).toBe('503 not yet\n');
  expect(await get('/metrics')).toBe('200 up 1\n');
  expect(await get('/')).toBe('404 not found\n');
});

test('a scrape that fails ends nothing but itself', async () => {
  const text = (): Promise<string> => {
    throw new Error('no such metric');
  };
  const get = await serve({ metrics: { contentType: 'text/plain', text } });
  expect(await get('/metrics')).toBe('500 Error: no such metric\n');
  expect(await get('/livez')).toBe('200 ok\n');
});
