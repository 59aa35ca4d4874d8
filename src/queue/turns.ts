/** How long work goes on before sockets are read: thousands of pieces that wait for nothing would else keep them unread. */
const TURN_MS = 2;

/** Makes what each piece of work waits for before it begins: nothing, or the next turn of the event loop. */
export function createTurns(): () => Promise<void> {
  let endsAt = -Infinity;
  return async () => {
    if (performance.now() < endsAt) return;
    await new Promise((resolve) => setImmediate(resolve));
    endsAt = performance.now() + TURN_MS;
  };
}

/** Works on each item, now as far as one turn of the event loop allows, and on the rest in later ones. `work` never throws. */
export function inTurns<T>(items: Iterable<T>, work: (item: T) => void): void {
  const iterator = items[Symbol.iterator]();
  const turn = (): void => {
    const endsAt = performance.now() + TURN_MS;
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      work(next.value);
      if (performance.now() < endsAt) continue;
      setImmediate(turn);
      return;
    }
  };
  turn();
}
