import { beforeAll, describe, expect, test } from 'vitest';
import type { NameserverVerdict } from '../../../../src/model/expectation.ts';
import type { MachineResolver } from '../../../../src/model/machine.ts';
import { addressesOf } from '../../../../src/plan/verdict/classify.ts';
import { confirm, type Standing } from '../../../../src/plan/verdict/confirm.ts';
import { currentVerdict } from '../../../../src/plan/verdict/current.ts';
import { serversFor } from '../../../../src/model/machine-servers.ts';
import { judgeNameserver } from '../../../../src/plan/verdict/nameserver.ts';
import { judgeVantage, type ChainLink, type VantageJudgement } from '../../../../src/plan/verdict/vantage.ts';
import { isIPv6 } from './landscape/addresses.ts';
import { askLikeGlibc } from './landscape/clients.ts';
import { expectedAt, landscapeOf, type Landscape, type Server } from './landscape/landscape.ts';
import { isRight } from './landscape/look-oracle.ts';
import { machineOf, resolversOf, serversOf, type Machine } from './landscape/machine.ts';
import { doesMislead, isPinnedWhole, opinionOfMachine, scopesAsked } from './landscape/machine-oracle.ts';
import { isWithoutAnswer } from './landscape/opinion.ts';
import { opinionOfServer } from './landscape/server-oracle.ts';
import { tell } from './landscape/tell.ts';

/*
 * The same random landscapes as in landscapes.test.ts, seen from machines: their hosts file, systemd-resolved with scopes and
 * routing domains, its stub in the list or past it.
 */
const { LANDSCAPE: first, LANDSCAPES: count = first === undefined ? 1000 : 1 } = process.env;
const SEEDS = Array.from({ length: Number(count) }, (_, index) => Number(first ?? 0) + index);

let machines: readonly (readonly [Machine, Landscape])[] = [];

/** Holds each machine against `check`, and shows the landscape where it fails. */
function atEachMachine(check: (machine: Machine, landscape: Landscape) => void): void {
  for (const [machine, landscape] of machines) {
    try {
      check(machine, landscape);
    } catch (error) {
      const { resolved, pins } = machine;
      const scopes = resolved?.scopes.map(({ servers, ...scope }) => ({
        ...scope,
        servers: servers.map(({ address }) => address),
      }));
      const own = JSON.stringify({ listedAt: resolved?.listedAt, past: resolved?.past?.address, scopes, pins });
      const all = [...serversOf(machine).values()];
      const shown = {
        ...landscape,
        places: [{ ...machine.place, servers: all as unknown as Machine['place']['servers'] }],
      };
      throw new Error(`${String(error)}\n${own}\n${tell(shown)}\nAgain with LANDSCAPE=${landscape.seed}`, {
        cause: error,
      });
    }
  }
}

function judgeServer(server: Server, landscape: Landscape): NameserverVerdict {
  const { chapters, now, recordReason, rotationSeconds } = landscape;
  let standing: Standing | undefined;
  for (const look of server.looks) {
    const expectation = expectedAt(chapters, look.at);
    const fresh = { verdict: judgeNameserver(look, expectation, look.at), at: look.at };
    standing = confirm(standing, fresh, expectation.changedAt);
  }
  const { heldBack, isThrottled } = server;
  const expectation = expectedAt(chapters, now);
  return currentVerdict(standing, { expectation, heldBack, recordReason, isThrottled, rotationSeconds }, now);
}

function judged(machine: Machine, landscape: Landscape): VantageJudgement {
  const servers = serversOf(machine);
  const linkOf = ({ address, role }: MachineResolver): ChainLink => {
    const server = servers.get(address)!;
    const isStub = role === 'Stub';
    return { address, accepted: server.accepted, verdict: judgeServer(server, landscape), ...(isStub && { isStub }) };
  };
  const { listed, resolved } = serversFor(resolversOf(machine), 'git.example.com');
  const { pins, asksOtherFamily } = machine;
  const { addresses: expected } = expectedAt(landscape.chapters, landscape.now);
  return judgeVantage({
    nameservers: listed.map(linkOf),
    everyServerMayAnswer: machine.place.everyServerMayAnswer,
    ...(resolved && {
      resolved: {
        stub: resolved.stub && linkOf(resolved.stub),
        scopes: resolved.scopes.map((scope) => scope.map(linkOf)),
      },
    }),
    ...(pins.length > 0 && { pinned: { file: '/etc/hosts', addresses: pins, expected, asksOtherFamily } }),
  });
}

