import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin, type Consumer as KafkaJSConsumer, type Producer } from 'kafkajs';
import { untilTopicsKnown } from '../../../../scripts/kafka/topic-probe.ts';
import { resolveClientConfig, type KafkaConfig } from '../../src/config/client-config.js';
import { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig } from '../../src/consumer/consumer-types.js';
import { Kafka as OurKafka } from '../../src/kafka.js';

export const wait = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Polls until `condition` holds. @throws with `what` after `timeout` ms */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeout = 15_000,
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeout} ms: ${what}`);
    }
    await wait(10);
  }
}

/** Where the rules are tried: a broker, kafkajs 2.2.4 as the other side, and everything to be closed at the end. */
export class Ground {
  readonly brokers: string[];
  readonly #kafka: Kafka;
  readonly #producer: Producer;
  readonly admin: Admin;
  readonly #consumers: { disconnect(): Promise<void> }[] = [];

  private constructor(brokers: string[]) {
    this.brokers = brokers;
    this.#kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    this.#producer = this.#kafka.producer();
    this.admin = this.#kafka.admin();
  }

  static async on(brokers: string[]): Promise<Ground> {
    const ground = new Ground(brokers);
    await Promise.all([ground.#producer.connect(), ground.admin.connect()]);
    return ground;
  }

  get kafkajs(): Kafka {
    return this.#kafka;
  }

  name(kind: string): string {
    return `consumer-rules.${kind}.${randomUUID().slice(0, 8)}`;
  }

  async topic(partitions: number): Promise<string> {
    const topic = this.name('topic');
    await this.create(topic, partitions);
    return topic;
  }

  /** Under a name that may have been another topic's. */
  async create(topic: string, partitions: number): Promise<void> {
    await this.admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
    await this.topicKnown(topic, partitions);
  }

  /** Every node has heard of so many partitions. */
  async topicKnown(topic: string, partitions: number): Promise<void> {
    await untilTopicsKnown(this.brokers, [{ topic, numPartitions: partitions }]);
  }

  /** Messages `values` to one partition, in order. */
  async produce(topic: string, partition: number, values: readonly string[]): Promise<void> {
    await this.#producer.send({ topic, messages: values.map(value => ({ value, partition })) });
  }

  /** As `produce`, by a producer that knows nothing of what the topic was before. */
  async produceAnew(topic: string, partition: number, values: readonly string[]): Promise<void> {
    const producer = this.#kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: values.map(value => ({ value, partition })) });
    await producer.disconnect();
  }

  consumer(config: ConsumerConfig, options: Partial<KafkaConfig> = {}): Consumer {
    const client = resolveClientConfig({
      brokers: this.brokers,
      clientId: 'consumer-rules',
      logLevel: logLevel.NOTHING,
      ...options,
    });
    const consumer = new Consumer(client, config);
    this.#consumers.push(consumer);
    return consumer;
  }

  kafkajsConsumer(groupId: string): KafkaJSConsumer {
    const consumer = this.#kafka.consumer({ groupId, heartbeatInterval: 100, sessionTimeout: 6_000 });
    this.#consumers.push(consumer);
    return consumer;
  }

  /** Commits for a group without members. kafkajs's own way is a consumer, whose stop waits for its long poll. */
  async setOffset(groupId: string, topic: string, partition: number, offset: string): Promise<void> {
    const admin = new OurKafka({ brokers: this.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset }] });
    await admin.disconnect();
  }

  /** Everything before `offset` is gone afterwards. */
  async deleteBefore(topic: string, partition: number, offset: string): Promise<void> {
    const admin = new OurKafka({ brokers: this.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });
    await admin.disconnect();
  }

  /** Committed offsets by partition; -1 where there is none. */
  async committed(groupId: string, topic: string): Promise<number[]> {
    const [offsets] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return (offsets?.partitions ?? [])
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ offset }) => Number(offset));
  }

  async closeConsumers(): Promise<void> {
    await Promise.all(this.#consumers.splice(0).map(consumer => consumer.disconnect()));
  }

  async closeConsumersBut(one: Consumer): Promise<void> {
    const others = this.#consumers.filter(consumer => consumer !== one);
    this.#consumers.splice(0, this.#consumers.length, one);
    await Promise.all(others.map(consumer => consumer.disconnect()));
  }

  async close(): Promise<void> {
    await this.closeConsumers();
    await Promise.all([this.#producer.disconnect(), this.admin.disconnect()]);
  }
}
