import { Resolver } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';
import { whole } from './cluster.ts';
import { AT, ZONE } from './landscape.ts';

/** Hosts that a cron job made records for, rightly. */
export const APPS: readonly string[] = Array.from({ length: 30 }, (_, i) => `app-${String(i).padStart(2, '0')}`);
/** A CNAME that the same job left, with no Ingress any more. */
const LEFT_OVER = 'old';
const DAY = '86400';

type Form = Readonly<Record<string, string>>;
type Post = (call: 'add' | 'update' | 'delete', form: Form) => Promise<void>;

/** A person at Technitium's console, who edits records of a zone. */
export const consoleOf = (technitium: TechnitiumStandIn, zone: string = ZONE): Post => {
  const token = technitium.createApiToken('console');
  return async (call, form) => {
    const body = new URLSearchParams({ token, zone, ...form });
    const answer = await fetch(`${technitium.url}/api/zones/records/${call}`, { method: 'POST', body });
    const said = (await answer.json()) as { status: string; errorMessage?: string };
    if (said.status !== 'ok') throw new Error(`${call} ${form['domain'] ?? ''}: ${said.errorMessage ?? said.status}`);
  };
};

/** What people and a cron job put into the zone over the years, beside an apex that the job keeps. */
export const fillZone = async (post: Post): Promise<void> => {
  await post('update', { domain: ZONE, type: 'A', ipAddress: AT.wan, newIpAddress: AT.balancer, ttl: '2' });
  await post('add', { domain: whole('mail'), type: 'A', ipAddress: AT.firewall, ttl: '3600' });
  await post('add', { domain: ZONE, type: 'TXT', text: 'v=spf1 mx -all', ttl: '3600' });
  await post('add', { domain: ZONE, type: 'MX', preference: '10', exchange: whole('mail'), ttl: '3600' });
  for (const key of ['s1', 's2']) {
    const form = { domain: whole(`${key}._domainkey`), type: 'CNAME', cname: `${key}.dkim.example.net`, ttl: '3600' };
    await post('add', { ...form, comments: 'by hand' });
  }
  for (const host of [LEFT_OVER, ...APPS]) {
    await post('add', { domain: whole(host), type: 'CNAME', cname: ZONE, ttl: DAY });
  }
};

/** The records that are nobody's but people's: whole, as text. */
export const handMade = (technitium: TechnitiumStandIn): string =>
  technitium
    .records(ZONE)
    .filter(
      ({ name, type }) =>
        (name === ZONE && type !== 'A') ||
        name.includes('_domainkey') ||
        [whole('mail'), whole(LEFT_OVER)].includes(name),
    )
    .map((record) => JSON.stringify(record))
    .join('\n');

/** What a first run must have made of the cron job's records. */
export const adopted = (technitium: TechnitiumStandIn): readonly string[] => {
  const records = new Map(technitium.records(ZONE).map((record) => [record.name, record]));
  return APPS.flatMap((app) => {
    const record = records.get(whole(app));
    const isOurs = record !== undefined && /^splithorizon:home\/\S+\+adopted/.test(record.comments);
    return isOurs && record.value === ZONE ? [] : [`${app} was not taken over: ${JSON.stringify(record)}`];
  });
};

/** Asks Technitium for a name all the time. @returns ends it, and tells the answers that were not right */
export const watchForGaps = (host: string): (() => Promise<readonly string[]>) => {
  // A busy machine is no gap: it is asked again, and late.
  const resolver = new Resolver({ timeout: 5000, tries: 3 });
  resolver.setServers([AT.technitium]);
  const wrong: string[] = [];
  const ended = { has: false };
  const loop = (async () => {
    while (!ended.has) {
      const answer = await resolver.resolve4(whole(host)).catch((error: unknown) => [String(error)]);
      if (answer.join() !== AT.balancer) wrong.push(`${host} was answered ${answer.join()}`);
      await delay(10);
    }
  })();
  return async () => {
    ended.has = true;
    await loop;
    return wrong;
  };
};
