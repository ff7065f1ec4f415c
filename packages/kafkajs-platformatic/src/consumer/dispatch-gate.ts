import { Signal } from './signal.js';

/**
 * Decides whether handlers may be started, and knows how many are running.
 *
 * Invariant: after `close()` no handler starts until `open()`; `whenIdle()` resolves only when none is running.
 * Together they are the "stop dispatching, await what is in flight" of a rebalance and of a stop.
 */
export class DispatchGate {
  readonly #idle = new Signal();
  #isOpen = false;
  #running = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get running(): number {
    return this.#running;
  }

  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
  }

  enter(): void {
    this.#running++;
  }

  leave(): void {
    if (--this.#running === 0) {
      this.#idle.notify();
    }
  }

  async whenIdle(): Promise<void> {
    while (this.#running > 0) {
      await this.#idle.wait();
    }
  }
}
