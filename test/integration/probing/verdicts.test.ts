import { test } from 'vitest';
import { BALANCER, CLUSTER_IP, IN_TIME, openStage, OUTSIDE, WAN, ZONE } from '../../support/probing-stage.ts';

const GIT = `git.${ZONE}`;
const INSIDE = `${BALANCER} or ${CLUSTER_IP}`;

test.concurrent('a name without a usable address is NotFound, and the message says why', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const noIPv6 = await stage.resolver({ aaaaNxdomain: true });
  const filtered = await stage.resolver({ static: { [GIT]: ['0.0.0.0'] } });
  const rebinding = await stage.resolver({ stripPrivate: true });
  await stage.vantage('node-a', 'Nodes', [noIPv6]);
  await stage.vantage('lan-a', 'LAN', [filtered]);
  await stage.zone.ingress('git', ['git']);
  await stage.start({ podConf: `nameserver 127.0.0.1#${rebinding.port}\n` });
  await stage.comesOut({ git: 'NotFound NotFound NotFound' });
  expect(await stage.why('git', 'Nodes')).toBe(
    `False NotFound: node-a: ${noIPv6.address} answers ${BALANCER} as expected but NXDOMAIN for AAAA: to musl the name does not exist.`,
  );
  expect(await stage.why('git', 'Pods')).toBe(
    `False NotFound: pods: ${rebinding.address} gives the CNAME to ${ZONE} but no A, expected ${INSIDE}: rebinding protection may have taken the private address out.`,
  );
  expect(await stage.why('git', 'LAN')).toBe(
    `False NotFound: lan-a: ${filtered.address} answers 0.0.0.0, expected ${BALANCER}: blocked by a filter.`,
  );
});

test.concurrent('a nameserver that fails, one that is silent and a proxy that works are told apart', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, {
    spec: {
      publicAddresses: [
        { cidr: `${WAN}/32`, kind: 'Hairpin' },
        { cidr: '198.51.100.0/24', kind: 'Edge' },
      ],
    },
  });
  const refusing = await stage.resolver({ rcode: 'REFUSED' });
  const silent = await stage.resolver({ silent: true });
  const proxied = await stage.resolver({ static: { [GIT]: ['198.51.100.7'] } });
  await stage.vantage('node-a', 'Nodes', [refusing]);
  await stage.vantage('lan-a', 'LAN', [proxied]);
  await stage.zone.ingress('git', ['git']);
  await stage.start({ podConf: `nameserver 127.0.0.1#${silent.port}\noptions timeout:1 attempts:1\n` });
  await stage.comesOut({ git: 'Failed Timeout External' });
  expect(await stage.why('git', 'Nodes')).toBe(
    `False Failed: node-a: ${refusing.address} answers REFUSED, expected ${INSIDE}.`,
  );
  expect(await stage.why('git', 'Pods')).toBe(
    `False Timeout: pods: ${silent.address} does not answer, expected ${INSIDE}.`,
  );
  expect(await stage.why('git', 'LAN')).toMatch(/^False Edge: .* 198\.51\.100\.7 is a proxy in front\./);

  // The address of nobody that is known; then one of us beside it.
  proxied.set({ static: { [GIT]: ['192.0.2.9'] } });
  await expect
    .poll(() => stage.why('git', 'LAN'), IN_TIME)
    .toMatch(/^False External: .* answers 192\.0\.2\.9, expected/);
  proxied.set({ static: { [GIT]: ['192.0.2.9', WAN] } });
  await expect.poll(() => stage.why('git', 'LAN'), IN_TIME).toMatch(/^False Hairpin: .*: 203\.0\.113\.10 is our own/);
  // What is public is a matter of the zone: other words for the same answer.
  await stage.zone.patchZone({ spec: { publicAddresses: [] } });
  await expect.poll(() => stage.why('git', 'LAN'), IN_TIME).toMatch(/^False External: /);
});

