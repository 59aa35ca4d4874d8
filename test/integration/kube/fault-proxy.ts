import http from 'node:http';
import https from 'node:https';
import { freePort } from '../../support/free-port.ts';
import type { ApiAccess } from '../../support/kubeconfig.ts';

/** What becomes of a request: an answer of the proxy's own (200: one that ends at once), or none ever. */
export type Fault = { readonly status: number; readonly headers?: Record<string, string> } | 'hang';

/** A proxy in front of an API server, whichever it is, that does to its connections what networks and servers do. */
export interface FaultProxy {
  /** Where clients find it. */
  readonly access: ApiAccess;
  /** Paths with query of the requests so far, those with a fault included. */
  readonly requests: string[];
  /** Decides over each request; undefined lets it pass. */
  fault: (path: string) => Fault | undefined;
  /** How long each answer waits, in milliseconds. */
  delayMs: number;
  /** The path that a request is passed on with. */
  rewrite: (path: string) => string;
  /** Ends all watches as a server does whose time is up. */
  closeWatches(): void;
  /** Breaks the connections of all watches. */
  resetWatches(): void;
  /** Lets no further byte through on the watches that are open. */
  freezeWatches(): void;
  /** Sends these last bytes on all watches and ends them. */
  endWatchesWith(bytes: string): void;
  /** Refuses connections and breaks those there are, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
}

interface Watch {
  readonly answer: http.ServerResponse;
  readonly upstream: http.IncomingMessage;
}

/** A Status as the API server sends one with this code. */
const statusOf = (code: number): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason:
    { 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 410: 'Expired', 422: 'Invalid', 429: 'TooManyRequests' }[
      code
    ] ?? 'Fault',
  message: 'a fault on purpose',
  code,
});

/** An ERROR event of a watch, as a line. */
export const errorEvent = (code: number): string => `${JSON.stringify({ type: 'ERROR', object: statusOf(code) })}\n`;

/** Starts the proxy on a free port of 127.0.0.1; plain http towards clients. */
export const startFaultProxy = async (target: ApiAccess): Promise<FaultProxy> => {
  const port = await freePort();
  const secure = target.url.startsWith('https:');
  const agent = secure ? new https.Agent({ keepAlive: true, ca: target.ca }) : new http.Agent({ keepAlive: true });
  const watches = new Set<Watch>();

  const forward = (request: http.IncomingMessage, answer: http.ServerResponse): void => {
    const url = new URL(proxy.rewrite(request.url ?? '/'), target.url);
    const upstream = (secure ? https : http).request(url, { method: request.method, headers: request.headers, agent });
    upstream.once('error', () => answer.destroy());
    upstream.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers).flushHeaders();
      response.pipe(answer);
      response.once('error', () => answer.destroy());
      if (!url.searchParams.has('watch')) return;
      const watch = { answer, upstream: response };
      watches.add(watch);
      answer.once('close', () => {
        watches.delete(watch);
        response.destroy();
      });
    });
    request.pipe(upstream);
  };

  const proxy: FaultProxy = {
    access: { url: `http://127.0.0.1:${port}`, token: target.token },
    requests: [],
    fault: () => undefined,
    delayMs: 0,
    rewrite: (path) => path,
    closeWatches: () => {
      for (const { answer } of watches) answer.end();
    },
    resetWatches: () => {
      for (const { answer } of watches) answer.destroy();
    },
    freezeWatches: () => {
      for (const { answer, upstream } of watches) upstream.unpipe(answer);
    },
    endWatchesWith: (bytes) => {
      for (const { answer } of watches) answer.end(bytes);
    },
    refuse: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    accept: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
  };
  const server = http.createServer((request, answer) => {
    const path = request.url ?? '/';
    proxy.requests.push(path);
    const fault = proxy.fault(path);
    if (fault === undefined) setTimeout(forward, proxy.delayMs, request, answer);
    else if (fault !== 'hang') {
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      answer.end(fault.status === 200 ? '' : JSON.stringify(statusOf(fault.status)));
    }
  });
  await proxy.accept();
  return proxy;
};
