import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RuleFile } from '../../../generate/metrics.ts';
import { METRICS, type Metric } from '../../../src/metrics/catalogue.ts';
import { helpOn, ZONE_REASONS } from '../../../src/model/reason.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(read('deploy/alerts.yaml')) as RuleFile;
const rules = groups.flatMap((group) => group.rules);
const metrics: Readonly<Record<string, Metric>> = METRICS;
const anchors = [...read('docs/troubleshooting.md').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-'),
);

/** Reasons for which a condition of a zone is False, by the alert that tells of it. */
const FALSE_REASONS = {
  SplitHorizonTechnitiumUnavailable: ['Unreachable', 'NotAuthenticated', 'LoginBlocked', 'UnexpectedAnswer'],
  SplitHorizonZoneNotWritten: ['AccessDenied', 'ZoneNotFound', 'ZoneNotWritable', 'ZoneDisabled', 'TwoPrimaries'],
  SplitHorizonTargetNotPublished: ['NoAddress', 'Conflict'],
  SplitHorizonServerOutOfSync: ['ServerSilent', 'SerialBehind', 'SerialAhead', 'UnexpectedAnswer', 'TwoPrimaries'],
  SplitHorizonVantageSilent: ['Pending', 'Throttled'],
};

/** Reasons that are no fault, or that have an alert of their own. */
const OTHER_REASONS = [
  'Synced',
  'Pending',
  'DryRun',
  'NoServers',
  'Cached',
  'AddressKept',
  'AwaitingApproval',
  'OwnerIdInUse',
];

test('every reason of a zone has its alert, or is none', () => {
  const { SplitHorizonVantageSilent: _, ...ofZones } = FALSE_REASONS;
  expect(new Set([...Object.values(ofZones).flat(), ...OTHER_REASONS])).toEqual(new Set(ZONE_REASONS));
});

describe.each(rules)('$alert', ({ alert, expr, labels, annotations }) => {
  test('says how bad it is, what it is and where to read on', () => {
    expect(alert).toMatch(/^SplitHorizon[A-Z]\w+$/);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary.length).toBeLessThan(120);
    expect(annotations.description).not.toBe('');
    const [page, anchor = ''] = annotations.runbook_url.split('#');
    expect(page).toBe('docs/troubleshooting.md');
    if (!anchor.startsWith('{{')) expect(anchors).toContain(anchor);
    else expect(`${helpOn('X').slice(0, -1)}{{ $labels.reason | toLower }}`).toBe(annotations.runbook_url);
  });

  test('asks for metrics and labels that there are', () => {
    const selectors = [...`${expr} ${annotations.description}`.matchAll(/(splithorizon_\w+)(?:{([^}]*)})?/g)];
    expect(selectors).not.toHaveLength(0);
    for (const [, name = '', matchers = ''] of selectors) {
      expect(Object.keys(metrics)).toContain(name);
      for (const [, label] of matchers.matchAll(/(\w+)(?==|!)/g)) expect(metrics[name]?.labels).toContain(label);
    }
  });
});

test.each(Object.entries(FALSE_REASONS).flatMap(([alert, reasons]) => reasons.map((reason) => ({ alert, reason }))))(
  '$alert has a text for $reason, and a page to read on',
  ({ alert, reason }) => {
    const rule = rules.find((each) => each.alert === alert);
    expect(rule?.annotations.description).toContain(`if eq $labels.reason "${reason}"`);
    expect(anchors).toContain(reason.toLowerCase());
  },
);
