import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** A server on loopback that speaks no protocol of its own: what it does with a connection is up to the test. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Connections since the start. */
  readonly connections: number;
}

/** Listens, and hands over each connection with the first bytes that came over it. */
export async function rawServer(onRequest: (socket: Socket, request: string) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket)).on('close', () => sockets.delete(socket));
    socket.on('data', (data) => onRequest(socket, data.toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The bytes of an answer of HTTP 200 that announces `length` bytes and brings `body`. */
export function http200(body: string, length = Buffer.byteLength(body)): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}
