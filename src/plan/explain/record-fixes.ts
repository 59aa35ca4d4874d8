import { helpOn } from '../../model/reason.ts';
import { parseHostStatus } from '../../model/views.ts';
import type { ExplainFacts } from './facts.ts';
import type { Fix, Snippet, Word } from './page.ts';
import { patchSnippet } from './snippets.ts';

const MOST_SHARED = 3;
/** The label of hosts that the operator made. */
const GENERATED = 'splithorizon.dev/generated';
/** Reasons of RecordPublished with which all is as somebody wants it. */
const NO_FAULT: ReadonlySet<string> = new Set(['Published', 'Observed', 'Excluded']);

/** What to do about the record, in at most one entry. */
export function recordFixes(published: Word, facts: ExplainFacts): Fix[] {
  const { reason, message } = published;
  if (NO_FAULT.has(reason)) return [];
  const shared = facts.others.filter(({ statusText }) => {
    const { conditions } = parseHostStatus(statusText);
    return conditions.some((other) => other.type === published.type && other.reason === reason);
  });
  return [
    {
      about: 'record',
      what: adviceOn(reason, message),
      help: helpOn(reason),
      snippets: snippetsFor(reason, message, facts),
      shared: { count: shared.length, sample: shared.slice(0, MOST_SHARED).map(({ spec }) => spec.host) },
    },
  ];
}

/** Comments with the mark of an operator: such a record is never taken over. */
function isMarked(message: string): boolean {
  return message.includes('comments "splithorizon:');
}

function adviceOn(reason: string, message: string): string {
  switch (reason) {
    case 'Conflict':
      return isMarked(message)
        ? 'Another cluster, or another ownerId, wants the same name, and its record is not taken over: decide who shall have it.'
        : 'Delete that record in Technitium, and the right one is written within seconds. Or one of these:';
    case 'DryRun':
      return 'Nothing is written before the policy of the zone says so.';
    case 'SourceGone':
      return 'Nothing names the host any more: its record goes after the grace time. To keep it:';
    case 'DeletionPending':
      return 'Nothing names the host any more, and the deletion waits for a person. If it shall go, with all that wait:';
    case 'Retained':
      return 'The record stands as it was. Bring the source or its load balancer back, or let it stand.';
    case 'ZoneMissing':
      return 'Make a SplitHorizonZone that the name lies in, or delete the SplitHorizonHost.';
    case 'Rejected':
      return 'What is wanted cannot be: change what the message names.';
    default:
      return 'The operator waits for what the message names; if nothing changes within a minute, look whether it runs: kubectl -n splithorizon get pods';
  }
}

function snippetsFor(reason: string, message: string, { view, zone }: ExplainFacts): Snippet[] {
  if (zone === undefined) return [];
  const { name, spec } = zone.view;
  const kubectl = (where: string, text: string): Snippet => ({ for: 'kubectl', where, text });
  switch (reason) {
    case 'Conflict':
      return [
        patchSnippet('to keep it, and have it judged', `shh ${view.name}`, { record: 'Observed' }),
        patchSnippet('to keep it, and leave the name alone', `shz ${name}`, {
          exclude: [...spec.exclude, view.spec.host],
        }),
        ...(isMarked(message)
          ? []
          : [
              patchSnippet('to take over what is in the way, everywhere in the zone', `shz ${name}`, {
                adoption: 'Always',
              }),
            ]),
      ];
    case 'DryRun':
      return [patchSnippet('to have the zone written', `shz ${name}`, { policy: 'Sync' })];
    case 'SourceGone':
      return [kubectl('to make the host yours', `kubectl label shh ${view.name} ${GENERATED}-`)];
    case 'DeletionPending': {
      const id = zone.view.status.pendingDeletions?.id;
      if (id === undefined) return [];
      const text = `kubectl annotate shz ${name} --overwrite splithorizon.dev/approve-deletions=${id}`;
      return [kubectl('to approve', text)];
    }
    default:
      return [];
  }
}
