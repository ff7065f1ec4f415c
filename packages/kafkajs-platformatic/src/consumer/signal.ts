/**
 * Wakes every waiter at once. A waiter looks at the condition itself, before waiting and after waking; as both
 * happen without an `await` between them, no wake-up can be lost.
 */
export class Signal {
  #waiters: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise(resolve => this.#waiters.push(resolve));
  }

  notify(): void {
    if (this.#waiters.length === 0) {
      return;
    }
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) {
      wake();
    }
  }
}
