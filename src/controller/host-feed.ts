import type { Logger } from 'pino';
import type { HostView } from '../model/views.ts';
import { pause } from './pause.ts';
import type { Evidence, World } from './world.ts';

/** Brings SplitHorizonHosts into the world. */
export interface HostFeed {
  put(view: HostView): void;
  remove(name: string, evidence: Evidence): void;
  /** A listing is complete. */
  listed(): void;
}

/** What it takes to tell whether a deletion was meant. */
export interface HostFeedOptions {
  readonly world: World;
  /** Whether the CRD of SplitHorizonHosts is being deleted, or gone. */
  readonly isKindGoing: (signal: AbortSignal) => Promise<boolean>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const RETRY_MS = 5_000;

/**
 * With their CRD, hosts are deleted one by one, each seen by the watch, though nobody meant them. So the end of a host that
 * a person wrote counts once it is known that the kind stays; what went with the kind stands until a listing lacks it.
 */
export function createHostFeed({ world, isKindGoing, log, signal }: HostFeedOptions): HostFeed {
  const doubted = new Set<string>();
  const confirm = async (name: string): Promise<void> => {
    while (doubted.has(name) && !signal.aborted) {
      try {
        const isMeant = !(await isKindGoing(signal));
        if (isMeant && doubted.delete(name)) world.removeHost(name, 'Seen');
        return;
      } catch (error) {
        log.warn({ host: name, err: error }, 'cannot tell whether the deletion of the SplitHorizonHost was meant');
        await pause(RETRY_MS, signal);
      }
    }
  };
  return {
    put(view) {
      doubted.delete(view.name);
      world.putHost(view);
    },
    remove(name, evidence) {
      if (evidence === 'Inferred' || world.hostObjects.get(name)?.generated !== false) {
        world.removeHost(name, evidence);
        return;
      }
      doubted.add(name);
      void confirm(name);
    },
    listed() {
      for (const name of doubted) world.removeHost(name, 'Inferred');
      doubted.clear();
    },
  };
}
