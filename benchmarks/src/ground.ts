import { Kafka, logLevel } from 'kafkajs-platformatic';
import { createPayload } from './payload.js';

const FILL_BATCH = 1_000;

/** Prepares topics and backlogs on the cluster under test, outside every measured process. */
export class Ground {
  private constructor(
    readonly brokers: string[],
    private readonly kafka: Kafka,
    private readonly replicationFactor: number,
  ) {}

  static async open(brokers: string[]): Promise<Ground> {
    const kafka = new Kafka({ clientId: 'bench-ground', brokers, logLevel: logLevel.ERROR });
    const admin = kafka.admin();
    await admin.connect();
    try {
      const cluster = await admin.describeCluster();
      return new Ground(brokers, kafka, Math.min(3, cluster.brokers.length));
    } finally {
      await admin.disconnect();
    }
  }

  async createTopics(topics: { topic: string; partitions: number }[]): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: topics.map(({ topic, partitions }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: this.replicationFactor,
        })),
      });
    } finally {
      await admin.disconnect();
    }
  }

  async deleteTopics(topics: string[]): Promise<void> {
    if (topics.length === 0) {
      return;
    }
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      await admin.deleteTopics({ topics });
    } finally {
      await admin.disconnect();
    }
  }

  async fill(topic: string, messages: number, bytes: number, keys = 0): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    try {
      for (let from = 0; from < messages; from += FILL_BATCH) {
        const count = Math.min(FILL_BATCH, messages - from);
        const batch = Array.from({ length: count }, (_, i) => ({
          ...(keys === 0 ? {} : { key: `key ${(from + i) % keys}` }),
          value: JSON.stringify(createPayload(from + i, bytes)),
        }));
        await producer.send({ topic, messages: batch });
      }
    } finally {
      await producer.disconnect();
    }
  }
}
