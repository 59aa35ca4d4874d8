import { isIPv6 } from './addresses.ts';
import { expectedAt, type Landscape, type Server } from './landscape.ts';
import type { Machine, Scope } from './machine.ts';
import { badness, isFault, isInternal, isWithoutAnswer, worstOf, type Opinion } from './opinion.ts';
import { opinionOfServer } from './server-oracle.ts';

/** What an administrator of systemd would say: the scopes with the most labels of the name; else the default routes. */
export function scopesAsked({ resolved }: Machine): readonly Scope[] {
  const name = ['git', 'example', 'com'];
  const suffixes = ['git.example.com', 'example.com', 'com', '.'];
  for (let labels = name.length; labels >= 0; labels--) {
    const suffix = suffixes[name.length - labels] ?? '';
    const found = (resolved?.scopes ?? []).filter(({ domains }) => domains.includes(suffix));
    if (found.length > 0) return found;
  }
  return (resolved?.scopes ?? []).filter(({ defaultRoute }) => defaultRoute);
}

type Voice = Opinion & { readonly accepted: boolean };

/** Who may speak now, who might later, and who is the face of it all when nobody does. */
interface Panel {
  readonly now: readonly Voice[];
  readonly later: readonly Voice[];
  readonly face: Opinion | undefined;
}

const isHeard = (voice: Opinion): boolean => !isWithoutAnswer(voice) || voice.stops !== undefined;

/** systemd-resolved, with what its stub says. */
function panelBehind(stub: Voice | undefined, scopes: readonly (readonly Voice[])[]): Panel {
  const word = stub?.verdict === 'Unknown' ? undefined : stub;
  if (word !== undefined && !isHeard(word)) return { now: [], later: scopes.flat(), face: word };
  const speakers: Voice[] = scopes.flatMap((voices) => {
    const heard = voices.filter(isHeard);
    const same = heard.find((voice) => word !== undefined && badness(voice.verdict) === badness(word.verdict));
    return (scopes.length === 1 ? same : undefined) ?? heard[0] ?? [];
  });
  if (speakers.length === 0 && scopes.length > 0) return { now: [], later: [], face: scopes[0]?.[0] };
  const now = [...(word === undefined ? [] : [word]), ...speakers];
  return { now: sure(now), later: scopes.flat().filter((voice) => !speakers.includes(voice)), face: stub };
}

function sure(voices: readonly Voice[]): readonly Voice[] {
  const known = voices.filter(({ verdict }) => verdict !== 'Unknown');
  return known.length > 0 ? known : voices.slice(0, 1);
}

function panelOfList(machine: Machine, landscape: Landscape): Panel {
  const { place, resolved } = machine;
  const voice = (server: Server): Voice => ({ ...opinionOfServer(server, landscape), accepted: server.accepted });
  const scopes = scopesAsked(machine).map(({ servers }) => servers.map(voice));
  const panels = place.servers.map((server, index): Panel => {
    const said = voice(server);
    if (index === resolved?.listedAt) return panelBehind(said, scopes);
    const isEnd = said.stops === 'everybody';
    return { now: isWithoutAnswer(said) && !isEnd ? [] : [said], later: [], face: said };
  });
  const at = panels.findIndex(({ now }) => now.length > 0);
  const found = panels[at];
  if (found === undefined) return { now: [], later: [], face: panels[0]?.face };
  if (place.everyServerMayAnswer) {
    return { ...found, now: sure(panels.flatMap(({ now }) => now)), later: panels.flatMap(({ later }) => later) };
  }
  const behind = panels.slice(at + 1).flatMap(({ now }) => now);
  return { ...found, later: [...panels.flatMap(({ later }) => later), ...behind] };
}

function opinionOfPanel({ now, later, face }: Panel): Opinion {
  if (now.length === 0) return face ?? { verdict: 'Unknown' };
  if (now.every(isInternal)) {
    const exposed = later.filter((voice) => isFault(voice) && !isWithoutAnswer(voice));
    if (exposed.some(({ accepted }) => !accepted)) return { verdict: 'Mixed' };
    return { verdict: 'Internal', cause: exposed.length > 0 ? 'AcceptedFallback' : undefined };
  }
  if (now.every(isFault) || !now.some(isFault)) return worstOf(now) ?? { verdict: 'Unknown' };
  return { verdict: 'Mixed' };
}

/** What the servers of a machine come to, by every way in which its programs ask them. */
export function opinionOfMachine(machine: Machine, landscape: Landscape): Opinion {
  const { resolved } = machine;
  const opinions = [opinionOfPanel(panelOfList(machine, landscape))];
  if (resolved !== undefined && resolved.listedAt === undefined) {
    const voice = (server: Server): Voice => ({ ...opinionOfServer(server, landscape), accepted: server.accepted });
    const behind = scopesAsked(machine).map(({ servers }) => servers.map(voice));
    opinions.push(opinionOfPanel(panelBehind(resolved.past && voice(resolved.past), behind)));
  }
  const faults = opinions.filter(isFault);
  const accepting = opinions.find(({ cause }) => cause === 'AcceptedFallback');
  if (opinions.every(isInternal) && accepting !== undefined) return accepting;
  if (faults.length > 0 && faults.length < opinions.length) return { verdict: 'Mixed' };
  return worstOf(opinions) ?? { verdict: 'Unknown' };
}

/** Whether a pin leads to another address than the expected ones. */
export function doesMislead({ pins }: Machine, { chapters, now }: Landscape): boolean {
  const { addresses } = expectedAt(chapters, now);
  return addresses.length > 0 && pins.some((address) => !addresses.includes(address));
}

/** Whether every family is pinned, or the other one is asked for by nobody. */
export function isPinnedWhole({ pins, asksOtherFamily }: Machine): boolean {
  return !asksOtherFamily || (pins.some(isIPv6) && !pins.every(isIPv6));
}
