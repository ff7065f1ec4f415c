import type { KafkaContext, KafkaOptions } from '@nestjs/microservices';

/**
 * KafkaJS's public types, taken from what Nest itself exposes of them: so they are the same in Nest 11 and 12,
 * and no type of an optional package reaches our declarations.
 */
type TransportOptions = NonNullable<KafkaOptions['options']>;

/** A consumer in a group, as KafkaJS defines it. */
export type Consumer = ReturnType<KafkaContext['getConsumer']>;
/** A producer, as KafkaJS defines it. */
export type Producer = ReturnType<KafkaContext['getProducer']>;
/** A record as a consumer receives it, before it is parsed. */
export type KafkaMessage = ReturnType<KafkaContext['getMessage']>;

/** What `new Kafka(config)` accepts. */
export type KafkaConfig = NonNullable<TransportOptions['client']>;
/** What `kafka.consumer(config)` accepts. */
export type ConsumerConfig = NonNullable<TransportOptions['consumer']>;
/** What `kafka.producer(config)` accepts. */
export type ProducerConfig = NonNullable<TransportOptions['producer']>;
/** What `consumer.run(config)` accepts, without the handlers, which are the transport's. */
export type RunConfig = NonNullable<TransportOptions['run']>;
/** What `consumer.subscribe(config)` accepts, without the topics, which are the transport's. */
export type SubscribeConfig = NonNullable<TransportOptions['subscribe']>;
/** What `producer.send(record)` accepts beside topic and messages. */
export type SendConfig = NonNullable<TransportOptions['send']>;

/** A record as a producer accepts it. */
export type ProducerMessage = Parameters<Producer['send']>[0]['messages'][number];
/** The acknowledgement of one produced batch. */
export type RecordMetadata = Awaited<ReturnType<Producer['send']>>[number];
/** Record headers on their way out. */
export type RecordHeaders = NonNullable<ProducerMessage['headers']>;

/** The argument of KafkaJS's `eachMessage`, and what an engine may offer beyond it. */
export interface EachMessagePayload {
  topic: string;
  partition: number;
  message: KafkaMessage;
  heartbeat(): Promise<void>;
  pause(): () => void;
  /** 1 on first delivery. An engine that does not count leaves it out, and the transport counts. */
  attempt?: number;
  /**
   * Lets the engine go on with the next message of the partition when `eachMessage` returns, while the offset of this one
   * waits for `done`; a rejection redelivers it. An engine without it goes on when `eachMessage` has settled.
   */
  defer?(done: PromiseLike<unknown>): void;
  /** Aborted when waiting is of no use any more: the partition is being given up, or the consumer stops. */
  readonly signal?: AbortSignal;
  /** The same object for as long as the partition is held and read without a jump. */
  readonly tenure?: object;
}

/** One entry of `consumer.commitOffsets()`. */
export type TopicPartitionOffset = Parameters<Consumer['commitOffsets']>[0][number];
