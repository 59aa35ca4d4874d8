import { describe, expect, it } from 'vitest';
import { createMarkerMemory } from '../../../../src/controller/zone/marker-memory.ts';
import type { HostStatus, ZoneStatus } from '../../../../src/model/api.ts';
import type { ZoneRecord } from '../../../../src/model/record.ts';
import type { ZoneView } from '../../../../src/model/views.ts';

const HOUR = 3_600_000;
const record = (name: string, type: string, value: string): ZoneRecord => {
  return { name, type, value, ttl: 300, comments: '', disabled: false };
};
const GIT = record('git.example.com', 'CNAME', 'example.com');
const condition = (type: string, reason: string) => ({ type, status: 'True', reason, message: '' }) as const;
const hostStatus = (reason: string, adopted = false): HostStatus => ({
  records: [
    { name: GIT.name, type: 'CNAME', ttlSeconds: 300, values: ['example.com'], ...(adopted && { adopted: true }) },
  ],
  conditions: [condition('RecordPublished', reason)],
});
const zoneStatus = (reason: string): ZoneStatus => ({
  targets: [{ record: '@', addresses: ['10.0.20.203'] }],
  conditions: [condition('TargetsPublished', reason)],
});

/** A memory over these statuses, and the clock that it goes by. */
const memoryOf = ({ host, zone = { conditions: [] } }: { host?: HostStatus; zone?: ZoneStatus }) => {
  const clock = { now: 0 };
  const view = { name: 'example.com', status: zone } as ZoneView;
  const hostOf = (name: string): HostStatus | undefined => (name === GIT.name ? host : undefined);
  return { clock, memory: createMarkerMemory({ zone: () => view, hostStatus: hostOf, now: () => clock.now }) };
};

describe('a record without a marker', () => {
  it.each([
    { name: 'that was published is ours', given: hostStatus('Published'), want: { adopted: false } },
    { name: 'that was taken over stays so', given: hostStatus('Published', true), want: { adopted: true } },
    { name: 'whose source went is ours', given: hostStatus('SourceGone'), want: { adopted: false } },
    { name: 'that was in the way is not', given: hostStatus('Conflict'), want: undefined },
    { name: 'that was only observed is not', given: hostStatus('Observed'), want: undefined },
    { name: 'without a host is not', given: undefined, want: undefined },
  ])('$name', ({ given, want }) => {
    const { memory } = memoryOf(given === undefined ? {} : { host: given });
    expect(memory.find(GIT)).toEqual(want);
  });

  it.each([
    { name: 'value', given: { ...GIT, value: 'other.example.com' } },
    { name: 'type', given: { ...GIT, type: 'A' } },
  ])('of another $name than was published is not ours', ({ given }) => {
    expect(memoryOf({ host: hostStatus('Published') }).memory.find(given)).toBeUndefined();
  });

  it('that was a target is ours, but as if it had been taken over', () => {
    const apex = record('example.com', 'A', '10.0.20.203');
    expect(memoryOf({ zone: zoneStatus('Synced') }).memory.find(apex)).toEqual({ adopted: true });
    expect(memoryOf({ zone: zoneStatus('Conflict') }).memory.find(apex)).toBeUndefined();
    expect(memoryOf({ zone: zoneStatus('Synced') }).memory.find({ ...apex, value: '10.0.20.9' })).toBeUndefined();
  });
});

describe('a marker that was given', () => {
  it('is not given again for an hour, and is due then, once', () => {
    const { memory, clock } = memoryOf({});
    expect(memory.isHeld(GIT)).toBe(false);
    memory.given(GIT);
    clock.now = HOUR - 1;
    expect(memory.isHeld(GIT)).toBe(true);
    expect(memory.isHeld({ ...GIT, value: 'other' })).toBe(false);
    expect(memory.takeDue()).toEqual([]);
    clock.now = HOUR;
    expect(memory.isHeld(GIT)).toBe(false);
    expect(memory.takeDue()).toEqual([GIT.name]);
    expect(memory.takeDue()).toEqual([]);
  });

  it('may be given again at once where we took it away ourselves', () => {
    const { memory } = memoryOf({});
    memory.given(GIT);
    memory.forget(GIT);
    expect(memory.isHeld(GIT)).toBe(false);
  });
});