test.concurrent('a fallback that is accepted is only said, until it is the one that answers', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const firewall = await stage.resolver();
  const outside = await stage.resolver({ routes: {}, public: OUTSIDE });
  const reason = 'keeps nodes resolving when the firewall is down';
  await stage.zone.patchZone({ spec: { acceptedFallbacks: [{ address: outside.address, reason }] } });
  await stage.vantage('node-a', 'Nodes', [firewall, outside]);
  await stage.vantage('lan-a', 'LAN', [stage.world.technitium.dns]);
  for (const host of ['git', 'photos', 'vault']) await stage.zone.ingress(host, [host]);
  await stage.start({ podConf: `nameserver 127.0.0.1#${firewall.port}\nnameserver 127.0.0.1#${outside.port}\n` });

  // Pods may use musl, which asks all at once: to them no server is a fallback.
  await stage.comesOut({ git: 'Internal Mixed Internal', vault: 'Internal Mixed Internal' });
  await expect
    .poll(() => stage.why('vault', 'Nodes'), IN_TIME)
    .toMatch(/^True AcceptedFallback: Resolves as expected\. /);
  expect(await stage.why('vault', 'Nodes')).toMatch(/ is our own public address; it is an accepted fallback\.$/);
  expect(await stage.zone.word('vault', 'Ready')).toBe('False Mixed');

  firewall.set({ rcode: 'SERVFAIL' });
  await stage.comesOut({ git: 'External External Internal', vault: 'External External Internal' });
  expect((await stage.audience('vault', 'Nodes'))?.failing).toMatchObject([{ nameserver: outside.address }]);

  // Not accepted any more: at once, and asked for every host from now on.
  const asked = outside.countOf(`vault.${ZONE}`) + outside.countOf(`photos.${ZONE}`);
  expect(asked).toBe(0);
  firewall.set({ rcode: undefined });
  await stage.comesOut({ git: 'Internal Mixed Internal', vault: 'Internal Mixed Internal' });
  await stage.zone.patchZone({ spec: { acceptedFallbacks: [] } });
  await stage.comesOut({ git: 'Mixed Mixed Internal', vault: 'Mixed Mixed Internal' });
  expect(outside.countOf(`vault.${ZONE}`)).toBeGreaterThan(0);
});

test.concurrent('hosts that point elsewhere are judged by where they point', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const { zone } = stage;
  const behind = await stage.resolver({ static: { 'site.pages.example.net': ['192.0.2.80', '2001:db8::80'] } });
  await stage.vantage('lan-a', 'LAN', [behind]);
  await zone.service('coturn', { balancer: [{ ip: '10.0.20.205' }] });
  await zone.patch('Service', 'coturn', { spec: { clusterIPs: ['10.111.111.5'] } });
  await zone.host('turn', { target: { serviceRef: { namespace: zone.namespace, name: 'coturn' } } });
  await zone.host('off', { target: { addresses: ['192.0.2.44'] } });
  await zone.host('six', { target: { addresses: ['fd00::205'] } });
  await zone.host('site', { target: { cname: 'site.pages.example.net' } });
  await zone.host('lan-only', { audiences: ['LAN'] });
  await zone.ingress('apps', ['*.apps']);
  await zone.host('@');
  await stage.start({ podConf: `nameserver 127.0.0.1#${behind.port}\n` });
  await stage.comesOut({
    turn: '- Internal Internal',
    off: '- Internal Internal',
    six: '- Internal Internal',
    site: '- Internal Internal',
    'lan-only': '- - Internal',
    '*.apps': '- Internal Internal',
    '@': '- Internal Internal',
  });
  expect(behind.countOf(`splithorizon-probe.apps.${ZONE}`)).toBeGreaterThan(0);
  expect(behind.countOf(`*.apps.${ZONE}`)).toBe(0);

  // A pin to the Service's own address is right inside the cluster only.
  behind.set({ static: { [`turn.${ZONE}`]: ['10.111.111.5'], [`site.${ZONE}`]: ['192.0.2.81'] } });
  await stage.comesOut({ turn: '- Internal External' });
  expect((await stage.audience('turn', 'LAN'))?.failing).toMatchObject([{ expected: ['10.0.20.205'] }]);
  // Of a name that nobody answers for nothing is proven; beside what it answers itself, much.
  await expect.poll(() => stage.why('site', 'LAN'), IN_TIME).toMatch(/^False External|^Unknown Unknown/);
  behind.set({ static: { 'site.pages.example.net': ['192.0.2.80'], [`site.${ZONE}`]: ['192.0.2.81'] } });
  await stage.comesOut({ site: '- External External' });

  // A list of audiences that comes or goes is followed at once.
  await zone.patchHost('lan-only', { spec: { audiences: ['Pods', 'LAN', 'Nodes'] } });
  await stage.comesOut({ 'lan-only': 'Unknown Internal Internal' });
  expect(await stage.why('lan-only', 'Nodes')).toBe('Unknown Unknown: No vantage asks for this audience.');
});

