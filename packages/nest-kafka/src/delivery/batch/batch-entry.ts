import type { EachMessagePayload } from '../../driver/kafka-types.js';

/** A record on its way through a batch; `done` settles as the record does. */
export class BatchEntry {
  readonly offset: bigint;
  /** Of the monotonic clock, milliseconds. */
  readonly arrived = performance.now();
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;

  constructor(
    readonly payload: EachMessagePayload,
    readonly attempt: number,
  ) {
    this.offset = BigInt(payload.message.offset);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.resolve = resolve;
    this.reject = reject;
  }
}
