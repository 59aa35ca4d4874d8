import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** How a query came, and the means to answer it: as often as one likes, later, or not at all. */
export interface Incoming {
  readonly packet: Buffer;
  readonly transport: 'udp' | 'tcp';
  /** Sends one message back; over TCP with its length in front. */
  readonly respond: (message: Buffer) => void;
  /** Sends bytes back as they are. */
  readonly send: (bytes: Buffer) => void;
  /** Where from, as `address:port`. */
  readonly from: string;
  /** Ends the TCP connection without an answer. */
  readonly hangUp: () => void;
}

/** A socket pair that hears DNS messages on one port, over UDP and TCP. */
export interface DnsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1: on the port, or on any that is free for both protocols. */
export async function listenDns(hear: (incoming: Incoming) => void, port = 0): Promise<DnsListener> {
  for (let triesLeft = port === 0 ? 20 : 1; ; triesLeft -= 1) {
    const udp = createSocket('udp4');
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    const tcp = createServer();
    try {
      tcp.listen(udp.address().port, '127.0.0.1');
      await once(tcp, 'listening');
      return serve(udp, tcp, hear);
    } catch (error) {
      udp.close();
      if (triesLeft <= 1) throw error;
    }
  }
}

function serve(udp: UdpSocket, tcp: Server, hear: (incoming: Incoming) => void): DnsListener {
  const connections = new Set<Socket>();
  let closed = false;
  udp.on('message', (packet: Buffer, { address, port }: RemoteInfo) => {
    const respond = (message: Buffer): void => {
      if (!closed) udp.send(message, port, address);
    };
    hear({ packet, transport: 'udp', respond, send: respond, from: `${address}:${port}`, hangUp: () => undefined });
  });
  // An asker that has gone is told so by ICMP, which is nobody's fault here.
  udp.on('error', () => undefined);
  tcp.on('connection', (socket) => {
    connections.add(socket);
    let stream = Buffer.alloc(0);
    const send = (bytes: Buffer): void => {
      if (!socket.destroyed) socket.write(bytes);
    };
    const respond = (message: Buffer): void => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      send(Buffer.concat([length, message]));
    };
    socket.on('error', () => undefined).on('close', () => connections.delete(socket));
    socket.on('data', (chunk) => {
      stream = Buffer.concat([stream, chunk]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE(0)) {
        const end = 2 + stream.readUInt16BE(0);
        const packet = stream.subarray(2, end);
        stream = stream.subarray(end);
        const from = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
        hear({ packet, transport: 'tcp', respond, send, from, hangUp: () => socket.destroy() });
      }
    });
  });
  return {
    port: udp.address().port,
    async close() {
      closed = true;
      for (const socket of connections) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}
