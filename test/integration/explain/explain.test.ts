import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiServers } from '../../support/api-servers.ts';
import { pageOf, runExplain } from '../../support/explain-command.ts';
import { freePort } from '../../support/free-port.ts';
import { IN_TIME, openStage, OUTSIDE, WAN, type Stage } from '../../support/probing-stage.ts';
import type { Resolver } from '../../standin/resolver/resolver.ts';
import { startFaultProxy, type FaultProxy } from '../kube/fault-proxy.ts';

describe.each(apiServers('explain'))('splithorizon explain on the $name', (kind) => {
  const finished: (() => Promise<void> | void)[] = [];
  let stage: Stage;
  let firewall: Resolver;
  let dns: Resolver;

  // An operator has judged the hosts, and is gone.
  beforeAll(async () => {
    const onTestFinished = (work: () => Promise<void> | void): unknown => finished.push(work);
    stage = await openStage({ expect, onTestFinished } as Parameters<typeof openStage>[0], { kind });
    const { zone } = stage;
    firewall = await stage.resolver({ routes: {}, public: { ...OUTSIDE, '*.apps.example.com': [WAN] } });
    dns = await stage.resolver();
    await stage.vantage('node-a', 'Nodes', [firewall]);
    await stage.vantage('lan-a', 'LAN', [dns]);
    await zone.console.add('taken', { type: 'A', value: '10.0.20.9', comments: 'by \u001b[31mhand' });
    for (const host of ['git', 'photos', 'taken', '*.apps', 'xn--mller-kva']) await zone.ingress(nameOf(host), [host]);
    await zone.host('turn', { audiences: ['LAN'], target: { addresses: ['10.0.20.205'] } });
    const operator = await stage.start({ podConf: `nameserver 127.0.0.1#${dns.port}\n` });
    await vi.waitFor(async () => {
      for (const host of ['git', 'photos', '*.apps']) {
        expect(await stage.verdicts(host)).toBe('External Internal Internal');
      }
      expect(await stage.verdicts('turn')).toBe('- - Internal');
      expect(await zone.word('taken', 'Ready')).toBe('False Conflict');
    }, IN_TIME);
    await operator.stop();
  }, 120_000);
  afterAll(async () => {
    for (const work of finished.toReversed()) await work();
  });

  const explain = (...args: string[]): ReturnType<typeof runExplain> => runExplain(stage.world, args);
  const writes = async (): Promise<unknown> => [await stage.world.kubernetesWrites(), stage.zone.records()];

  it('tells one host that fails, with what to paste, and writes nothing', async () => {
    const before = await writes();
    const asked = [firewall, dns].map(({ queries }) => queries.length);
    const { code, out, err } = await explain('git.example.com');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toMatch(/^git\.example\.com is not Ready: Hairpin, since \S+Z \(\d+ \w+ ago\)\n/);
    expect(out).toContain('SplitHorizonHost, made by the operator; in zone example.com (policy Sync); status of');
    expect(out).toContain('Sources\n  Ingress z1/git\n');
    expect(out).toContain('  wanted  CNAME example.com (TTL 1)\n  held    CNAME example.com (TTL 1)\n');
    expect(out).toMatch(
      /^Servers of example\.com: Synced, .*\n {2}primary {2}127\.0\.0\.1:\d+ {2}serial \d+ {2}Synced$/m,
    );
    expect(out).toContain(`  node-a  ${firewall.address}  External  ${WAN}\n`);
    expect(out).toContain(`  pods  ${dns.address}  Internal\n`);
    expect(out).toMatch(/The same is said of \d other hosts of the zone: .*photos\.example\.com/);
    expect(out).toContain(`    [Resolve]\n    DNS=${stage.world.technitium.dns}\n    Domains=~example.com\n`);
    expect(await writes()).toEqual(before);
    expect([firewall, dns].map(({ queries }) => queries.length)).toEqual(asked);
  });

  it('gives the same as JSON', async () => {
    const { code, out } = await explain('git.example.com', '--output', 'json');
    expect(code).toBe(2);
    const page = JSON.parse(out) as Awaited<ReturnType<typeof pageOf>>;
    expect(page).toMatchObject({
      ...{ host: 'git.example.com', zone: 'example.com', current: true, unread: [] },
      ready: { status: 'False', reason: 'Hairpin' },
      sources: [{ source: 'Ingress z1/git', conflict: false, gone: false }],
      audiences: [{ verdict: 'External' }, { verdict: 'Internal' }, { verdict: 'Internal' }],
      fixes: [{ about: firewall.address, help: 'docs/troubleshooting.md#external' }],
    });
    expect(Date.parse(page.written ?? '')).toBeGreaterThan(Date.now() - 600_000);
    expect(page).not.toHaveProperty('askedNow');
  });

  it('exits with 0 for a host that is Ready', async () => {
    const { code, out } = await explain('turn.example.com');
    expect(code).toBe(0);
    expect(out).toMatch(/^turn\.example\.com is Ready: Published/);
    expect(out).toContain('written by a person');
    expect(out).toContain('Nodes: - (nobody asks for it)');
    expect(out).not.toContain('What to change');
  });

  it.each([
    ['in upper case and with a trailing dot', 'GIT.Example.COM.', 'git.example.com'],
    ['a wildcard', '*.apps.example.com', '*.apps.example.com'],
    ['by the name of the object', 'xx--wildcard.apps.example.com', '*.apps.example.com'],
    ['as people write it', 'müller.example.com', 'xn--mller-kva.example.com'],
  ])('takes a host %s', async (_name, given, host) => {
    expect((await pageOf(stage.world, given)).host).toBe(host);
  });

  it('says what is in the way of a record, and lets no control character through', async () => {
    const { out } = await explain('taken.example.com');
    expect(out).toContain('Record: Conflict, since');
    expect(out).toContain('held    A 10.0.20.9 (TTL');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(String.raw`(comments "by \u001b[31mhand")`);
    expect(out).not.toContain('\u001b');
    expect(out).toContain(`kubectl patch shh taken.example.com --type=merge -p '{"spec":{"record":"Observed"}}'`);
  });

  it('asks from here with --live', async () => {
    const page = await pageOf(stage.world, 'git.example.com', ['--live']);
    const [server] = page.servers;
    expect(server?.now).toMatchObject({
      verdict: 'Internal',
      from: '127.0.0.1',
      serial: stage.world.technitium.serial('example.com'),
    });
    const now = page.audiences.map(({ vantages }) => vantages[0]?.nameservers[0]?.now);
    expect(now).toMatchObject([
      { verdict: 'External', answers: [WAN] },
      { verdict: 'Internal' },
      { verdict: 'Internal' },
    ]);
    const { out } = await explain('git.example.com', '--live');
    expect(out).toContain(`    now from 127.0.0.1: External, answers ${WAN}, expected`);
    expect(out).toContain('"now" was seen from this machine at ');
    // What was wrong is right by now; the verdict of the operator stands until it looks again.
    firewall.set({ routes: { 'example.com': stage.world.technitium.dns } });
    const { code, out: mended } = await explain('photos.example.com', '--live').finally(() =>
      firewall.set({ routes: {} }),
    );
    expect(code).toBe(2);
    expect(mended).toContain('    now from 127.0.0.1: Internal, answers 10.0.20.203');
  });

  it('asks no cache for a name that no server of the zone holds', async () => {
    const { zone } = stage;
    await zone.host('later', { record: 'Observed', target: { addresses: ['192.0.2.44'] } });
    const page = await pageOf(stage.world, 'later.example.com', ['--live']);
    expect(page.servers[0]?.now).toMatchObject({ answers: ['NXDOMAIN'] });
    expect(dns.countOf(zone.at('later'))).toBe(0);
    expect(firewall.countOf(zone.at('later'))).toBe(0);
  });

  describe('of which nothing can be told says why, and exits with 1', () => {
    let proxy: FaultProxy;
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.world.server);
    });
    afterEach(() => {
      proxy.fault = () => undefined;
    });
    afterAll(() => proxy.refuse());

    it.each([
      ['gti.example.com', 'Zone example.com would hold it, but nobody names it', 'Near it: git.example.com'],
      ['git.example.org', 'No zone holds it; there are example.com.', 'Near it: git.example.com'],
      ['www.apps.example.com', 'nobody names it', 'Near it: *.apps.example.com'],
    ])('%s', async (host, ...why) => {
      const { code, out, err } = await explain(host);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`splithorizon: there is no SplitHorizonHost for "${host}". `);
      for (const text of why) expect(err).toContain(text);
    });

    it('where a source names it, and no operator made its object', async () => {
      await stage.zone.ingress('new', ['new']);
      const { code, err } = await explain('new.example.com');
      expect(code).toBe(1);
      expect(err).toContain('Ingress z1/new names it in zone example.com, so the operator will make one: does it run?');
    });

    it('where the hosts may not be listed', async () => {
      proxy.fault = (path) => (/splithorizonhosts(\?|$)/.test(path) ? { status: 403 } : undefined);
      const { code, err } = await runExplain(stage.world, ['git.example.com'], proxy.access);
      expect(code).toBe(1);
      expect(err).toContain('nothing can be told without the hosts: ');
    });

    it('where the API server does not answer', async () => {
      const access = { url: `http://127.0.0.1:${await freePort()}`, token: 'none' };
      const { code, err } = await runExplain(stage.world, ['git.example.com'], access);
      expect(code).toBe(1);
      expect(err).toContain('ECONNREFUSED');
    });

    it('but not where only the sources may not be', async () => {
      proxy.fault = (path) => (/\/(ingresses|services)/.test(path) ? { status: 403 } : undefined);
      const { code, out } = await runExplain(stage.world, ['git.example.com'], proxy.access);
      expect(code).toBe(2);
      expect(out).toContain('Sources\n  Ingress z1/git\n');
      expect(out).toContain('  wanted  CNAME example.com (TTL 1)\n');
      expect(out).toContain('You may not list ingresses, services: what the status says of them stands.');
    });
  });
});

/** A name that an object may have. */
function nameOf(host: string): string {
  return host.replace('*.', 'all-');
}
