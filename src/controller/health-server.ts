import { createServer, type Server } from 'node:http';

/** What the health server tells. */
export interface HealthOptions {
  /** Address to listen on, such as 0.0.0.0; port 0 picks a free one. */
  readonly host: string;
  readonly port: number;
  readonly isReady: () => boolean;
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
}

const PLAIN = 'text/plain; charset=utf-8';

/**
 * Serves /livez (this process answers), /readyz (it has seen the whole cluster and does its work) and /metrics (in the
 * text format of Prometheus); rejects when the address is taken.
 */
export async function startHealthServer(options: HealthOptions): Promise<Server> {
  const server = createServer((request, response) => {
    void answerTo(request.url?.split('?')[0], options).then(({ status, text, contentType = PLAIN }) => {
      response.writeHead(status, { 'content-type': contentType }).end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return server;
}

async function answerTo(path: string | undefined, { isReady, metrics }: HealthOptions): Promise<Answer> {
  switch (path) {
    case '/livez':
      return { status: 200, text: 'ok\n' };
    case '/readyz':
      return isReady() ? { status: 200, text: 'ok\n' } : { status: 503, text: 'not yet\n' };
    case '/metrics':
      try {
        return { status: 200, text: await metrics.text(), contentType: metrics.contentType };
      } catch (error) {
        return { status: 500, text: `${String(error)}\n` };
      }
    default:
      return { status: 404, text: 'not found\n' };
  }
}
