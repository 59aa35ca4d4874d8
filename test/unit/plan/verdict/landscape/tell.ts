import type { Answer, Look } from '../../../../../src/model/look.ts';
import { expectedAt, type Landscape, type Place, type Server } from './landscape.ts';
import { opinionOfLook } from './look-oracle.ts';
import type { Opinion } from './opinion.ts';
import { opinionOfPlace } from './oracle.ts';
import { opinionOfServer } from './server-oracle.ts';

/** A landscape as a page for a person, with what the oracle makes of each part. */
export function tell(landscape: Landscape): string {
  const { seed, audience, isListed, rotationSeconds, recordReason, chapters, places, now } = landscape;
  const expected = chapters.map(({ from, expectation }) => {
    const { addresses, cname, previous, isNew, levelAt, hasIPv4, negativeTtl } = expectation;
    const former = previous.map(
      (set) =>
        `${[...set.addresses, ...(set.cname === undefined ? [] : [set.cname])].join(' ')} TTL ${set.ttlSeconds} replaced ${ago(set.replacedAt, now)}`,
    );
    return [
      `  from ${ago(from, now)}: ${cname ?? addresses.join(' ')}${isNew ? ', a new name' : ''}, level ${ago(levelAt, now)}, denials live ${negativeTtl} s, IPv4 ${hasIPv4}`,
      ...former.map((each) => `    formerly ${each}`),
    ].join('\n');
  });
  return [
    `seed ${seed}: ${audience}${isListed ? ' (listed)' : ''}, record ${recordReason}, rotation ${rotationSeconds} s, expected:`,
    ...expected,
    ...places.map((place) => tellPlace(place, landscape)),
  ].join('\n');
}

function tellPlace(place: Place, landscape: Landscape): string {
  const order = place.everyServerMayAnswer ? 'every server may answer' : 'in order';
  const silent = place.isReporting ? '' : ', not reporting';
  const servers = place.servers.map((server) => tellServer(server, landscape));
  return [`  ${place.name}: ${order}${silent} => ${word(opinionOfPlace(place, landscape))}`, ...servers].join('\n');
}

function tellServer(server: Server, landscape: Landscape): string {
  const { address, accepted, heldBack, isThrottled, looks } = server;
  const about = [accepted && 'accepted', heldBack, isThrottled && 'throttled'].filter(
    (each) => each !== undefined && each !== false,
  );
  const told = looks.map((look) => `      ${ago(look.at, landscape.now)}: ${tellLook(look, landscape)}`);
  return [`    ${[address, ...about].join(', ')} => ${word(opinionOfServer(server, landscape))}`, ...told].join('\n');
}

function tellLook(look: Look, { chapters }: Landscape): string {
  const opinion = word(opinionOfLook({ look, expectation: expectedAt(chapters, look.at) }));
  const beside =
    look.cname === undefined ? '' : `; the target's name: A ${say(look.cname.a)}, AAAA ${say(look.cname.aaaa)}`;
  return `A ${say(look.a)}, AAAA ${say(look.aaaa)}${beside}${look.nat64Prefixes ? '; NAT64' : ''} => ${opinion}`;
}

function say(answer: Answer | undefined): string {
  if (answer === undefined) return 'not asked';
  if (answer.outcome !== 'answer') return answer.outcome;
  const { rcode, aa, ra, addresses, chain, soa } = answer;
  const content = rcode === 'NOERROR' ? addresses.join(' ') || 'nothing' : rcode;
  const by = soa === undefined ? '' : ` by ${soa.mname} ${soa.rname}`;
  const flags = addresses.length === 0 ? ` (aa=${Number(aa)} ra=${Number(ra)})` : '';
  return `${chain.map((name) => `${name} > `).join('')}${content}${by}${flags}`;
}

function word({ verdict, cause }: Opinion): string {
  return cause === undefined ? verdict : `${verdict} (${cause})`;
}

function ago(time: number | undefined, now: number): string {
  return time === undefined ? 'not yet' : time > now ? `in ${(time - now) / 1000} s` : `${(now - time) / 1000} s ago`;
}
