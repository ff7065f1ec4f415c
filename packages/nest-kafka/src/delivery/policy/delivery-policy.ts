import type { IncomingMessage } from '../../incoming/incoming-message.js';

/** An exception class. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/**
 * What happens to the messages of a handler: plain data, declared by `@Delivery()` beside `@EventPattern()`, or by
 * `options.delivery` for all event handlers of a server. All of it is checked when the server starts, and what cannot hold
 * together is refused with the reason.
 *
 * Without any of it, a message is handled in the order of its partition, acknowledged when its handler has ended, and
 * delivered again, with backoff, until it succeeds.
 */
export interface DeliveryPolicy {
  /**
   * When a message counts as done, so that its offset may be committed.
   * - `handler`: when its handler has ended without an error.
   * - `manual`: when the handler calls `context.ack()`; `context.nack()` has it delivered again.
   * - `receipt`: before its handler runs. What fails is logged, and lost: at most once.
   *
   * @default 'handler'
   */
  ack?: 'handler' | 'manual' | 'receipt';
  /**
   * Which messages wait for each other.
   * - `partition`: each for the one before it in its partition.
   * - `key`: each for the one before it with the same key. Messages without a key wait for none.
   * - `none`: none.
   *
   * @default 'partition'
   */
  order?: 'partition' | 'key' | 'none';
  /**
   * How many messages of a partition are with the handler at once.
   *
   * @default 1 with `order: 'partition'`, otherwise 100
   */
  concurrency?: number;
  /** How often a message is delivered before it is given up, and when. A number is short for `{ attempts }`. */
  retry?: number | DeliveryRetry;
  /**
   * Where a message goes that is given up: a topic, or a function that names it. `false`: nowhere, it is logged and skipped.
   * Without it nothing is ever given up, so `retry.attempts` needs it.
   */
  deadLetter?: string | DeadLetterTopic | false;
  /** The handler gets arrays. `true` is short for `{}`. */
  batch?: boolean | DeliveryBatch;
  /** What the handler emits through its context, and the offsets it has read, are committed together, or not at all. */
  transaction?: boolean | DeliveryTransaction;
  /** At most so many messages in so much time, over all partitions of this process. */
  rateLimit?: DeliveryRateLimit;
  /** Messages for which it returns `false` are not for this handler: they are done without it. */
  filter?: (message: IncomingMessage) => boolean;
}

/** Names the topic for a message that is given up. */
export type DeadLetterTopic = (message: IncomingMessage, error: unknown) => string;

/** How a failed message is tried again. */
export interface DeliveryRetry {
  /**
   * Deliveries in all, the first among them.
   *
   * @default Infinity
   */
  attempts?: number;
  /**
   * Before the second delivery, in milliseconds.
   *
   * @default 1000
   */
  delay?: number;
  /**
   * What the delay is multiplied by each time.
   *
   * @default 2
   */
  factor?: number;
  /**
   * The longest delay, in milliseconds.
   *
   * @default 30000
   */
  maxDelay?: number;
  /**
   * The part of a delay that is left to chance, from 0 to 1: 0.2 makes 1000 ms anything from 800 to 1200.
   *
   * @default 0.2
   */
  jitter?: number;
  /** Only these are tried again; others are given up at once. */
  retriable?: readonly ErrorClass[];
  /**
   * These are given up at once.
   *
   * @default Nest's `BadRequestException`, which `ValidationPipe` throws, where there is a `deadLetter`; none without
   */
  fatal?: readonly ErrorClass[];
  /**
   * Where the message waits. `place`: where it is, so that the order is kept. `topics`: in retry topics, so that nothing waits
   * for it; its order is given up.
   *
   * @default 'place'
   */
  in?: 'place' | 'topics';
}

/** How messages are gathered. */
export interface DeliveryBatch {
  /**
   * At most so many messages of one partition.
   *
   * @default 500
   */
  size?: number;
  /**
   * How long the first of them waits for more, in milliseconds.
   *
   * @default 100
   */
  flushAfter?: number;
}

/** Exactly once: consume, process, produce. */
export interface DeliveryTransaction {
  /**
   * Begin of the transactional ids; each producer appends topic and partition. No other group may use the same, as whoever takes
   * an id fences its owner.
   *
   * @default the group's id
   */
  idPrefix?: string;
  /**
   * How long a transaction may last, in milliseconds: then brokers abort it, and the attempt has failed. At most the brokers'
   * `transaction.max.timeout.ms`, 15 minutes.
   *
   * @default 60000
   */
  timeout?: number;
}

/** So many messages in so much time. */
export interface DeliveryRateLimit {
  messages: number;
  /** Milliseconds. */
  per: number;
}
