import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { ask, call, importText } from './clients.ts';

const ADD = '/api/zones/records/add';
const LIST = '/api/zones/list';

let server: TechnitiumStandIn;
let token: string;
let now: number;

const added = (name: string): Promise<Record<string, unknown>> =>
  call(server, token, ADD, { domain: `${name}.home.test`, zone: 'home.test', type: 'CNAME', cname: 'home.test' });
const names = (): string[] => server.records('home.test').map(({ name }) => name);

beforeEach(async () => {
  now = 1_700_000_000_000;
  server = await TechnitiumStandIn.start({ now: () => now });
  token = server.createApiToken();
  server.createZone('home.test');
  const address = { domain: 'home.test', zone: 'home.test', type: 'A', ipAddress: '192.0.2.1' };
  await call(server, token, ADD, address);
  await added('git');
  server.save();
});
afterEach(() => server.close());

describe('latency', () => {
  it('makes the calls of one path wait, and no others', async () => {
    server.latency(60_000, ADD);
    server.latency(150, LIST);
    const start = performance.now();
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it('does not keep a change from being made when the client gave up', async () => {
    server.latency(150, ADD);
    const form = new URLSearchParams({ token, domain: 'late.home.test', type: 'CNAME', cname: 'home.test' });
    const impatient = { method: 'POST', body: form, signal: AbortSignal.timeout(50) };
    await expect(fetch(server.url + ADD, impatient)).rejects.toThrow('timeout');
    await expect.poll(names).toContain('late.home.test');
  });

  it('is no help to a call that a kill takes along', async () => {
    server.latency(200, ADD);
    const lost = added('lost').catch(() => 'no answer');
    await expect.poll(() => server.calls(ADD)).toBe(3);
    await server.kill();
    expect(await lost).toBe('no answer');
    server.latency(0, ADD);
    await added('next');
    expect(names()).toEqual(['git.home.test', 'home.test', 'next.home.test']);
  });

  it('ends with heal()', async () => {
    server.latency(60_000);
    await server.heal();
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
  });
});

describe('refused connections', () => {
  it('are refused until accept(), on the same port', async () => {
    const { url } = server;
    await server.refuse();
    await expect(call(server, token, LIST)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await ask(server, 'git.home.test', 'CNAME')).toBe('NOERROR: git.home.test CNAME home.test');
    await server.accept();
    expect(server.url).toBe(url);
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
  });
});

describe('a reset connection', () => {
  it('before the call leaves the zone as it was', async () => {
    server.reset('before', { path: ADD, times: 1 });
    await expect(added('wiki')).rejects.toThrow('fetch failed');
    expect(names()).toEqual(['git.home.test', 'home.test']);
  });

  it('after the call leaves the client without an answer to a change that was made', async () => {
    server.reset('after', { path: ADD, times: 1 });
    await expect(added('wiki')).rejects.toThrow('fetch failed');
    expect(names()).toEqual(['git.home.test', 'home.test', 'wiki.home.test']);
  });

  it('hits as many calls of its path as it is told', async () => {
    server.reset('before', { path: ADD, times: 2 });
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
    await expect(added('a')).rejects.toThrow();
    await expect(added('b')).rejects.toThrow();
    expect(await added('c')).toMatchObject({ status: 'ok' });
  });
});

describe('answers that are none', () => {
  it('end in the middle', async () => {
    server.halfAnswer({ times: 1 });
    const form = new URLSearchParams({ token });
    const response = await fetch(server.url + LIST, { method: 'POST', body: form });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('are a page of a proxy', async () => {
    server.html();
    const response = await fetch(server.url + LIST, { method: 'POST', body: new URLSearchParams({ token }) });
    expect(response.headers.get('content-type')).toBe('text/html');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('are an error of any text, without the change', async () => {
    server.errorText('The flux capacitor is empty.', { path: ADD });
    expect(await added('wiki')).toEqual({
      server: 'dns1.test',
      status: 'error',
      errorMessage: 'The flux capacitor is empty.',
    });
    expect(names()).not.toContain('wiki.home.test');
  });
});

describe('a killed server', () => {
  it('is back on its ports without what it had not saved, its serial lower', async () => {
    const before = [server.url, server.dns, server.serial('home.test')];
    await added('wiki');
    expect(server.serial('home.test')).toBe(Number(before[2]) + 1);
    await server.kill();
    expect([server.url, server.dns, server.serial('home.test')]).toEqual(before);
    expect(names()).toEqual(['git.home.test', 'home.test']);
    expect(await ask(server, 'wiki.home.test', 'A')).toBe('NXDOMAIN');
    expect(await ask(server, 'git.home.test', 'A')).toBe(
      'NOERROR: git.home.test CNAME home.test, home.test A 192.0.2.1',
    );
  });

  it('brings back what was deleted or overwritten, and zones that were', async () => {
    await call(server, token, '/api/zones/records/delete', { domain: 'git.home.test', type: 'CNAME' });
    server.deleteZone('home.test');
    server.createZone('new.test');
    await server.kill();
    expect(names()).toEqual(['git.home.test', 'home.test']);
    expect(() => server.serial('new.test')).toThrow();
  });

  it('forgets the sessions and tokens of those seconds, and keeps the others', async () => {
    const late = server.createApiToken();
    expect(await call(server, late, LIST)).toMatchObject({ status: 'ok' });
    await server.kill();
    expect(await call(server, late, LIST)).toMatchObject({ status: 'invalid-token' });
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
  });

  it('keeps what is older than 5 seconds', async () => {
    await added('old');
    now += 5_001;
    await added('young');
    await server.kill();
    expect(names()).toEqual(['git.home.test', 'home.test', 'old.home.test']);
  });

  it('shows that it was started anew', async () => {
    now += 1_000;
    const started = async (): Promise<unknown> =>
      ((await call(server, token, '/api/user/session/get'))['info'] as Record<string, unknown>)['uptimestamp'];
    const before = await started();
    await server.kill();
    expect(await started()).not.toBe(before);
  });
});

describe('a zone', () => {
  it('that became a secondary refuses every write in the words of a real server', async () => {
    server.becomeSecondary('home.test');
    const git = { domain: 'git.home.test', zone: 'home.test', type: 'CNAME', cname: 'home.test' };
    const apex = { domain: 'home.test', zone: 'home.test', type: 'A', ipAddress: '192.0.2.1' };
    const table = [
      { path: ADD, form: { ...git, domain: 'new.home.test' }, want: 'Cannot set records in Secondary zone.' },
      {
        path: ADD,
        form: git,
        want: 'Record already exists. Use overwrite option if you wish to overwrite existing record.',
      },
      { path: ADD, form: { ...apex, ipAddress: '192.0.2.2' }, want: 'Cannot add record in Secondary zone.' },
      { path: '/api/zones/records/update', form: apex, want: 'Cannot update record in Secondary zone.' },
      { path: '/api/zones/records/delete', form: git, want: 'Cannot delete records in Secondary zone.' },
    ];
    for (const { path, form, want } of table) {
      expect(await call(server, token, path, form)).toMatchObject({ status: 'error', errorMessage: want });
    }
    expect(await importText(server, token, 'home.test', 'a 60 IN A 192.0.2.3')).toMatchObject({
      errorMessage: 'Zone must be a primary or forwarder type: home.test',
    });
    const read = await call(server, token, '/api/zones/records/get', { domain: 'home.test' });
    expect(read).toMatchObject({ response: { zone: { type: 'Secondary', isExpired: false, syncFailed: false } } });
    expect(await call(server, token, '/api/zones/resync', { zone: 'home.test' })).toMatchObject({ status: 'ok' });
  });

  it('that is disabled answers REFUSED and still takes writes', async () => {
    server.disableZone('home.test');
    expect(await ask(server, 'git.home.test', 'A')).toBe('REFUSED');
    expect(await added('wiki')).toMatchObject({ status: 'ok', response: { zone: { disabled: true } } });
  });

  it('that is deleted is refused by DNS and unknown to the API', async () => {
    server.deleteZone('home.test');
    expect(await ask(server, 'home.test', 'SOA')).toBe('REFUSED');
    expect(await added('wiki')).toMatchObject({ errorMessage: 'No such zone was found: wiki.home.test' });
  });
});

describe('DNS', () => {
  it('that throttles truncates half of the queries over UDP, drops the other half, and answers over TCP', async () => {
    server.throttleDns();
    const burst = Array.from({ length: 6 }, () => ask(server, 'home.test', 'A', { patience: 500 }));
    const seen = await Promise.all(burst);
    expect(seen.sort()).toEqual(['NOERROR TC', 'NOERROR TC', 'NOERROR TC', 'silence', 'silence', 'silence']);
    expect(await ask(server, 'home.test', 'A', { tcp: true })).toBe('NOERROR: home.test A 192.0.2.1');
  });

  it('that is silent answers nothing, while the API works', async () => {
    server.silenceDns();
    const asked = [ask(server, 'home.test', 'A', { patience: 300 })];
    asked.push(ask(server, 'home.test', 'A', { tcp: true, patience: 300 }));
    expect(await Promise.all(asked)).toEqual(['silence', 'silence']);
    expect(await call(server, token, LIST)).toMatchObject({ status: 'ok' });
    await server.heal();
    expect(await ask(server, 'home.test', 'A')).toBe('NOERROR: home.test A 192.0.2.1');
  });
});