test.concurrent('a host that others write is judged, and asked of a cache only once it is there', async (player) => {
  const { expect } = player;
  const stage = await openStage(player, { technitium: { soaMinimum: 900 } });
  const { zone } = stage;
  const cache = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [cache]);
  await zone.ingress('git', ['git']);
  await zone.host('theirs', { record: 'Observed', target: { addresses: ['192.0.2.44'] } });
  await stage.start();
  // A server of the zone may be asked itself, and says that the name is not there yet.
  await stage.comesOut({ git: '- Internal Internal', theirs: '- Propagating NotFound' });
  expect(await stage.why('theirs', 'LAN')).toBe(
    `False NotFound: lan-a: ${cache.address} is not asked, since no server of the zone holds the name.`,
  );
  expect(await zone.word('theirs')).toBe('True Observed');
  expect(cache.countOf(zone.at('theirs'))).toBe(0);

  await zone.console.add('theirs', { type: 'A', value: '192.0.2.44' });
  await stage.comesOut({ theirs: '- Internal Internal' });
  await zone.console.change('theirs', { type: 'A', value: '192.0.2.44' }, { type: 'A', value: '192.0.2.45', ttl: 1 });
  cache.flush();
  await stage.comesOut({ theirs: '- External External' });
  expect(zone.records()).toContain('theirs A 1 192.0.2.45 -');
});

test.concurrent('a nameserver that limits us has not been looked at: what was seen stands', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const firewall = await stage.resolver();
  await stage.vantage('lan-a', 'LAN', [firewall]);
  await stage.zone.ingress('git', ['git']);
  await stage.start();
  await stage.comesOut({ git: '- Internal Internal' });
  const reporting = async (): Promise<unknown> =>
    (await stage.vantageStatus('lan-a')).conditions?.map(({ reason }) => reason);
  await expect.poll(reporting, IN_TIME).toEqual(['Reporting']);
  firewall.set({ truncating: true });
  await expect.poll(reporting, IN_TIME).toEqual(['Throttled']);
  expect(await stage.verdicts('git')).toBe('- Internal Internal');
  firewall.set({ truncating: false });
  await expect.poll(reporting, IN_TIME).toEqual(['Reporting']);
});

test.concurrent(
  'a nameserver new to a vantage is asked for all hosts at once, long rotations or not',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player, { spec: { probe: { canarySeconds: 3600, rotationSeconds: 3600 } } });
    const { zone } = stage;
    // A resolver that is out of breath once is not asked again soon.
    const patient = { upstreamTimeoutMs: 4000 };
    const [first, second] = [await stage.resolver(patient), await stage.resolver({ routes: {}, public: OUTSIDE })];
    const hosts = ['git', 'photos', 'vault'];
    for (const host of hosts) await zone.ingress(host, [host]);
    await stage.vantage('lan-a', 'LAN', [first]);
    await stage.start();
    const all = (verdicts: string): Record<string, string> => Object.fromEntries(hosts.map((host) => [host, verdicts]));
    await stage.comesOut(all('- Internal Internal'));
    await stage.changeVantage('lan-a', [first, second]);
    await stage.comesOut(all('- Internal Mixed'));
    // Known to the LAN already, new to nodes.
    await stage.vantage('node-a', 'Nodes', [first]);
    await stage.comesOut(all('Internal Internal Mixed'));
    await stage.changeVantage('lan-a', undefined);
    await stage.comesOut(all('Internal Internal -'));
    await zone.ingress('new', ['new']);
    await stage.comesOut({ new: 'Internal Internal -' });
    expect(await zone.word('git', 'Ready')).toBe('True Published');
  },
);
