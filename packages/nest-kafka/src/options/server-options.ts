import type { DeliveryPolicy } from '../delivery/policy/delivery-policy.js';

/** Options that only a server reads. */
export interface KafkaServerSideOptions {
  /**
   * How long `close()` waits for handlers and replies in flight, in milliseconds. What has not ended by then is not
   * committed, and is delivered again to whoever consumes next.
   *
   * @default 10000
   */
  gracePeriod?: number;
  /**
   * Whether requests whose deadline has passed are dropped unhandled. Turn it off where the clocks of clients and
   * servers differ by more than the request timeout. One that is set while a process runs does not count.
   *
   * @default true
   */
  dropExpiredRequests?: boolean;
  /**
   * What happens to messages of event handlers; `@Delivery()` says it for one handler, word by word.
   *
   * @default in the order of the partition, acknowledged by the handler's end, delivered again until it succeeds
   */
  delivery?: DeliveryPolicy;
}
