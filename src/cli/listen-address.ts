import { InvalidArgumentError } from 'commander';

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[v6]:PORT`; throws commander's InvalidArgumentError, which names the flag and the value. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new InvalidArgumentError('Give HOST:PORT, such as 0.0.0.0:8080.');
  return { host: match[1] ?? match[2] ?? '', port };
}
