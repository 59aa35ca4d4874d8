import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleOf } from './household.ts';
import { AT, type Landscape } from './landscape.ts';
import { readKdig } from './observer/kdig.ts';
import { textOf } from './observer/seen.ts';

/** A question that a real server was asked, from an address and perhaps for a client's, and its answer. */
interface Recorded {
  readonly dns: { readonly name: string; readonly from: string; readonly subnet?: string };
  readonly answer: { readonly answers: readonly { readonly type: string; readonly data: string }[] };
}

/** Of recording 15.2/08 the lines about the app Split Horizon's address translation. */
const FILE = join(import.meta.dirname, '..', 'data', 'technitium', 'translation.jsonl');
const VIEW = 'view.test';

/** Asks the stand-in, from the addresses of the recording, what a real server was asked. @returns what it answers otherwise */
export const mistranslated = async ({
  technitium,
  programs,
  desk,
  strangers,
}: Landscape): Promise<readonly string[]> => {
  technitium.createZone(VIEW);
  const post = consoleOf(technitium, VIEW);
  await post('add', { domain: VIEW, type: 'A', ipAddress: AT.wan, ttl: '60' });
  await post('add', { domain: `git.${VIEW}`, type: 'CNAME', cname: VIEW, ttl: '300' });
  const lines = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  const wrong: string[] = [];
  for (const { dns, answer } of lines.map((line) => JSON.parse(line) as Recorded)) {
    const machine = desk.addresses.includes(dns.from) ? desk : strangers;
    const subnet = dns.subnet === undefined ? [] : [`+subnet=${dns.subnet}`];
    const args = ['-b', dns.from, `@${AT.technitium}`, '+noall', '+header', '+answer', ...subnet, dns.name, 'A'];
    const came = textOf(readKdig((await machine.run(programs.kdig, args)).stdout));
    const recorded = answer.answers.filter(({ type }) => type === 'A').map(({ data }) => data);
    if (came !== recorded.join()) wrong.push(`${dns.name} from ${dns.from}: ${came}, recorded is ${recorded.join()}`);
  }
  return wrong;
};
