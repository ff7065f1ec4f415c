import type { PartitionAssigner } from '../assigners/index.js';
import type { IHeaders, KafkaMessage } from '../codec/kafka-message.js';

export type { IHeaders, KafkaMessage };

export interface TopicPartition {
  topic: string;
  partition: number;
}
export interface TopicPartitionOffset extends TopicPartition {
  offset: string;
}
export interface TopicPartitionOffsetAndMetadata extends TopicPartitionOffset {
  metadata?: string | null;
}
export interface TopicPartitions {
  topic: string;
  partitions: number[];
}
export interface PartitionOffset {
  partition: number;
  offset: string;
}
export interface TopicOffsets {
  topic: string;
  partitions: PartitionOffset[];
}
export interface OffsetsByTopicPartition {
  topics: TopicOffsets[];
}

/** Messages of one partition, in order, without aborted and control records. */
export interface Batch {
  topic: string;
  partition: number;
  highWatermark: string;
  messages: KafkaMessage[];
  /** What came from the broker at or after the position; the same array as `messages` here. */
  rawMessages: KafkaMessage[];
  isEmpty(): boolean;
  /** `null` for an empty batch. */
  firstOffset(): string | null;
  /** The last offset that the batch covers, control records included. */
  lastOffset(): string;
  /** Messages behind the end of the partition after this batch. */
  offsetLag(): string;
  /** Messages behind the end of the partition before this batch. */
  offsetLagLow(): string;
}

export interface EachMessagePayload {
  topic: string;
  partition: number;
  message: KafkaMessage;
  /** Kept for compatibility: the session does not depend on it, heartbeats have their own timer. */
  heartbeat(): Promise<void>;
  /** Pauses this partition; the function it returns resumes it. */
  pause(): () => void;
  /** 1 on first delivery, then one more for each time the handler failed on this message. */
  attempt: number;
  /**
   * Beyond KafkaJS: lets the next message be handled once this handler returns, while this one counts as handled only
   * when `done` is fulfilled. If `done` is rejected, this message is delivered again, alone, after a backoff (or after the
   * `retryIn` of the error); those after it go on meanwhile. Offsets are committed in order all the same. What is done
   * beyond the committed one is in the metadata of the commit, so that a restart or a rebalance does not repeat it.
   * `maxDeferred` and `maxDeferredBytes` bound what may wait.
   * @throws KafkaJSNonRetriableError after the handler has returned
   */
  defer(done: PromiseLike<unknown>): void;
  /**
   * Beyond KafkaJS: aborted when waiting is of no use any more, as the partition is given up (a rebalance, a lost
   * session), its position was changed, or the run stops. Handlers may end as they like, and are waited for; who waits for
   * a time or for a person should give up. A rejection after that is no failed attempt: whoever has the partition next
   * gets the message again.
   */
  readonly signal: AbortSignal;
  /**
   * Beyond KafkaJS: the same object for as long as this consumer holds the partition and its position is not changed by
   * hand or lost; a key for what an application keeps of a partition in a WeakMap. Within a tenure every message that
   * failed comes again.
   */
  readonly tenure: object;
}

export interface EachBatchPayload {
  batch: Batch;
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  pause(): () => void;
  commitOffsetsIfNecessary(offsets?: OffsetsByTopicPartition): Promise<void>;
  uncommittedOffsets(): OffsetsByTopicPartition;
  isRunning(): boolean;
  /** True once the rest of the batch is not this handler's any more: after a seek, or when the partition is given up. */
  isStale(): boolean;
  /** 1 on first delivery, then one more for each time the handler failed on this batch. */
  attempt: number;
}

export type EachMessageHandler = (payload: EachMessagePayload) => Promise<void>;
export type EachBatchHandler = (payload: EachBatchPayload) => Promise<void>;

