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
   * servers differ by more than the request timeout.
   *
   * @default true
   */
  dropExpiredRequests?: boolean;
}
