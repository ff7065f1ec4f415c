/** What happened to a message that failed: plain data. */
export interface DeliveryEvent {
  /**
   * - `retried`: it will be delivered again, in `retryIn` milliseconds.
   * - `dead-lettered`: it was given up, and is in the topic `deadLetter` now.
   * - `skipped`: it was given up, and the policy says `deadLetter: false`.
   * - `undeliverable`: it was to be given up or put aside, but could not be written to `deadLetter` or `retryTopic`; it will be
   *   delivered again.
   */
  type: 'retried' | 'dead-lettered' | 'skipped' | 'undeliverable';
  /** The pattern of the handler. */
  handler: string;
  topic: string;
  partition: number;
  offset: string;
  /** As text; `null` for a message without a key. */
  key: string | null;
  /** The delivery that failed: 1 for the first. */
  attempt: number;
  /** What was thrown, before exception filters: the name of its class, and its message. */
  error: { name: string; message: string };
  /** Milliseconds. */
  retryIn?: number;
  /** The topic. */
  deadLetter?: string;
  /** Where it waits, if it was `retried` by a retry topic; where it could not be put, if it is `undeliverable`. */
  retryTopic?: string;
}

/** Is told of deliveries that failed. */
export type DeliveryListener = (event: DeliveryEvent) => void;
