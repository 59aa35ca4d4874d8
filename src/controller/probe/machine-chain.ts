import type { Expectation, NameserverVerdict } from '../../model/expectation.ts';
import type { MachineResolver } from '../../model/machine.ts';
import { serversFor } from '../../model/machine-servers.ts';
import type { PinnedHost } from '../../plan/verdict/pins.ts';
import { isWithoutAnswer } from '../../plan/verdict/rank.ts';
import type { Chain, ChainLink } from '../../plan/verdict/vantage.ts';
import type { ReportedMachine, VantageChain } from './chains.ts';

/** What stands at nameservers, by their keys. */
export interface ChainWords {
  linkOf(key: string): ChainLink;
  /** Whether it was asked since the expectation last changed. */
  wasAsked(key: string): boolean;
}

/** Where programs of a machine have their names from, before any DNS. */
const HOSTS = '/etc/hosts';

const NOT_SENT: NameserverVerdict = {
  verdict: 'Unknown',
  answers: [],
  expected: [],
  detail: 'is not asked for what the servers behind it fail on: that would move the machine to its next server',
};

/** What the clients at a vantage have to ask about one host. */
export function chainFor(
  chain: VantageChain,
  { host, addresses: expected }: Pick<Expectation, 'host' | 'addresses'>,
  { linkOf, wasAsked }: ChainWords,
): Chain {
  const { nameservers, everyServerMayAnswer, audience, unseen, machine } = chain;
  const common = { everyServerMayAnswer, unseen, mayBeMusl: audience === 'Pods' || machine?.musl === true };
  if (machine === undefined) return { ...common, nameservers: nameservers.map(({ key }) => linkOf(key)) };
  const { listed, resolved } = serversFor(machine.resolvers, host);
  const scopes = (resolved?.scopes ?? []).map((servers) => servers.map(({ address }) => linkOf(address)));
  const isHeld = scopes.flat().some(({ verdict }) => isWithoutAnswer(verdict.verdict));
  const link = ({ address, role }: MachineResolver): ChainLink => {
    if (role !== 'Stub') return linkOf(address);
    const stub = linkOf(address);
    return { ...stub, isStub: true, verdict: isHeld && !wasAsked(address) ? NOT_SENT : stub.verdict };
  };
  return {
    ...common,
    nameservers: listed.map(link),
    ...(resolved && { resolved: { stub: resolved.stub && link(resolved.stub), scopes } }),
    pinned: pinnedHost(machine, host, expected),
  };
}

/** The keys of the nameservers whose word on a host is waited for: not the stub's, which is not asked while others fail. */
export function keysFor({ nameservers, machine }: VantageChain, host: string): readonly string[] {
  if (machine === undefined) return nameservers.map(({ key }) => key);
  const { listed, resolved } = serversFor(machine.resolvers, host);
  const plain = listed.filter(({ role }) => role === undefined);
  return [...plain, ...(resolved?.scopes.flat() ?? [])].map(({ address }) => address);
}

function pinnedHost(
  { pinned, musl, resolvers }: ReportedMachine,
  host: string,
  expected: readonly string[],
): PinnedHost | undefined {
  const addresses = pinned.get(host);
  if (addresses === undefined) return undefined;
  // systemd-resolved says of a name that is pinned for one family that it has none of the other.
  const asksOtherFamily = !musl && resolvers.every(({ role }) => role === undefined);
  return { file: HOSTS, addresses, expected, asksOtherFamily };
}
