import type { NameserverVerdict } from '../../model/expectation.ts';
import { isSameClass, isWithoutAnswer } from './rank.ts';
import type { Chain, ChainLink } from './vantage.ts';

/** Whose answer the programs of a vantage may get, by one way of looking names up. */
export interface Answering {
  /** Now; empty when none answers. */
  readonly now: readonly ChainLink[];
  /** When one of these fails. */
  readonly reserve: readonly ChainLink[];
  /** Whose verdict stands for all when none answers. */
  readonly first: ChainLink | undefined;
}

/**
 * The ways in which programs of a vantage look names up: through the list of nameservers, and past it through
 * systemd-resolved, where programs of libc reach that by nsswitch.conf while others (Go) ask the list.
 */
export function waysOf(chain: Chain): readonly Answering[] {
  const { nameservers, resolved } = chain;
  const list = answeringInList(chain);
  if (resolved === undefined || nameservers.some(({ isStub }) => isStub === true)) return [list];
  const past = answeringThrough(resolved.stub, resolved.scopes);
  return nameservers.length === 0 ? [past] : [list, past];
}

/** A list of nameservers, as libraries go through it. */
function answeringInList(chain: Chain): Answering {
  const { nameservers, everyServerMayAnswer, resolved } = chain;
  const steps = nameservers.map((link) =>
    link.isStub === true && resolved !== undefined
      ? answeringThrough(link, resolved.scopes)
      : { now: doesAnswer(link, chain.mayBeMusl) ? [link] : [], reserve: [], first: link },
  );
  const at = steps.findIndex(({ now }) => now.length > 0);
  const [first] = steps;
  const step = steps[at];
  if (step === undefined) return { now: [], reserve: [], first: first?.first };
  const answering = steps.flatMap(({ now }) => now);
  const reserve = steps.flatMap((each) => each.reserve);
  if (!everyServerMayAnswer)
    return { ...step, reserve: [...reserve, ...steps.slice(at + 1).flatMap(({ now }) => now)] };
  return { now: knownOf(answering), reserve, first: step.first };
}

/**
 * systemd-resolved: what its stub says, and who it is from. Scopes race, and within each one server is asked until it fails.
 * Which one that is now, the stub's own answer tells where there is one scope only.
 */
function answeringThrough(stub: ChainLink | undefined, scopes: readonly (readonly ChainLink[])[]): Answering {
  const said = stub?.verdict.verdict === 'Unknown' ? undefined : stub;
  const only = scopes.length === 1 ? said : undefined;
  const current = scopes.flatMap((servers) => currentOf(servers, only) ?? []);
  const isDead = said !== undefined && !doesAnswer(said, true);
  // What the stub said of a name stands until it is asked again, which it is not while its servers fail.
  const isCutOff = current.length === 0 && scopes.length > 0;
  // When it is back, they are asked again.
  if (isDead) return { now: [], reserve: scopes.flat(), first: said };
  if (isCutOff) return { now: [], reserve: [], first: scopes[0]?.[0] };
  const reserve = scopes.flat().filter((link) => !current.includes(link));
  return { now: knownOf([...(said === undefined ? [] : [said]), ...current]), reserve, first: stub };
}

/** The server of a scope that is asked now: the one that says what the stub says, else the first that answers. */
function currentOf(servers: readonly ChainLink[], stub: ChainLink | undefined): ChainLink | undefined {
  // An empty answer is one to systemd-resolved, whoever gives it.
  const answering = servers.filter((link) => doesAnswer(link, true));
  const same = stub && answering.find(({ verdict }) => isSameClass(verdict.verdict, stub.verdict.verdict));
  return same ?? answering[0];
}

function doesAnswer({ verdict }: ChainLink, mayBeMusl: boolean | undefined): boolean {
  return !isWithoutAnswer(verdict.verdict) || isEnd(verdict, mayBeMusl === true);
}

function isEnd({ endsSearch }: NameserverVerdict, mayBeMusl: boolean): boolean {
  return endsSearch === 'Always' || (endsSearch === 'UnderMusl' && mayBeMusl);
}

/** One that nobody looked at is not known to answer: it is only said, unless there is no better. */
function knownOf(links: readonly ChainLink[]): readonly ChainLink[] {
  const known = links.filter(({ verdict }) => verdict.verdict !== 'Unknown');
  return known.length > 0 ? known : links.slice(0, 1);
}
