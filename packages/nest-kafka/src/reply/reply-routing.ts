import type { ConsumerLife } from '../driver/consumer-life.js';
import type { Consumer, EachMessagePayload } from '../driver/kafka-types.js';

/** Takes every record that arrives on a reply partition, whoever it is meant for. */
export type ReplyListener = (payload: EachMessagePayload) => Promise<void> | void;

/** How a client makes itself reachable for replies. */
export interface ReplyRouting {
  /** Makes the expected topics reachable. Called once, before the first `partitionOf()`. */
  start(): Promise<void>;
  /** Announces that replies on this topic will be asked for. */
  expect(replyTopic: string): void;
  /**
   * The partition to which replies must be sent so that they reach this client. When it is returned (or resolved),
   * replies that are produced from now on are received.
   *
   * @throws NoReplyPartitionError when there is none.
   */
  partitionOf(replyTopic: string): number | Promise<number>;
  /** The partition of each reachable topic. */
  assignments(): Record<string, number>;
  /** The consumer in a group through which replies come, if they do. */
  readonly consumer: Consumer | undefined;
  /** What is known of that consumer. */
  readonly life: ConsumerLife | undefined;
  /** The consumer or reader through which replies come. */
  readonly reading: object;
  stop(): Promise<void>;
}
