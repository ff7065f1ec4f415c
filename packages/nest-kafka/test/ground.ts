import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka as KafkaJS } from 'kafkajs';
import { Kafka } from 'kafkajs-platformatic';
import type { DriverFactory, KafkaDriver, KafkaTransportOptions } from '../src/index.js';

/**
 * Where the end-to-end specs run: on an embedded broker with the default engine; or on `TEST_KAFKA_BROKERS`, and with
 * KafkaJS as engine if `TEST_KAFKA_DRIVER=kafkajs`.
 */
export interface Ground {
  brokers: string[];
  driver: DriverFactory | undefined;
  /** Whether the broker is in this process. */
  isEmbedded: boolean;
  /** Whether the engine can read without a group. */
  direct: boolean;
  createTopic(name: string, partitions: number): Promise<void>;
  /** Options that every client and server here starts from. */
  options(name: string, more?: KafkaTransportOptions): KafkaTransportOptions;
  /** A name nobody else uses. */
  unique(name: string): string;
  stop(): Promise<void>;
}

const kafkaJs: DriverFactory = config => new KafkaJS({ ...config, logLevel: 0 } as never) as unknown as KafkaDriver;

export async function startGround(external = process.env['TEST_KAFKA_BROKERS']?.split(',')): Promise<Ground> {
  const embedded = external === undefined ? await EmbeddedKafka.start() : undefined;
  const brokers = external ?? embedded?.brokers ?? [];
  const driver = process.env['TEST_KAFKA_DRIVER'] === 'kafkajs' ? kafkaJs : undefined;
  const run = `nk-${process.pid}-${Date.now().toString(36)}`;
  let count = 0;
  const admin = driver === undefined ? new Kafka({ brokers }).admin() : new KafkaJS({ brokers, logLevel: 0 }).admin();
  await admin.connect();
  return {
    brokers,
    driver,
    isEmbedded: embedded !== undefined,
    direct: driver === undefined && 'reader' in Kafka.prototype,
    async createTopic(topic, numPartitions) {
      await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
    },
    options: (name, more = {}) => ({
      ...more,
      ...(driver === undefined ? {} : { driver }),
      client: { brokers, clientId: name, retry: { initialRetryTime: 50, maxRetryTime: 500 }, ...more.client },
      consumer: { retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 3 }, ...more.consumer, groupId: name },
    }),
    unique: name => `${run}-${name}-${++count}`,
    async stop() {
      await admin.disconnect();
      await embedded?.stop();
    },
  };
}
