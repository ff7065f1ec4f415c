import type {
  Consumer,
  ConsumerConfig,
  EachMessagePayload,
  KafkaConfig,
  Producer,
  ProducerConfig,
} from './kafka-types.js';

/**
 * The port between the transport and an engine: KafkaJS's `Kafka`, as far as the transport uses it.
 * `kafkajs-platformatic`, `kafkajs` and anything with that interface fit.
 */
export interface KafkaDriver {
  consumer(config: ConsumerConfig): Consumer;
  producer(config?: ProducerConfig): Producer;
  admin(config?: { retry: { retries: number } }): KafkaAdmin;
  /** Reads partitions without a consumer group. Direct reply routing needs it; KafkaJS itself has no such thing. */
  reader?(options: ReaderOptions): KafkaReader;
  /** What its consumers can do beyond KafkaJS's: a delivery policy that needs more is refused at the start. */
  readonly capabilities?: DriverCapabilities;
}

/** Abilities of an engine that KafkaJS's interface does not tell. */
export interface DriverCapabilities {
  /**
   * `payload.defer()` lets records of a partition overlap, also over fetches, and one that fails comes again alone;
   * `payload.signal` and `payload.tenure` are there.
   */
  readonly defer?: boolean;
  /** `consumer.claim()` leaves the offsets of a partition to transactions. */
  readonly claim?: boolean;
}

/** Makes an engine: `config => new Kafka(config)`. */
export type DriverFactory = (config: KafkaConfig) => KafkaDriver | Promise<KafkaDriver>;

/** What the transport needs of KafkaJS's `Admin`. */
export interface KafkaAdmin {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Resolves to `false` when the topics exist already. */
  createTopics(options: {
    topics: { topic: string; numPartitions?: number; configEntries?: { name: string; value: string }[] }[];
    waitForLeaders?: boolean;
  }): Promise<boolean>;
  /** Settings of topics (type 2). */
  describeConfigs?(options: {
    resources: { type: number; name: string; configNames?: string[] }[];
    includeSynonyms: boolean;
  }): Promise<{ resources: { resourceName: string; configEntries: { configName: string; configValue: string }[] }[] }>;
  fetchTopicMetadata(options: {
    topics: string[];
  }): Promise<{ topics: { name: string; partitions: { partitionId: number }[] }[] }>;
  describeCluster(): Promise<unknown>;
  /** The ends of a topic's partitions. */
  fetchTopicOffsets(topic: string): Promise<{ partition: number; high: string }[]>;
  /** The first offsets at or after a time, of all partitions of a topic; the ends where there are none. */
  fetchTopicOffsetsByTimestamp?(topic: string, timestamp?: number): Promise<{ partition: number; offset: string }[]>;
  /** What a group has committed; an offset of -1 stands for nothing. */
  fetchOffsets(options: {
    groupId: string;
    topics: string[];
  }): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

/** Partitions of a topic to read. */
export interface ReaderTopic {
  topic: string;
  partitions: number[];
}

/** What a group-less reader reads at first, and from where. */
export interface ReaderOptions {
  topics: ReaderTopic[];
  position: 'end';
  /** Whether topics that are missing are made. */
  allowAutoTopicCreation: boolean;
}

/** Reads partitions without a consumer group: nothing is committed, nothing is rebalanced. */
export interface KafkaReader {
  /** Connects, and delivers from now on. */
  run(config: { eachMessage(payload: EachMessagePayload): Promise<void> }): Promise<void>;
  /** Reads more. When it resolves, the positions are fixed: what is produced from then on is delivered. */
  add(topics: ReaderTopic[]): Promise<void>;
  /** Waits for handlers in flight, then disconnects. */
  close(): Promise<void>;
}
