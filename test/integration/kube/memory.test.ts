import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const COUNT = 10_000;
/** What an object carries that nobody here reads: 120 MB over all of them. */
const BALLAST = 'x'.repeat(12_000);

const host = (number: number): object => ({
  apiVersion: 'splithorizon.dev/v1alpha1',
  kind: 'SplitHorizonHost',
  metadata: {
    name: `service-${number}.example.com`,
    uid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-11-23T16:00:00Z',
    annotations: { ballast: BALLAST },
  },
  spec: { host: `service-${number}.example.com`, record: 'Managed' },
});

const LISTING_ENDS = { metadata: { resourceVersion: '7', annotations: { 'k8s.io/initial-events-end': 'true' } } };

function* eventLines(): Generator<string> {
  for (let number = 0; number < COUNT; number += 1)
    yield `${JSON.stringify({ type: 'ADDED', object: host(number) })}\n`;
  yield `${JSON.stringify({ type: 'BOOKMARK', object: LISTING_ENDS })}\n`;
}

const sendEvents = async (response: http.ServerResponse): Promise<void> => {
  for (const line of eventLines()) {
    if (!response.write(line)) await new Promise((resolve) => response.once('drain', resolve));
  }
};

let server: http.Server;
beforeAll(async () => {
  server = http.createServer((_request, response) => void sendEvents(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.closeAllConnections());

it('keeps the views of 120 MB of objects in the heap of 96 MB that the image gives it', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ['--max-old-space-size=96', join(import.meta.dirname, 'read-many.ts'), url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe('10000 views, 10000 known\n');
});
