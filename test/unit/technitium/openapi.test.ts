import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HttpAnswer, HttpRequest } from '../../../src/technitium/http.ts';
import { createLogins } from '../../../src/technitium/login.ts';
import { recorded, recordings } from './recordings.ts';
import type { Node } from './schema.ts';
import { nodeAt, violations } from './schema.ts';
import { clientOf, json, TOKEN, unaborted, URL_OF_SERVER } from './server.ts';

const description = parse(
  readFileSync(join(import.meta.dirname, '../../../src/technitium/openapi.yaml'), 'utf8'),
) as Node;
const paths = Object.keys(description['paths'] as object);

describe('the description of the API', () => {
  it.each(paths)('says what real servers answered to %s', (path) => {
    const content = nodeAt(description, 'paths', path, 'post', 'responses', '200', 'content', 'application/json');
    const schema = nodeAt(content, 'schema');
    const answers = recordings().filter((recording) => recording.path === path && recording.status === 200);
    expect(answers.length).toBeGreaterThan(1);
    const wrong = answers.flatMap(({ note, answer }) =>
      violations(schema, answer, description).map((problem) => `${note}: ${problem}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(paths)('is what the client sends to %s', async (path) => {
    const sent = (await everyCall()).filter(({ url }) => new URL(url).pathname === path);
    expect(sent.length).toBeGreaterThan(0);
    for (const { type, body } of sent) {
      const schema = nodeAt(description, 'paths', path, 'post', 'requestBody', 'content', type, 'schema');
      expect(violations(schema, type === 'text/plain' ? body : typed(body), description)).toEqual([]);
    }
  });
});

/** What the client sends when each of its calls is made once for each type of record. */
async function everyCall(): Promise<{ url: string; type: string; body: string }[]> {
  const { client, arrived } = clientOf(() => json({ status: 'error', errorMessage: 'Access was denied.' }));
  const signal = unaborted();
  const common = { name: 'git.example.com', ttl: 300, comments: 'splithorizon:home/0a1b2c3d', disabled: false };
  const records = [
    { ...common, type: 'CNAME', value: 'example.com' },
    { ...common, type: 'A', value: '192.0.2.1' },
    { ...common, type: 'AAAA', value: '2001:db8::1' },
  ];
  await Promise.allSettled([
    client.session(signal),
    client.listZones(signal),
    client.readZone('example.com', signal),
    client.readName('example.com', 'git.example.com', signal),
    client.readSerial('example.com', signal),
    client.importRecords('example.com', records, signal),
    client.resync('example.com', signal),
    client.onNode('dns2.cl.test').readSerial('example.com', signal),
    client.onNode('dns2.cl.test').importRecords('example.com', records, signal),

    ...records.flatMap((record) => [
      client.add('example.com', record, signal),
      client.update('example.com', record, { ...record, comments: '' }, signal),
      client.remove('example.com', record, signal),
    ]),
  ]);
  const whole = clientOf(() => json(recorded('15.2/02-zones', 'whole zone').answer));
  await whole.client.raiseSerial('zones.test', 7, signal);
  arrived.push(...whole.arrived);
  const logins = createLogins({ now: () => 0, signal });
  const account = { url: URL_OF_SERVER, username: 'home', password: 'only here' };
  const answers = [{ status: 'ok', token: TOKEN }, { status: 'ok' }];
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    arrived.push({ ...request, form: {} });
    return Promise.resolve(json(answers.shift()));
  };
  await logins.token(account, send);
  await logins.logout();
  return arrived.map(({ url, headers, body }) => ({ url, type: headers['content-type']!, body }));
}

/** The fields of a form, numbers and flags as such. */
function typed(form: string): Node {
  const plain = (value: string): unknown => (/^(\d+|true|false)$/.test(value) ? (JSON.parse(value) as unknown) : value);
  return Object.fromEntries([...new URLSearchParams(form)].map(([name, value]) => [name, plain(value)]));
}
