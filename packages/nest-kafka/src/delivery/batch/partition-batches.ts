import type { EachMessagePayload } from '../../driver/kafka-types.js';
import { BatchEntry } from './batch-entry.js';
import type { BatchOutcome } from './batch-runner.js';

export interface PartitionBatchesPorts {
  readonly size: number;
  /** Milliseconds. */
  readonly flushAfter: number;
  run(payloads: readonly EachMessagePayload[], attempt: number): Promise<BatchOutcome>;
  /** Resolves when a failed record is done with, rejects when it is to be delivered again. */
  fail(payload: EachMessagePayload, attempt: number, error: unknown): Promise<void>;
  /** False if a record that failed is done with all the same: then nothing waits for it. */
  readonly comesAgain: boolean;
  /** Whether a record of a batch that failed is done all the same. */
  isDone(payload: EachMessagePayload): boolean;
}

/**
 * The records of one partition on their way through batches, for one tenure: within it a record that failed comes again.
 *
 *     gathering ──enough, or the first has waited long enough──▶ running ──▶ gathering
 *         ▲                                                        │
 *         └──the failed record is here again── waiting ◀──a record goes back to the engine
 *
 * Invariants
 * - One batch runs at a time, and batches follow the order of offsets: while a failed record is with the engine, whatever
 *   stands behind it waits here.
 * - A batch that failed as a whole comes again as the same batch; an item that failed comes again alone.
 * - When the partition is given up (`payload.signal`), what does not run is rejected: nobody waits for it.
 * - What waits is bounded by what the engine allows to be deferred.
 */
export class PartitionBatches {
  private readonly entries: BatchEntry[] = [];
  private running = false;
  private timer: NodeJS.Timeout | undefined;
  private signal: AbortSignal | undefined;
  /** The failed record that is with the engine. */
  private awaited: bigint | undefined;
  /** Last offset of what failed together and comes again together. */
  private extent: bigint | undefined;

  constructor(private readonly ports: PartitionBatchesPorts) {}

  /** Settles as the record does. */
  add(payload: EachMessagePayload, attempt: number): Promise<void> {
    const entry = new BatchEntry(payload, attempt);
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1] as BatchEntry).offset > entry.offset) {
      place--;
    }
    this.entries.splice(place, 0, entry);
    this.listen(payload.signal);
    if (entry.offset === this.awaited) {
      this.awaited = undefined;
    }
    this.consider();
    return entry.done;
  }

  private consider(): void {
    const [first] = this.entries;
    if (this.running || this.awaited !== undefined || first === undefined) {
      return;
    }
    const waited = performance.now() - first.arrived;
    if (this.extent !== undefined || this.entries.length >= this.ports.size || waited >= this.ports.flushAfter) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), this.ports.flushAfter - waited);
    }
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const [first] = this.entries;
    if (this.running || this.awaited !== undefined || first === undefined) {
      return;
    }
    const { extent } = this;
    this.extent = undefined;
    // What is behind the extent failed together with nothing.
    const together = extent === undefined || first.offset > extent ? [] : this.entries.filter(e => e.offset <= extent);
    const batch = this.entries.splice(0, together.length || this.ports.size);
    this.running = true;
    void this.run(batch, first.attempt).finally(() => {
      this.running = false;
      this.consider();
    });
  }

  private async run(batch: readonly BatchEntry[], attempt: number): Promise<void> {
    const payloads = batch.map(({ payload }) => payload);
    const { done, failed, error } = await this.ports.run(payloads, attempt);
    for (const entry of batch.slice(0, done)) {
      entry.resolve();
    }
    const concerned = batch.slice(done, done + failed);
    for (const [index, entry] of concerned.entries()) {
      if (this.ports.isDone(entry.payload)) {
        entry.resolve();
        continue;
      }
      try {
        await this.ports.fail(entry.payload, attempt, error);
        entry.resolve();
      } catch (rejection) {
        if (!this.ports.comesAgain) {
          entry.reject(rejection);
          continue;
        }
        this.goBack(entry, concerned.at(-1) as BatchEntry, rejection);
        this.putBack(batch.slice(done + index + 1), rejection);
        return;
      }
    }
    this.putBack(batch.slice(done + failed), error);
  }

  /** The first of what failed together goes back to the engine, which knows when it comes again; it brings the others. */
  private goBack(entry: BatchEntry, last: BatchEntry, rejection: unknown): void {
    this.awaited = entry.offset;
    this.extent = last.offset;
    entry.reject(rejection);
  }

  /** They wait for what is before them, unless nothing is worth waiting for. */
  private putBack(behind: readonly BatchEntry[], rejection: unknown): void {
    const rest: BatchEntry[] = [];
    for (const entry of behind) {
      if (this.ports.isDone(entry.payload)) {
        entry.resolve();
      } else {
        rest.push(entry);
      }
    }
    if (this.signal?.aborted === true) {
      for (const entry of rest) {
        entry.reject(rejection);
      }
      return;
    }
    this.entries.unshift(...rest);
  }

  private listen(signal: AbortSignal | undefined): void {
    if (signal !== undefined && signal !== this.signal) {
      this.signal = signal;
      signal.addEventListener('abort', () => this.interrupt(signal), { once: true });
    }
  }

  private interrupt(signal: AbortSignal): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const entry of this.entries.splice(0)) {
      entry.reject(signal.reason);
    }
  }
}