/** Whether each server said the same at all looks since the last change, twice at least and lately. */
function isSteady(machine: Machine, { chapters, now, rotationSeconds }: Landscape): boolean {
  const { changedAt } = expectedAt(chapters, now);
  return [...serversOf(machine).values()].every(({ looks, heldBack }) => {
    const since = looks.filter(({ at }) => at >= changedAt);
    const [one, last] = [since[0], since.at(-1)];
    if (one === undefined || last === undefined || heldBack !== undefined) return false;
    const words = new Set(since.map((look) => JSON.stringify([look.a, look.aaaa, look.cname])));
    return last.at - one.at >= 3000 && words.size === 1 && now - last.at <= 3 * rotationSeconds * 1000;
  });
}

/** Every address that a program may get which asks systemd-resolved: of each server that it may have moved to. */
function addressesBehind(machine: Machine): { readonly address: string; readonly server: Server }[] {
  return scopesAsked(machine)
    .flatMap(({ servers }) => servers)
    .flatMap((server) =>
      [server.looks.at(-1)?.a, server.looks.at(-1)?.aaaa].flatMap(addressesOf).map((address) => ({ address, server })),
    );
}

describe('on machines of random landscapes', { timeout: 60_000 + 10 * SEEDS.length }, () => {
  beforeAll(() => {
    machines = SEEDS.map(landscapeOf).flatMap((landscape) => {
      const machine = machineOf(landscape);
      return machine === undefined ? [] : [[machine, landscape] as const];
    });
  });

  test('there is some of everything', () => {
    const verdicts = new Set(machines.map(([machine, landscape]) => judged(machine, landscape).verdict));
    if (SEEDS.length >= 1000) expect(verdicts.size).toBe(10);
  });

  test('servers are judged as the oracle does', () => {
    atEachMachine((machine, landscape) => {
      const opinion = opinionOfMachine(machine, landscape);
      const { verdict, cause, failing } = judged({ ...machine, pins: [] }, landscape);
      expect(isWithoutAnswer({ verdict }) ? 'Failed' : verdict).toBe(
        isWithoutAnswer(opinion) ? 'Failed' : opinion.verdict,
      );
      expect(cause === 'AcceptedFallback').toBe(opinion.cause === 'AcceptedFallback');
      expect(failing.length > 0).toBe(!['Internal', 'Propagating', 'Unknown'].includes(verdict));
    });
  });

  test('a pin is always told, and overrides all but wrong addresses of the other family', () => {
    atEachMachine((machine, landscape) => {
      if (machine.pins.length === 0) return;
      const { verdict, misleads, failing } = judged(machine, landscape);
      expect(failing.some(({ nameserver }) => nameserver === '/etc/hosts')).toBe(true);
      if (isPinnedWhole(machine)) expect(verdict).toBe('Pinned');
      if (verdict === 'Pinned') expect(misleads === true).toBe(doesMislead(machine, landscape));
      else expect(['External', 'Stale', 'NotFound', 'Mixed']).toContain(verdict);
    });
  });

  test('who is pinned rightly gets no other address of glibc, of either family', () => {
    atEachMachine((machine, landscape) => {
      const { place, pins, asksOtherFamily } = machine;
      if (pins.length === 0 || !asksOtherFamily || isPinnedWhole(machine) || !isSteady(machine, landscape)) return;
      const { verdict, misleads, said } = judged(machine, landscape);
      if (verdict !== 'Pinned' || misleads === true || said.length > 0 || place.everyServerMayAnswer) return;
      const beside = askLikeGlibc(place).addresses.filter((address) => isIPv6(address) !== pins.some(isIPv6));
      const { chapters, now } = landscape;
      const right = place.servers.flatMap(({ looks }) => {
        const look = looks.at(-1)!;
        return [look.a, look.aaaa]
          .flatMap(addressesOf)
          .filter((each) => isRight(each, look, expectedAt(chapters, now)));
      });
      expect(beside.filter((address) => !right.includes(address))).toEqual([]);
    });
  });

  test('no program that asks systemd-resolved gets another address where the verdict is Internal', () => {
    atEachMachine((machine, landscape) => {
      if (machine.resolved === undefined || !isSteady(machine, landscape)) return;
      const { verdict, cause } = judged({ ...machine, pins: [] }, landscape);
      if (verdict !== 'Internal' || cause === 'AcceptedFallback') return;
      for (const { address, server } of addressesBehind(machine)) {
        // One that fails for a type gives its answers to nobody: systemd-resolved moves on.
        if (isWithoutAnswer(opinionOfServer(server, landscape))) continue;
        expect([
          address,
          isRight(address, server.looks.at(-1)!, expectedAt(landscape.chapters, landscape.now)),
        ]).toEqual([address, true]);
      }
    });
  });
});
