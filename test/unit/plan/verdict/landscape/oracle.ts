import type { Landscape, Place } from './landscape.ts';
import { isFault, isInternal, isWithoutAnswer, worstOf, type Opinion } from './opinion.ts';
import { opinionOfServer } from './server-oracle.ts';

/** What the nameservers of one place come to. */
export function opinionOfPlace(place: Place, landscape: Landscape): Opinion {
  const servers = place.servers.map((server) => ({ ...opinionOfServer(server, landscape), accepted: server.accepted }));
  const isEnd = ({ stops }: Opinion): boolean =>
    stops === 'everybody' || (stops === 'musl' && landscape.audience === 'Pods');
  const answering = servers.filter((server) => !isWithoutAnswer(server) || isEnd(server));
  if (answering.length === 0) return opinionOfServer(place.servers[0], landscape);
  // Who was never looked at is not known to answer.
  const known = answering.filter(({ verdict }) => verdict !== 'Unknown');
  const mayAnswer = place.everyServerMayAnswer && known.length > 0 ? known : answering.slice(0, 1);
  if (mayAnswer.every(isInternal)) {
    const exposed = answering.filter(
      (server) => !mayAnswer.includes(server) && isFault(server) && !isWithoutAnswer(server),
    );
    if (exposed.some(({ accepted }) => !accepted)) return { verdict: 'Mixed' };
    return { verdict: 'Internal', cause: exposed.length > 0 ? 'AcceptedFallback' : undefined };
  }
  if (mayAnswer.every(isFault) || !mayAnswer.some(isFault)) return worstOf(mayAnswer) ?? { verdict: 'Unknown' };
  return { verdict: 'Mixed' };
}

/** What all places of an audience come to. */
export function opinionOfAudience(landscape: Landscape): Opinion | '-' {
  const { places, isListed } = landscape;
  if (places.length === 0) return isListed ? { verdict: 'Unknown' } : '-';
  const reporting = places.filter(({ isReporting }) => isReporting);
  return worstOf(reporting.map((place) => opinionOfPlace(place, landscape))) ?? { verdict: 'Unknown' };
}

/** What the condition of the audience says then. */
export function conditionOf({ verdict }: Opinion, stored: Landscape['storedStatus']): 'True' | 'False' | 'Unknown' {
  if (verdict === 'Internal') return 'True';
  if (verdict === 'Propagating') return stored ?? 'Unknown';
  return verdict === 'Unknown' ? 'Unknown' : 'False';
}
