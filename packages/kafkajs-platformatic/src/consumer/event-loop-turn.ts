/** So long messages may follow each other without a turn of the event loop, milliseconds. */
const LONGEST = 20;

/**
 * Handlers that do not wait for anything follow each other in microtasks, and neither timers nor sockets have a turn while
 * there is one: thousands of messages that came with one fetch would cost a heartbeat, and the member its place in the group.
 */
export class EventLoopTurn {
  #last = performance.now();
  #next: Promise<void> | undefined;

  get isDue(): boolean {
    return performance.now() - this.#last >= LONGEST;
  }

  /** Resolves in the next turn; all partitions wait for the same one. */
  pass(): Promise<void> {
    this.#next ??= new Promise(resolve => {
      setImmediate(() => {
        this.#next = undefined;
        this.#last = performance.now();
        resolve();
      });
    });
    return this.#next;
  }
}
