import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';

// Each call has its connection to itself: one that was kept open would show a fault to the next call.
const ALONE = { connection: 'close' };

/** Calls the API with a token in the header, as a form. @returns the JSON of the answer */
export async function call(
  server: TechnitiumStandIn,
  token: string,
  path: string,
  form: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const headers = { ...ALONE, authorization: `Bearer ${token}` };
  const response = await fetch(server.url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  return (await response.json()) as Record<string, unknown>;
}

/** Imports a master file into a zone. @returns the JSON of the answer */
export async function importText(
  server: TechnitiumStandIn,
  token: string,
  zone: string,
  text: string,
): Promise<Record<string, unknown>> {
  const headers = { ...ALONE, authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
  const url = `${server.url}/api/zones/import?zone=${zone}`;
  const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(text) });
  return (await response.json()) as Record<string, unknown>;
}

/** What a DNS answer says to a client at an address of this machine, or 'silence' after `patience` milliseconds without one. */
export async function ask(
  server: TechnitiumStandIn,
  name: string,
  type: dnsPacket.RecordType,
  how: { tcp?: boolean; patience?: number; from?: string } = {},
): Promise<string> {
  const question: dnsPacket.Packet = {
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type }],
  };
  const [host = '', port] = server.dns.split(':');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('silence'), how.patience ?? 5_000);
  const socket = how.tcp === true ? askTcp() : askUdp();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }

  function askUdp(): { close: () => unknown } {
    const udp = createSocket('udp4', (message) => resolve(describe(dnsPacket.decode(message)))).on('error', reject);
    udp.bind(0, how.from, () => udp.send(dnsPacket.encode(question), Number(port), host));
    return udp;
  }

  function askTcp(): { close: () => unknown } {
    const at = { host, port: Number(port), ...(how.from !== undefined && { localAddress: how.from }) };
    const tcp = connect(at, () => tcp.write(dnsPacket.streamEncode(question))).on('error', reject);
    tcp.on('data', (data) => resolve(describe(dnsPacket.streamDecode(data))));
    return { close: () => tcp.destroy() };
  }
}

/** `NOERROR TC: git.example.test CNAME example.test, ...` */
function describe(packet: dnsPacket.Packet): string {
  const { rcode, flag_tc: truncated } = packet as { rcode?: string; flag_tc?: boolean };
  const answers = (packet.answers ?? []).map((record) =>
    [record.name, record.type, 'data' in record && typeof record.data === 'string' ? record.data : ''].join(' '),
  );
  const head = `${rcode ?? ''}${truncated === true ? ' TC' : ''}`;
  return answers.length === 0 ? head : `${head}: ${answers.join(', ')}`;
}
