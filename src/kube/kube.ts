import { openAccess, type AccessOptions } from './access.ts';
import { createEventRecorder, type EventParts, type RecordEvent } from './events.ts';
import { createObjects, type Objects } from './objects.ts';
import { createRest } from './rest.ts';
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
}

/** Prepares the connection; throws where no API server is named, or its kubeconfig cannot be read. Nothing is sent yet. */
export function connect(options: ConnectOptions): Kube {
  const send = createTransport(openAccess(options), `splithorizon/${options.version}`);
  const rest = createRest(send);
  const views = createViews();
  return {
    ...createObjects(rest, views),
    stream: createStream({ send, rest, now: options.now, random: options.random }),
    views,
    recordEvent: createEventRecorder({ ...options, rest }),
  };
}
