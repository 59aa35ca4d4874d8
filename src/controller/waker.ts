/** Lets a loop sleep until there is something to do, or until a time has passed. */
export interface Waker {
  /** Ends the present wait, or the next one at once. */
  wake(): void;
  /** Resolves when woken, after `ms` milliseconds, or when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** A waker for one waiting loop. */
export function createWaker(): Waker {
  let awake = false;
  let end: (() => void) | undefined;
  return {
    wake() {
      awake = true;
      end?.();
    },
    wait(ms, signal) {
      if (awake || signal.aborted) {
        awake = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          end = undefined;
          awake = false;
          resolve();
        };
        // Longer waits than a timer can hold end early: whoever waits looks again.
        const timer = setTimeout(done, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
        signal.addEventListener('abort', done);
        end = done;
      });
    },
  };
}
