import type { ReplyOptions } from './reply-options.js';

/** Options that only a client reads. */
export interface KafkaClientSideOptions {
  /**
   * How long a request waits for its next reply, in milliseconds, counted from `send()`; `0` waits for ever. The
   * deadline travels with the request, so that a server can drop what nobody waits for any more.
   * `KafkaRecordBuilder.setTimeout()` overrides it for one call.
   *
   * @default 30000
   */
  requestTimeout?: number;
  /**
   * How many requests may wait for their replies at once. The next one fails at once with `TooManyRequestsError`.
   *
   * @default 65536
   */
  maxPendingRequests?: number;
  /** How replies come back. */
  reply?: ReplyOptions;
}
