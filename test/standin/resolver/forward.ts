import { createSocket } from 'node:dgram';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket, type Question } from 'dns-packet';

/** Asks `address:port` one question over UDP; undefined if nothing comes within the time. */
export async function forward(
  upstream: string,
  question: Question,
  timeoutMs: number,
): Promise<DecodedPacket | undefined> {
  const [address, port] = upstream.split(':');
  const id = Math.floor(Math.random() * 0x10000);
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<DecodedPacket | undefined>();
  const timer = setTimeout(resolve, timeoutMs, undefined);
  socket.on('error', () => resolve(undefined));
  socket.on('message', (packet) => {
    try {
      const message = decode(packet);
      if (message.id === id) resolve(message);
    } catch {
      resolve(undefined);
    }
  });
  socket.connect(Number(port), address, () =>
    socket.send(encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [question] })),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
