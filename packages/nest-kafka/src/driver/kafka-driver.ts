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
  admin(): KafkaAdmin;
  /** Reads partitions without a consumer group. Direct reply routing needs it; KafkaJS itself has no such thing. */
  reader?(options: ReaderOptions): KafkaReader;
}

/** Makes an engine: `config => new Kafka(config)`. */
export type DriverFactory = (config: KafkaConfig) => KafkaDriver | Promise<KafkaDriver>;

/** What the transport needs of KafkaJS's `Admin`. */
export interface KafkaAdmin {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Resolves to `false` when the topics exist already. */
  createTopics(options: { topics: { topic: string }[]; waitForLeaders?: boolean }): Promise<boolean>;
  fetchTopicMetadata(options: {
    topics: string[];
  }): Promise<{ topics: { name: string; partitions: { partitionId: number }[] }[] }>;
}

/** What a group-less reader reads, and from where. */
export interface ReaderOptions {
  topics: { topic: string; partitions: number[] }[];
  /** `latest` is behind the last record that is there when `run()` resolves. */
  position: 'earliest' | 'latest';
}

/** Reads partitions without a consumer group: nothing is committed, nothing is rebalanced. */
export interface KafkaReader {
  connect(): Promise<void>;
  /** Resolves when every partition's position is known: what is produced from then on is read. */
  run(config: { eachMessage(payload: EachMessagePayload): Promise<void> }): Promise<void>;
  disconnect(): Promise<void>;
}
