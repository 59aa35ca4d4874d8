import { BlockList, isIPv4 } from 'node:net';

/** Clients of a network are told one address in place of another: address translation of the app Split Horizon. */
export interface Translation {
  readonly public: string;
  readonly private: string;
  /** The clients' network, such as 192.168.1.0/24; their sockets' addresses count, not what EDNS says of them. */
  readonly clients: string;
}

/** Reads `PUBLIC=PRIVATE@SUBNET`. @throws Error that says what is wrong */
export function parseTranslation(text: string): Translation {
  const [, from = '', to = '', clients = ''] = /^([^=]+)=([^@]+)@(.+)$/.exec(text) ?? [];
  const [network = '', bits = ''] = clients.split('/');
  if (!isIPv4(from) || !isIPv4(to) || !isIPv4(network) || !/^\d+$/.test(bits) || Number(bits) > 32)
    throw new Error(
      `--translate ${text}: PUBLIC=PRIVATE@SUBNET is wanted, such as 203.0.113.10=10.0.20.203@192.168.1.0/24`,
    );
  return { public: from, private: to, clients };
}

/** What a client is told in place of an address. */
export function translator(translations: readonly Translation[], client: string): (address: string) => string {
  const own = translations.filter(({ clients }) => contains(clients, client));
  return (address) => own.find((one) => one.public === address)?.private ?? address;
}

function contains(network: string, client: string): boolean {
  const [address = '', bits] = network.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(bits), 'ipv4');
  return isIPv4(client) && list.check(client);
}
