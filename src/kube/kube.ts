import { openAccess, type AccessOptions } from './access.ts';
import { createEventRecorder, type EventParts, type RecordEvent } from './events.ts';
import type { WriteGuard } from '../model/write-guard.ts';
import { createLeases, type Leases } from './leases.ts';
import { createObjects, type Objects } from './objects.ts';
import { createRest, type Rest } from './rest.ts';
import { createStream, type Stream, type StreamParts } from './stream.ts';
import { createTransport } from './transport.ts';
import { createViews, type Views } from './views.ts';

/** What the connection to the API server is made of. */
export interface ConnectOptions extends AccessOptions, Pick<StreamParts, 'now' | 'random'>, Omit<EventParts, 'rest'> {
  /** Version of the operator, for the user agent. */
  readonly version: string;
}

/** The API server, as far as the operator needs it. */
export interface Kube extends Objects {
  readonly stream: Stream;
  readonly views: Views;
  readonly recordEvent: RecordEvent;
  readonly leases: Leases;
  /** The same API server, but each write but those of Leases is asked of the guard first. The signal ends its Events. */
  guardedBy(guard: WriteGuard, signal: AbortSignal): Kube;
}

/** Prepares the connection; throws where no API server is named, or its kubeconfig cannot be read. Nothing is sent yet. */
export function connect(options: ConnectOptions): Kube {
  const send = createTransport(openAccess(options), `splithorizon/${options.version}`);
  const rest = createRest(send);
  const views = createViews();
  const stream = createStream({ send, rest, now: options.now, random: options.random });
  const leases = createLeases(rest);
  const over = (used: Rest, signal: AbortSignal): Kube => ({
    ...createObjects(used, views),
    ...{ stream, views, leases },
    recordEvent: createEventRecorder({ ...options, rest: used, signal }),
    guardedBy: (guard, ending) => over(createRest(send, guard), ending),
  });
  return over(rest, options.signal);
}
