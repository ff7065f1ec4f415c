import type { EachMessageHandler } from '../consumer/consumer-types.js';

export interface ReaderTopic {
  topic: string;
  /** Default: all partitions, also those that are added later. */
  partitions?: number[];
}

export interface ReaderConfig {
  /** May be empty: `add` takes more at any time. */
  topics: ReaderTopic[];
  /**
   * Where to begin. 'end' (the default) is the end at the time of `start` or `add`. Offsets are given by topic and
   * partition; a partition without one begins at its end.
   */
  position?: 'end' | 'beginning' | Record<string, Record<number, string>>;
  /** Milliseconds between looks for new partitions. Default 300000. */
  metadataMaxAge?: number;
  /** Bytes. Default 1048576. */
  maxBytesPerPartition?: number;
  /** Bytes. Default 1: a message is delivered as soon as it is there. */
  minBytes?: number;
  /** Bytes. Default 10485760. */
  maxBytes?: number;
  /** Milliseconds that a fetch may wait for `minBytes`. Default 5000. */
  maxWaitTimeInMs?: number;
  /** Default false: only committed transactions are seen. */
  readUncommitted?: boolean;
  rackId?: string;
  /** Whether topics that are missing are made. Default false. */
  allowAutoTopicCreation?: boolean;
}

export interface ReaderRunConfig {
  /** A rejected promise brings the same message again, after a backoff; other partitions go on. */
  eachMessage: EachMessageHandler;
}
