import type { KafkaStatus } from '../../driver/kafka-status.js';

/** What became of the messages of one handler since its server started. */
export interface DeliveryCounts {
  /** Deliveries to the handler, each attempt counted. */
  attempts: number;
  /** Messages that are with the handler now. */
  inFlight: number;
  /** Failed deliveries after which the message is delivered again. */
  retried: number;
  /** Messages that were given up and written to a dead letter topic. */
  deadLettered: number;
  /** Messages that were given up and logged, as `deadLetter: false` has it. */
  skipped: number;
  /** Messages whose dead letter, or record in a retry topic, cannot be written: they are tried again until it can. */
  undeliverable: UndeliverableMessage[];
  /** The state of the consumer of its retry topics; not given for a handler that has none. */
  retryTopics?: KafkaStatus | undefined;
}

/** A message that could not be written to where it is to go. */
export interface UndeliverableMessage {
  topic: string;
  partition: number;
  offset: string;
  /** Where it is to go, if that is known. */
  deadLetter: string | undefined;
  /** Where it is to wait; not given for one that is to be given up. */
  retryTopic?: string | undefined;
  reason: string;
}
