import type { Report } from '../model/api.ts';
import type { MachineConfig, MachineResolver, Pin } from '../model/machine.ts';
import { printable } from '../model/printable.ts';
import { pinsIn } from './machine/hosts-file.ts';

/** What a report says of the machine itself. */
export type MachineReport = Omit<Report, 'questions' | 'groups' | 'unasked' | 'leftOut' | 'canaries' | 'truncated'>;

/** What the CRD takes (crds/splithorizonvantages.yaml); one text that is longer would have the whole report refused. */
const MOST = { resolvers: 64, domains: 256, search: 256, pins: 2000, names: 256, unseen: 64 };
const LONGEST = { address: 128, source: 1024, scope: 64, clause: 1024, name: 253 };
/** Characters of the pins, and of the nameservers with their domains: a report has to hold answers, too. */
const MOST_OF_PINS = 128 * 1024;
const MOST_OF_RESOLVERS = 64 * 1024;

/**
 * A machine's configuration as it is reported, whatever its files say. What there is no room for is said to be unseen, so that
 * nothing is proven by the rest.
 */
export function reportOfMachine(
  { hostsFile, resolvers, search, unseen, ...rest }: MachineConfig,
  isAsked: (host: string) => boolean,
): MachineReport {
  const told = resolversOf(resolvers);
  const { pins, isCut } = pinsOf(hostsFile, isAsked);
  const clauses = [
    ...(told.isCut ? ['it has more nameservers and domains of theirs than a report takes'] : []),
    ...(isCut ? ['/etc/hosts: it pins more hosts than a report takes'] : []),
    ...unseen,
  ];
  return {
    ...rest,
    resolvers: told.resolvers,
    search: search.filter(isName).slice(0, MOST.search),
    pins,
    unseen: clausesOf(clauses),
  };
}

function resolversOf(all: readonly MachineResolver[]): { resolvers: Report['resolvers']; isCut: boolean } {
  const isCut = all.length > MOST.resolvers || all.some(({ domains = [] }) => domains.length > MOST.domains);
  const resolvers = all
    .filter(({ address }) => address.length <= LONGEST.address)
    .slice(0, MOST.resolvers)
    .map(({ source, scope, domains, ...resolver }) => ({
      ...resolver,
      source: shown(source, LONGEST.source),
      ...(scope !== undefined && { scope: shown(scope, LONGEST.scope) }),
      ...(domains !== undefined && { domains: domains.filter(isName).slice(0, MOST.domains) }),
    }));
  if (JSON.stringify(resolvers).length <= MOST_OF_RESOLVERS) return { resolvers, isCut };
  return { resolvers: resolvers.map(({ domains: _, source: __, ...resolver }) => resolver), isCut: true };
}

/** A line of very many names becomes several. */
function pinsOf(hostsFile: string, isAsked: (host: string) => boolean): { pins: readonly Pin[]; isCut: boolean } {
  const pins: Pin[] = [];
  let size = 0;
  for (const { address, names } of pinsIn(hostsFile, isAsked)) {
    for (let from = 0; from < names.length; from += MOST.names) {
      const pin = { address, names: names.slice(from, from + MOST.names) };
      size += JSON.stringify(pin).length;
      if (pins.length === MOST.pins || size > MOST_OF_PINS) return { pins, isCut: true };
      pins.push(pin);
    }
  }
  return { pins, isCut: false };
}

function clausesOf(clauses: readonly string[]): string[] {
  const more = clauses.length - MOST.unseen;
  const some = more > 0 ? [...clauses.slice(0, MOST.unseen - 1), `and ${more + 1} things more`] : clauses;
  return some.map((clause) => shown(clause, LONGEST.clause));
}

/** A domain that no name is under says nothing. */
function isName(domain: string): boolean {
  return domain.length <= LONGEST.name && domain === printable(domain);
}

function shown(text: string, longest: number): string {
  return printable(text).slice(0, longest);
}
