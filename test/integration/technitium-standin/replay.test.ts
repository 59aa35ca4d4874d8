import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { createConsole } from '../../support/technitium-console.ts';

/** A recorded answer that the stand-in gives otherwise, and why that is right. */
interface KnownDifference {
  /** Below test/data/technitium: `15.2/01-auth.jsonl`. */
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

const ROOT = new URL('../../../', import.meta.url);
const STAND_IN = new URL('test/standin/technitium/', ROOT);
const RECORDINGS = new URL('test/data/technitium/', ROOT);
/** Of a server beside another one. */
const SECONDARY = '15.2/09-secondary.jsonl';
const MOST_DIFFERENT = 0.02;
/** The day of the recordings, which the serials of a zone with the date scheme tell. */
const RECORDED_AT = Date.parse('2026-11-23T12:00:00Z');

const known = JSON.parse(readFileSync(new URL('known-differences.json', STAND_IN), 'utf8')) as KnownDifference[];

/** The other server of a recording: it has the zone that is copied. */
async function recordedPrimary(): Promise<TechnitiumStandIn> {
  const primary = await TechnitiumStandIn.start({ domain: 'dns1' });
  primary.createZone('sec.test');
  const { add } = createConsole(primary, 'sec.test', (name) => (name === '@' ? 'sec.test' : `${name}.sec.test`));
  await add('@', { type: 'A', value: '192.0.2.10', ttl: 60 });
  await add('git', { type: 'CNAME', value: '@', ttl: 300 });
  primary.allowCopies('sec.test');
  return primary;
}

/** What the recorded server held of its cluster before. */
function fillCluster(server: TechnitiumStandIn): void {
  server.createCluster('cl.test');
  server.setSerial('cl.test', 51);
  server.setSerial('cluster-catalog.cl.test', 13);
  server.createZone('member.test', { isMember: true, serial: 10 });
  server.createZone('rep.test', { serial: 10 });
}

/** Replays one recording against a fresh server, and returns the lines that it answers otherwise. */
async function replay(
  version: '15.2' | '14.3',
  file: string,
): Promise<{ answers: number; lines: number[]; log: string }> {
  const startedAt = Date.now();
  const now = (): number => RECORDED_AT + Date.now() - startedAt;
  await using other = file === SECONDARY ? await recordedPrimary() : undefined;
  await using server = await TechnitiumStandIn.start({
    version,
    adminPassword: 'recording-only',
    domain: file === SECONDARY ? 'dns2.cl.test' : 'dns1.test',
    now,
    ...(other && { peers: { '192.0.2.101': other.dns } }),
  });
  if (other !== undefined) fillCluster(server);
  const args = [new URL('replay.mjs', STAND_IN).pathname, server.url, server.dns, new URL(file, RECORDINGS).pathname];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, SHOW: '1000' } });
  const [log, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const answers = /^(\d+) of (\d+) answers are the same$/m.exec(log)?.[2];
  if (answers === undefined) throw new Error(`replay.mjs did not end well: ${log}${errors}`);
  const lines = [...log.matchAll(/^[\w-]+\.jsonl:(\d+) /gm)].map(([, line]) => Number(line));
  return { answers: Number(answers), lines, log };
}

describe.each(['15.2', '14.3'] as const)('recordings of a real %s server', (version) => {
  const files = readdirSync(new URL(`${version}/`, RECORDINGS)).sort();
  const total = { answers: 0, different: 0, files: 0 };

  it.each(files)('%s is answered as it was recorded', { timeout: 120_000 }, async (name) => {
    const file = `${version}/${name}`;
    const { answers, lines, log } = await replay(version, file);
    total.answers += answers;
    total.different += lines.length;
    total.files += 1;
    const listed = known.filter((one) => one.file === file).map(({ line }) => line);
    expect(lines, log).toEqual(listed.sort((a, b) => a - b));
  });

  afterAll(() => {
    // Each answer that differs is listed with a reason, and still there may not be many.
    if (total.files === files.length) expect(total.different / total.answers).toBeLessThanOrEqual(MOST_DIFFERENT);
  });
});

describe('known differences', () => {
  it('each give a reason for a line of a recording that is here', () => {
    for (const { file, line, reason } of known) {
      expect(readFileSync(new URL(file, RECORDINGS), 'utf8').split('\n')[line - 1], `${file}:${line}`).toBeTruthy();
      expect(reason.length, `${file}:${line}`).toBeGreaterThan(20);
    }
  });
});
