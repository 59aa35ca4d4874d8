import { startRealResolver, type RealResolver } from './real-resolver.ts';
import { findKnot } from './tools.ts';

/** What a Knot DNS has: a copy of one zone. */
export interface KnotOptions {
  readonly zone: string;
  /** The server that it copies the zone from, as `127.0.0.1:port`, and whose NOTIFY it believes. */
  readonly primary: string;
}

const configOf = ({ zone, primary }: KnotOptions, { port, folder }: { port: number; folder: string }): string => `
server:
    rundir: "${folder}"
    listen: 127.0.0.1@${port}
log:
  - target: stderr
    any: info
database:
    storage: "${folder}"
remote:
  - id: primary
    address: ${primary.replace(':', '@')}
    via: 127.0.0.1
acl:
  - id: notify
    address: 127.0.0.1
    action: notify
template:
  - id: default
    storage: "${folder}"
zone:
  - domain: ${zone}
    master: primary
    acl: notify
`;

/** Starts the machine's Knot DNS as the present user on a free port of 127.0.0.1, with a configuration of its own. */
export const startKnot = (options: KnotOptions): Promise<RealResolver<KnotOptions>> =>
  startRealResolver(
    { name: 'knot', binary: findKnot(), config: configOf, args: (file) => ['--config', file] },
    options,
  );
