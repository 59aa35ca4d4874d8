import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealApiServer, type RealApiServer } from '../real/apiserver.ts';
import { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import { apiClient, type ApiClient } from '../support/api-client.ts';
import { installCrds } from '../support/crds.ts';
import { makeBridge, interfaces } from './net/bridge.ts';
import { machineMaker, type Machine } from './net/machine.ts';
import type { Programs } from './programs.ts';
import { coreDnsOn, type CoreDnsConfig } from './resolvers/coredns.ts';
import type { Daemon } from './resolvers/daemon.ts';
import { dnsmasqOn, type DnsmasqConfig } from './resolvers/dnsmasq.ts';
import { resolvedOn, type ResolvedConfig } from './resolvers/systemd-resolved.ts';
import { unboundOn, type UnboundConfig } from './resolvers/unbound.ts';

export const ZONE = 'example.com';

/** The addresses of the landscape, which are real in these namespaces and nowhere else. */
export const AT = {
  balancer: '10.0.20.203',
  movedBalancer: '10.0.20.204',
  balancerInCluster: '10.111.111.95',
  turn: '10.0.20.205',
  technitium: '10.0.20.201',
  apiServer: '10.96.0.1',
  firewall: '10.0.20.1',
  firewallOnLan: '192.168.1.2',
  public: '198.51.100.14',
  otherPublic: '198.51.100.15',
  clusterDns: '10.96.0.10',
  wan: '203.0.113.10',
  pod: '10.244.1.55',
  desk: '192.168.1.50',
  router: '192.168.1.3',
  tv: '192.168.1.51',
} as const;

/** The machines, resolvers and servers; nothing of the operator's yet. */
export interface Landscape {
  readonly programs: Programs;
  readonly api: RealApiServer;
  readonly client: ApiClient;
  readonly technitium: TechnitiumStandIn;
  readonly firewall: Daemon<UnboundConfig>;
  readonly clusterDns: Daemon<CoreDnsConfig>;
  /** Where the operator runs. */
  readonly pod: Machine;
  /** A node that looks names up as its resolv.conf says. */
  readonly node1: Machine;
  /** A node whose resolv.conf names systemd-resolved. */
  readonly node2: Machine;
  readonly resolved: Daemon<ResolvedConfig>;
  /** The home router's dnsmasq. */
  readonly router: Daemon<DnsmasqConfig>;
  /** Machines of the home network. */
  readonly desk: Machine;
  readonly tv: Machine;
  /** Addresses of other networks, that a recording was made from. */
  readonly strangers: Machine;
  close(): Promise<void>;
}

/** A pod's, as the kubelet writes it. */
const POD_CONF = `nameserver ${AT.clusterDns}\nsearch splithorizon.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5 timeout:1\n`;

/** Lists nameservers in the order of asking, with a patience that a test can wait for. */
export const resolvConf = (nameservers: readonly string[]): string =>
  `${nameservers.map((address) => `nameserver ${address}\n`).join('')}options timeout:1\n`;

const BRIDGE = 'landscape';

/**
 * Builds everything in the present network namespace and others below it; all of it ends with this process, however that ends.
 * @throws Error where this network namespace is not a fresh one
 */
export const buildLandscape = async (programs: Programs): Promise<Landscape> => {
  const present = await interfaces();
  if (present.some((name) => name !== 'lo')) throw new Error(`not a fresh network namespace: ${present.join(' ')}`);
  await makeBridge(BRIDGE, [AT.technitium, AT.apiServer]);
  const folder = await mkdtemp(join(tmpdir(), 'splithorizon-scenarios-'));
  const machines = machineMaker(folder, BRIDGE);
  const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true }), () => machines.stop()];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const starting = startRealApiServer({ address: AT.apiServer, port: 6443 });
    closing.push(async () => (await starting).stop());
    const [firewallBox, publicBox, clusterDnsBox, routerBox, pod, node1, node2, desk, tv, strangers] =
      await Promise.all([
        machines.make({ name: 'firewall', addresses: [AT.firewall, AT.firewallOnLan] }),
        machines.make({ name: 'public', addresses: [AT.public, AT.otherPublic] }),
        machines.make({ name: 'cluster-dns', addresses: [AT.clusterDns] }),
        machines.make({ name: 'router', addresses: [AT.router] }),
        machines.make({ name: 'pod', addresses: [AT.pod], files: { '/etc/resolv.conf': POD_CONF } }),
        machines.make({ name: 'node1', addresses: ['10.0.20.11'] }),
        machines.make({ name: 'node2', addresses: ['10.0.20.12'] }),
        machines.make({ name: 'desk', addresses: [AT.desk] }),
        machines.make({ name: 'tv', addresses: [AT.tv] }),
        machines.make({ name: 'strangers', addresses: ['10.0.20.50', '198.51.100.50'] }),
      ]);
    const publicResolver = unboundOn(publicBox, programs.unbound);
    const firewall = unboundOn(firewallBox, programs.unbound);
    const clusterDns = coreDnsOn(clusterDnsBox, programs.coreDns);
    const router = dnsmasqOn(routerBox, programs);
    const resolved = await resolvedOn(node2, programs);
    for (const daemon of [publicResolver, firewall, clusterDns, router, resolved]) closing.push(() => daemon.stop());
    await publicResolver.configure({ redirect: { [ZONE]: AT.wan } });

    const technitium = await TechnitiumStandIn.start({
      address: AT.technitium,
      httpPort: 5380,
      dnsPort: 53,
      soaMinimum: 1,
      translations: [{ public: AT.wan, private: AT.balancer, clients: '192.168.1.0/24' }],
    });
    closing.push(() => technitium.close());
    const api = await starting;
    const client = apiClient(api);
    closing.push(() => {
      client.close();
      return Promise.resolve();
    });
    await installCrds(api);
    return {
      programs,
      api,
      client,
      technitium,
      firewall,
      clusterDns,
      router,
      resolved,
      pod,
      node1,
      node2,
      desk,
      tv,
      strangers,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
