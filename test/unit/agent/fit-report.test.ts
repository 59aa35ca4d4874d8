import { expect, test } from 'vitest';
import { fitReport, LONGEST_REPORT } from '../../../src/agent/fit-report.ts';
import type { Report } from '../../../src/model/api.ts';
import { groupHosts, indexReport, type ReportedLook } from '../../../src/model/report.ts';

const ZONE = 'example.com';
const NAMESERVERS = ['10.0.20.1', '10.0.20.2', '10.0.20.3'];
const EMPTY: ReportedLook['a'] = { outcome: 'answer', rcode: 'NOERROR' };
const lookOf = (address: string): ReportedLook => ({ a: { ...EMPTY, values: [address] }, aaaa: EMPTY });

/** A report over so many hosts; `odd` of them have an address of their own, the others one in common. */
const reportOf = (hosts: number, odd: number): Report => ({
  questions: '1',
  resolvers: NAMESERVERS.map((address) => ({ address })),
  ...groupHosts(
    NAMESERVERS.map((nameserver) => ({
      ...{ zone: ZONE, nameserver },
      hosts: Array.from({ length: hosts }, (_, index) => {
        const address = index < odd ? `192.0.${index >> 8}.${index & 255}` : '10.0.20.203';
        return [`host-${index}.${ZONE}`, [lookOf(address)]] as const;
      }),
    })),
  ),
});
const sizeOf = (report: Report): number => JSON.stringify(report).length;

test('ten thousand hosts that are answered alike, but for some, need little', () => {
  const report = reportOf(10_000, 100);
  expect(sizeOf(report)).toBeLessThan(80_000);
  expect(fitReport(report)).toBe(report);
});

test.each([3_000, 10_000])(
  'of %d hosts that are answered otherwise some are left out, and nobody is taken for another',
  (odd) => {
    const whole = reportOf(10_000, odd);
    const fitted = fitReport(whole);
    expect(sizeOf(whole)).toBeGreaterThan(LONGEST_REPORT);
    expect(sizeOf(fitted)).toBeLessThanOrEqual(LONGEST_REPORT);
    expect(fitted.truncated).toBe(true);
    const [before, after] = [indexReport(whole), indexReport(fitted)];
    let told = 0;
    const mistaken: string[] = [];
    for (const nameserver of NAMESERVERS) {
      for (let index = 0; index < 10_000; index++) {
        const host = `host-${index}.${ZONE}`;
        const text = after.seen(nameserver, ZONE, host)?.text;
        const isRight =
          text === undefined
            ? after.isLeftOut(nameserver, ZONE, host)
            : text === before.seen(nameserver, ZONE, host)?.text;
        if (!isRight) mistaken.push(`${nameserver} ${host}`);
        told += text === undefined ? 0 : 1;
      }
    }
    expect(mistaken).toEqual([]);
    expect(told).toBeGreaterThan(500);
  },
);
