import type { PartitionOffsets } from './partition-offsets.js';
import { Signal } from './signal.js';

/** Messages of one partition that may wait for their acknowledgement at once. */
const MAX_WAITING = 1024;

interface Entry {
  /** Place in the batch. */
  readonly index: number;
  readonly offset: string;
  state: 'waiting' | 'acknowledged' | 'failed';
}

/** The first message, in the order of offsets, whose acknowledgement failed. */
export interface AcknowledgementFailure {
  readonly index: number;
  readonly error: unknown;
}

/**
 * Messages of one batch whose handler has returned, while what it left behind (`payload.defer()`) is not done yet.
 *
 * Invariants
 * - A message counts as handled only when it and every one before it is acknowledged: no commit ever passes a message
 *   that is still waiting, or that failed.
 * - At most `MAX_WAITING` wait; `whenRoom()` is what holds the next handler back.
 */
export class Acknowledgements {
  readonly #offsets: PartitionOffsets;
  readonly #onHandled: () => void;
  readonly #entries: Entry[] = [];
  readonly #changed = new Signal();
  #waiting = 0;
  #failure: AcknowledgementFailure | null = null;

  constructor(offsets: PartitionOffsets, onHandled: () => void) {
    this.#offsets = offsets;
    this.#onHandled = onHandled;
  }

  /** Of all that have settled so far. Nothing new should be handled after it. */
  get failure(): AcknowledgementFailure | null {
    return this.#failure;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** `done`: what the message waits for; undefined if only for those before it. */
  add(index: number, offset: string, done: PromiseLike<unknown> | undefined): void {
    const entry: Entry = { index, offset, state: done === undefined ? 'acknowledged' : 'waiting' };
    this.#entries.push(entry);
    if (done === undefined) {
      return;
    }
    this.#waiting++;
    done.then(
      () => this.#settle(entry, 'acknowledged'),
      (error: unknown) => {
        if (this.#failure === null || index < this.#failure.index) {
          this.#failure = { index, error };
        }
        this.#settle(entry, 'failed');
      },
    );
  }

  async whenRoom(): Promise<void> {
    while (this.#waiting >= MAX_WAITING) {
      await this.#changed.wait();
    }
  }

  /** Resolves when nothing waits any more, be it acknowledged or failed. */
  async whenSettled(): Promise<void> {
    while (this.#waiting > 0) {
      await this.#changed.wait();
    }
  }

  #settle(entry: Entry, state: 'acknowledged' | 'failed'): void {
    entry.state = state;
    this.#waiting--;
    let done = 0;
    while (this.#entries[done]?.state === 'acknowledged') {
      done++;
    }
    if (done > 0) {
      for (const { offset } of this.#entries.splice(0, done)) {
        this.#offsets.handled(offset);
      }
      this.#onHandled();
    }
    this.#changed.notify();
  }
}
