import { test } from 'vitest';
import { BALANCER, IN_TIME, openStage, WAN } from '../../support/probing-stage.ts';

test.concurrent(
  'a wildcard in a search domain of pods captures every host with fewer dots than ndots',
  async (player) => {
    const { expect } = player;
    const stage = await openStage(player);
    const resolver = await stage.resolver({ static: { '*.example.com.home.lan': [WAN] } });
    const podConf = (ndots: number): string =>
      `nameserver 127.0.0.1#${resolver.port}\nsearch svc.cluster.local home.lan\noptions ndots:${ndots}\n`;
    await stage.zone.ingress('git', ['git']);
    await stage.zone.ingress('deep', ['a.b.c.deep']);
    await stage.start({ podConf: podConf(5) });

    await stage.comesOut({ git: '- External -', 'a.b.c.deep': '- Internal -' });
    expect(await stage.why('git', 'Pods')).toBe(
      `False Hairpin: pods: ${resolver.address} answers ${WAN}, expected ${BALANCER} or 10.111.111.95: ${WAN} is our own public address, for the name under the search domain home.lan, which is tried first.`,
    );
    expect(resolver.countOf('git.example.com.svc.cluster.local')).toBeGreaterThan(0);

    // It is taken out: names are looked up as they are.
    resolver.set({ static: {} });
    await stage.comesOut({ git: '- Internal -' });
  },
);

test.concurrent('a search domain that holds nothing is asked for one host only', async (player) => {
  const { expect } = player;
  const stage = await openStage(player);
  const resolver = await stage.resolver();
  await stage.zone.ingress('hosts', ['a', 'b', 'c']);
  await stage.start({ podConf: `nameserver 127.0.0.1#${resolver.port}\nsearch home.lan\noptions ndots:5\n` });
  await stage.comesOut({ a: '- Internal -', b: '- Internal -', c: '- Internal -' });
  const counts = (): number[] => ['a', 'b', 'c'].map((name) => resolver.countOf(`${name}.example.com.home.lan`));
  await expect.poll(() => Math.max(...counts()), IN_TIME).toBeGreaterThan(4);
  expect(counts().filter((count) => count > 0)).toHaveLength(1);
});
