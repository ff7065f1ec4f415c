import { Kafka, type KafkaMessage } from 'kafkajs-platformatic';
import { vi } from 'vitest';
import type { Ground } from '../ground.js';
import type { PolicyBench } from './policy-server.js';

export const PATIENCE = { timeout: 20_000 };

/** What is done to topics beside a bench, and what is in them. */
export class TopicDesk {
  private readonly kafka: Kafka;

  constructor(ground: Pick<Ground, 'brokers'>) {
    this.kafka = new Kafka({ brokers: ground.brokers, logLevel: 0 });
  }

  async create(topic: string, numPartitions: number, configs: Record<string, string> = {}): Promise<void> {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await this.asked(admin => admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] }));
  }

  /** Replaces the settings of a topic. */
  async configure(topic: string, configs: Record<string, string>): Promise<void> {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await this.asked(admin =>
      admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] }),
    );
  }

  /** Settings of a topic. */
  async settings(topic: string, ...names: string[]): Promise<Record<string, string>> {
    const { resources } = await this.asked(admin =>
      admin.describeConfigs({ resources: [{ type: 2, name: topic, configNames: names }], includeSynonyms: false }),
    );
    return Object.fromEntries(resources[0]?.configEntries.map(each => [each.configName, each.configValue]) ?? []);
  }

  async topics(): Promise<string[]> {
    return this.asked(admin => admin.listTopics());
  }

  /** Messages of a topic that its retry group has not done with. */
  async waiting(topic: string, group: string): Promise<number> {
    return this.asked(async admin => {
      const ends = await admin.fetchTopicOffsets(topic);
      const [committed] = await admin.fetchOffsets({ groupId: `${group}-server.retry`, topics: [topic] });
      const done = new Map(committed?.partitions.map(each => [each.partition, Math.max(0, Number(each.offset))]));
      return ends.reduce((sum, { partition, high }) => sum + Number(high) - (done.get(partition) ?? 0), 0);
    });
  }

  /** At least so many records of a topic, as they are. */
  async records(
    topic: string,
    partitions: number,
    expected: number,
  ): Promise<{ partition: number; message: KafkaMessage }[]> {
    const found: { partition: number; message: KafkaMessage }[] = [];
    const ids = Array.from({ length: partitions }, (_, id) => id);
    const position = { [topic]: Object.fromEntries(ids.map(id => [id, '0'])) };
    const reader = this.kafka.reader({ topics: [{ topic, partitions: ids }], position });
    await reader.run({
      eachMessage: async ({ partition, message }) => void found.push(await Promise.resolve({ partition, message })),
    });
    try {
      await vi.waitUntil(() => found.length >= expected, PATIENCE);
    } finally {
      await reader.close();
    }
    return found;
  }

  async produce(
    topic: string,
    ...messages: Parameters<ReturnType<Kafka['producer']>['send']>[0]['messages']
  ): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  private async asked<T>(question: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

export function retryTopicOf(bench: PolicyBench, number = 1): string {
  return `${bench.topic}.${bench.group}-server.retry.${number}`;
}
