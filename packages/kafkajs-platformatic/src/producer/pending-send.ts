import type { RecordMetadata } from './producer-records.js';

/**
 * One `send` or `sendBatch` of the application. It settles when every one of its records has: with the place of its
 * first record on each partition, or with the first error.
 */
export class PendingSend {
  readonly promise: Promise<RecordMetadata[]>;
  /** Nearly every send is for one partition, so only a second one makes a map. */
  #first: RecordMetadata | undefined;
  #others: Map<string, RecordMetadata> | undefined;
  readonly #onSettled: () => void;
  #resolve!: (metadata: RecordMetadata[]) => void;
  #reject!: (error: Error) => void;
  #outstanding: number;
  #error: Error | undefined;

  /** @param recordCount at least 1 */
  constructor(recordCount: number, onSettled: () => void) {
    this.#outstanding = recordCount;
    this.#onSettled = onSettled;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** `count` records were written. `metadata` is left out where nobody acknowledges (acks 0). */
  succeed(count: number, metadata: RecordMetadata | undefined): void {
    if (metadata !== undefined) {
      this.#note(metadata);
    }
    this.#settle(count);
  }

  /** `count` records were not written, or nobody knows. */
  fail(count: number, error: Error): void {
    this.#error ??= error;
    this.#settle(count);
  }

  #note(metadata: RecordMetadata): void {
    const first = (this.#first ??= metadata);
    if (first.partition === metadata.partition && first.topicName === metadata.topicName) {
      return;
    }
    const key = `${metadata.topicName}:${metadata.partition}`;
    this.#others ??= new Map();
    if (!this.#others.has(key)) {
      this.#others.set(key, metadata);
    }
  }

  #settle(count: number): void {
    this.#outstanding -= count;
    if (this.#outstanding > 0) {
      return;
    }
    this.#onSettled();
    if (this.#error === undefined) {
      const written = this.#first === undefined ? [] : [this.#first];
      this.#resolve(this.#others === undefined ? written : [...written, ...this.#others.values()]);
    } else {
      this.#reject(this.#error);
    }
  }
}