export interface ConsumerRunConfig {
  /** Default true. */
  autoCommit?: boolean;
  /** Milliseconds; commits within a batch too. Default null: after each batch. */
  autoCommitInterval?: number | null;
  /** Messages; commits within a batch too. Default null: after each batch. */
  autoCommitThreshold?: number | null;
  /** Default true: a batch whose handler returns is resolved whole. */
  eachBatchAutoResolve?: boolean;
  /**
   * Partitions handled at the same time. Default: all of them; KafkaJS's is 1, where one slow partition holds back
   * every other.
   */
  partitionsConsumedConcurrently?: number;
  /**
   * Beyond KafkaJS: messages of one partition that may wait at once for what their handlers deferred, or to be delivered
   * again after it failed. Beyond that the partition waits. Default 1024.
   */
  maxDeferred?: number;
  /** Beyond KafkaJS: bytes of fetched buffers that those may keep in memory, a partition. Default 33554432. */
  maxDeferredBytes?: number;
  eachBatch?: EachBatchHandler | null;
  eachMessage?: EachMessageHandler | null;
}

export interface ConsumerRetryOptions {
  /** Milliseconds between attempts at most. Default 30000. */
  maxRetryTime?: number;
  /** Milliseconds before the second attempt. Default 300. */
  initialRetryTime?: number;
  /** Share of the delay that is random. Default 0.2. */
  factor?: number;
  /** Default 2. */
  multiplier?: number;
  /** Failures of a handler in a row before `restartOnFailure` is asked. Default 5. */
  retries?: number;
  /** Asked when `retries` are used up: `false` stops the consumer with a CRASH event. Default: go on for ever. */
  restartOnFailure?: (error: Error) => Promise<boolean>;
}

export interface ConsumerConfig {
  groupId: string;
  /**
   * Static membership (KIP-345): the member keeps its partitions over a restart shorter than the session timeout, so
   * `disconnect` does not leave the group. Must be unique in the group.
   */
  groupInstanceId?: string;
  /**
   * Default 'classic'. 'consumer' is KIP-848: the broker (Apache Kafka 4.0 and newer) assigns, and only the partitions
   * that move are given up in a rebalance. Excludes `partitionAssigners` and `heartbeatInterval`, which are the broker's.
   */
  groupProtocol?: 'classic' | 'consumer';
  /** With `groupProtocol: 'consumer'`: the broker's assigner, e.g. 'uniform' or 'range'. Default: the broker's choice. */
  groupRemoteAssignor?: string;
  /** Default `[PartitionAssigners.roundRobin]`. `never`: an assigner written for KafkaJS's own, wider types fits too. */
  partitionAssigners?: PartitionAssigner<never, never>[];
  /** Milliseconds between looks for new partitions and, with a RegExp, new topics. Default 300000. */
  metadataMaxAge?: number;
  /**
   * Milliseconds. Default 30000. With `groupProtocol: 'consumer'` the session is the broker's
   * (group.consumer.session.timeout.ms, 45000): here it is after how long without an answer handling stops, so it must
   * not be longer than that.
   */
  sessionTimeout?: number;
  /** Milliseconds that members have to finish their handlers in a rebalance. Default 60000. */
  rebalanceTimeout?: number;
  /** Milliseconds. Default 3000. */
  heartbeatInterval?: number;
  /** Bytes. Default 1048576. */
  maxBytesPerPartition?: number;
  /** Bytes. Default 1. */
  minBytes?: number;
  /** Bytes. Default 10485760. */
  maxBytes?: number;
  /** Milliseconds that a fetch may wait for `minBytes`. Default 5000. */
  maxWaitTimeInMs?: number;
  retry?: ConsumerRetryOptions;
  allowAutoTopicCreation?: boolean;
  maxInFlightRequests?: number;
  /** Default false: only committed transactions are seen. */
  readUncommitted?: boolean;
  rackId?: string;
}

export interface ConsumerSubscribeTopics {
  topics: (string | RegExp)[];
  /** Where a partition without a committed offset starts. Default false: at its end. */
  fromBeginning?: boolean;
}
export interface ConsumerSubscribeTopic {
  topic: string | RegExp;
  fromBeginning?: boolean;
}
