import type { Cause, Verdict } from './verdict.ts';

/*
 * The words that conditions and Events give as their reason: closed lists, part of the API that users see. Each has its
 * heading in docs/troubleshooting.md.
 */

/** Reasons of a zone's conditions, but for HostsResolve, which has those of the audiences of its hosts. */
export const ZONE_REASONS = [
  'Synced',
  'Pending',
  'DryRun',
  'Unreachable',
  'NotAuthenticated',
  'LoginBlocked',
  'AccessDenied',
  'ZoneNotFound',
  'ZoneNotWritable',
  'ZoneDisabled',
  'UnexpectedAnswer',
  'NoAddress',
  'AddressKept',
  'Conflict',
  'NoServers',
  'Cached',
  'SerialBehind',
  'SerialAhead',
  'ServerSilent',
  'TwoPrimaries',
  'AwaitingApproval',
  'OwnerIdInUse',
] as const;
export type ZoneReason = (typeof ZONE_REASONS)[number];

/** Reasons of a host's condition RecordPublished. */
export const RECORD_REASONS = [
  'Published',
  'Pending',
  'Conflict',
  'ZoneMissing',
  'Excluded',
  'Observed',
  'DryRun',
  'Retained',
  'SourceGone',
  'DeletionPending',
  'Rejected',
] as const;
export type RecordReason = (typeof RECORD_REASONS)[number];

/** Reasons of the conditions of a host's audiences: the cause where there is one, else the verdict. */
export type AudienceReason = Verdict | Cause;

/** Reasons of a vantage's condition Reporting. */
export const VANTAGE_REASONS = ['Reporting', 'Pending', 'Throttled', 'LeaseExpired', 'Truncated'] as const;
export type VantageReason = (typeof VANTAGE_REASONS)[number];

/** Reasons of Events that are no condition's reason. */
export const EVENT_REASONS = [
  'InvalidName',
  'InvalidRule',
  'HostPatternSkipped',
  'SourceConflict',
  'HidesFromWildcard',
  'RecordRepaired',
  'ManyHostsChanged',
] as const;
export type EventReason = (typeof EVENT_REASONS)[number];

/** Every reason that a condition may have. */
export type ConditionReason = ZoneReason | RecordReason | AudienceReason | VantageReason;

/** Where a person reads what a reason means and what to do about it, as a path of this repository. */
export function helpOn(reason: string): string {
  return `docs/troubleshooting.md#${reason.toLowerCase()}`;
}
