import type { IHeaders, Message } from '../codec/kafka-message.js';
import type { CompressionTypes } from '../codec/compression.js';

export interface ProducerRecord {
  topic: string;
  messages: Message[];
  /** -1 all replicas (default), 1 the leader, 0 nobody. */
  acks?: number;
  /** Milliseconds the broker may wait for its replicas. Default 30000. */
  timeout?: number;
  compression?: CompressionTypes;
}

export interface TopicMessages {
  topic: string;
  messages: Message[];
}

export interface ProducerBatch {
  acks?: number;
  timeout?: number;
  compression?: CompressionTypes;
  topicMessages?: TopicMessages[];
}

/** Where the first message that a `send` put on a partition lies. Offsets and times in decimal. */
export interface RecordMetadata {
  topicName: string;
  partition: number;
  errorCode: number;
  offset?: string;
  timestamp?: string;
  baseOffset?: string;
  /** "-1" unless the topic's timestamps are the broker's. */
  logAppendTime?: string;
  logStartOffset?: string;
}

export type { IHeaders, Message };
