import type { TechnitiumReason } from './errors.ts';

/** What to do about a failure that is known no closer than by its reason; empty where the message says it all. */
export const ADVICE: Readonly<Record<TechnitiumReason, string>> = {
  Unreachable: 'Check that Technitium runs and that spec.technitium.url leads to its HTTP API.',
  NotAuthenticated:
    'Put a valid API token (key "token") or user (keys "username" and "password") into the Secret; it is taken up within a minute.',
  LoginBlocked:
    'Correct "password" in the Secret, or use an API token (key "token"), which is let in even now; nothing is sent before the block is over.',
  AccessDenied: 'Give the user of the Secret the rights View, Modify and Delete on the zone.',
  ZoneNotFound:
    'Create it on Technitium as a Primary zone, or give the user of the Secret rights on it: without any it looks missing.',
  ZoneNotWritable: 'Let spec.technitium.url lead to the server that holds the zone as Primary.',
  ZoneDisabled: 'Enable the zone on Technitium.',
  UnexpectedAnswer: "Let spec.technitium.url be the address of Technitium's own web service, such as http://dns:5380.",
  TwoPrimaries:
    'Let spec.technitium.url lead to the primary of the cluster. If the zone was taken out of it on purpose, delete the SplitHorizonZone and make it again: no record goes with it.',
  AlreadyExists: '',
  NoSuchRecord: '',
  CnameConflict: '',
  NotACopy: '',
  Rejected: '',
};
