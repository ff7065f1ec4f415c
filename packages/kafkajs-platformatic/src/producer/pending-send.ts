import type { RecordMetadata } from './producer-records.js';

/**
 * One `send` or `sendBatch` of the application. It settles when every one of its records has: with the place of its
 * first record on each partition, or with the first error.
 */
export class PendingSend {
  readonly promise: Promise<RecordMetadata[]>;
  readonly #results = new Map<string, RecordMetadata>();
  #resolve!: (metadata: RecordMetadata[]) => void;
  #reject!: (error: Error) => void;
  #outstanding: number;
  #error: Error | undefined;

  constructor(recordCount: number) {
    this.#outstanding = recordCount;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (recordCount === 0) {
      this.#resolve([]);
    }
  }

  /** `count` records were written. `metadata` is left out where nobody acknowledges (acks 0). */
  succeed(count: number, metadata: RecordMetadata | undefined): void {
    if (metadata !== undefined) {
      const key = `${metadata.topicName}:${metadata.partition}`;
      if (!this.#results.has(key)) {
        this.#results.set(key, metadata);
      }
    }
    this.#settle(count);
  }

  /** `count` records were not written, or nobody knows. */
  fail(count: number, error: Error): void {
    this.#error ??= error;
    this.#settle(count);
  }

  #settle(count: number): void {
    this.#outstanding -= count;
    if (this.#outstanding > 0) {
      return;
    }
    if (this.#error === undefined) {
      this.#resolve([...this.#results.values()]);
    } else {
      this.#reject(this.#error);
    }
  }
}
