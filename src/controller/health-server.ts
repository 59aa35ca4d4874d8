import { createServer, type Server } from 'node:http';

/** What the health server tells. */
export interface HealthOptions {
  /** Address to listen on, such as 0.0.0.0; port 0 picks a free one. */
  readonly host: string;
  readonly port: number;
  readonly isReady: () => boolean;
}

/** Serves /livez (this process answers) and /readyz (it has seen the whole cluster and does its work); rejects when the address is taken. */
export async function startHealthServer({ host, port, isReady }: HealthOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const ok = request.url === '/livez' || (request.url === '/readyz' && isReady());
    const known = request.url === '/livez' || request.url === '/readyz';
    response.writeHead(ok ? 200 : known ? 503 : 404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(ok ? 'ok\n' : known ? 'not yet\n' : 'not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
