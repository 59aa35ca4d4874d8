import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { parse } from 'yaml';
import { BALANCER, CLUSTER_IP, IN_TIME, openStage, OUTSIDE, WAN, ZONE } from '../support/probing-stage.ts';
import { alertTest, hasPromtool, promtool, type ExpectedAlert } from '../support/promtool.ts';
import { scrape, seriesOf } from '../support/scrape.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = join(ROOT, 'deploy', 'alerts.yaml');
const CASES = join(ROOT, 'test', 'alerts');

describe.skipIf(!hasPromtool('alerts'))('the alerts', async () => {
  const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: { alert: string }[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));

  test('are a rule file without a fault', async ({ expect }) => {
    expect(await promtool(['check', 'rules', '--lint-fatal', RULES])).toMatchObject({ code: 0 });
  });

  test.each(await readdir(CASES))('fire and clear as %s says', async (file) => {
    const { code, output } = await promtool(['test', 'rules', join(CASES, file)]);
    if (code !== 0) throw new Error(output);
  });

  test('fire for what a running operator tells, and for nothing once that is mended', async (player) => {
    const { expect, onTestFinished } = player;
    const folder = await mkdtemp(join(tmpdir(), 'splithorizon-alerts-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const stage = await openStage(player, {
      spec: { deletionGuard: { graceSeconds: 0, free: 0, maxPercent: 0 } },
      before: ({ console }) => console.add('taken', { type: 'A', value: '192.0.2.7' }),
    });
    const { zone } = stage;
    const firewall = await stage.resolver({ routes: {}, public: OUTSIDE });
    await stage.vantage('node-k8s-node3', 'Nodes', [firewall]);
    await stage.vantage('lan-a', 'LAN', [stage.world.technitium.dns]);
    for (const host of ['git', 'photos', 'gone']) await zone.ingress(host, [host]);
    await zone.host('taken', { audiences: ['Nodes'] });
    const operator = await stage.start();
    const evaluate = async (expected: Record<string, ExpectedAlert[]>): Promise<void> => {
      const text = await scrape(operator);
      expect(await promtool(['check', 'metrics'], text)).toMatchObject({ code: 0 });
      const file = join(folder, 'alerts.test.yaml');
      await writeFile(file, alertTest({ rules: RULES, alerts, text, expected }));
      const { code, output } = await promtool(['test', 'rules', file]);
      if (code !== 0) throw new Error(output);
    };

    await stage.comesOut({ git: 'External Internal Internal', photos: 'External Internal Internal' });
    await zone.remove('Ingress', 'gone');
    await expect.poll(() => zone.word('gone'), IN_TIME).toBe('True DeletionPending');
    await expect
      .poll(() => seriesOf(operator, 'splithorizon_failing_hosts', { vantage: 'node-k8s-node3' }), IN_TIME)
      .toEqual([`zone=${ZONE} audience=Nodes nameserver=${firewall.address} verdict=External cause=Hairpin 4`]);
    await expect.poll(() => zone.zoneWord('DeletionsApproved'), IN_TIME).toBe('False AwaitingApproval');
    const scraped = { job: 'splithorizon' };
    const hairpin: ExpectedAlert = {
      exp_labels: {
        ...scraped,
        severity: 'critical',
        zone: ZONE,
        audience: 'Nodes',
        vantage: 'node-k8s-node3',
        node: 'k8s-node3',
        nameserver: firewall.address,
        verdict: 'External',
        cause: 'Hairpin',
      },
      exp_annotations: {
        summary: `node-k8s-node3 gets our own public address for 4 host(s) of ${ZONE}`,
        description: `${firewall.address}, which node-k8s-node3 (Nodes) asks, gets 4 host(s) of ${ZONE} wrong: Hairpin. git.${ZONE} for one: ${WAN} instead of ${BALANCER},${CLUSTER_IP}.`,
        runbook_url: 'docs/troubleshooting.md#hairpin',
      },
    };
    const warning = (labels: Record<string, string>, annotations: Record<string, string>): ExpectedAlert[] => [
      { exp_labels: { ...scraped, severity: 'warning', zone: ZONE, ...labels }, exp_annotations: annotations },
    ];
    await evaluate({
      SplitHorizonHairpin: [hairpin],
      SplitHorizonDeletionsWaiting: warning(
        {},
        {
          summary: `1 deletion(s) in zone ${ZONE} wait for approval`,
          description:
            'More records than the deletion guard lets pass have lost the sources of their hosts. If that is meant, annotate the zone with splithorizon.dev/approve-deletions and the id that its condition DeletionsApproved gives.',
          runbook_url: 'docs/troubleshooting.md#awaitingapproval',
        },
      ),
      SplitHorizonHostsNotPublished: warning(
        { reason: 'Conflict' },
        {
          summary: `1 host(s) of zone ${ZONE} have no record as they should (Conflict)`,
          description: `Something that is not the operator's stands at their names. kubectl get splithorizonhosts -o wide names them.`,
          runbook_url: 'docs/troubleshooting.md#conflict',
        },
      ),
    });

    firewall.set({ routes: { [ZONE]: stage.world.technitium.dns }, public: {} });
    await zone.ingress('gone', ['gone']);
    await zone.removeHost('taken');
    await stage.comesOut({
      git: 'Internal Internal Internal',
      photos: 'Internal Internal Internal',
      gone: 'Internal Internal Internal',
    });
    await expect.poll(() => seriesOf(operator, 'splithorizon_failing_hosts'), IN_TIME).toEqual([]);
    await expect.poll(() => zone.zoneWord('Ready'), IN_TIME).toBe('True Synced');
    await expect
      .poll(() => seriesOf(operator, 'splithorizon_hosts_published', { zone: ZONE }), IN_TIME)
      .toEqual(['reason=Published 3']);
    await evaluate({});
  });
});
