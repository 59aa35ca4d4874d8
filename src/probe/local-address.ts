import { createSocket } from 'node:dgram';
import type { NameserverAddress } from './nameserver-address.ts';

/**
 * The address that this machine's questions to a server come from, which `known` remembers: connecting a UDP socket sends
 * nothing. Undefined where there is no way to the server.
 */
export async function localAddressFor(
  { address, port }: NameserverAddress,
  known: Map<string, string>,
): Promise<string | undefined> {
  const cached = known.get(address);
  if (cached !== undefined) return cached;
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, resolve);
    });
    known.set(address, socket.address().address);
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
