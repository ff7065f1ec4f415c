import { EmbeddedKafka } from 'embedded-kafka';
import { KafkaReplyPartitionAssigner, type ClientKafka } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Consumer } from '../../src/consumer/consumer.js';
import { Ground, until } from './ground.js';

type Held = Record<string, number[]>;
/** What Nest's client remembers: the lowest partition of each topic. */
const minimum = (held: Held): Record<string, number> =>
  Object.fromEntries(Object.entries(held).map(([topic, partitions]) => [topic, Math.min(...partitions)]));

describe("Nest's KafkaReplyPartitionAssigner, unmodified", () => {
  let kafka: EmbeddedKafka;
  let ground: Ground;
  beforeAll(async () => {
    kafka = await EmbeddedKafka.start({ topics: [{ name: 'replies', partitions: 3 }] });
    ground = await Ground.on(kafka.brokers);
  });
  afterAll(async () => {
    await ground.close();
    await kafka.stop();
  });

  async function member(): Promise<{ consumer: Consumer; held: () => Held }> {
    let held: Held = {};
    const clientKafka = { getConsumerAssignments: () => minimum(held) } as unknown as ClientKafka;
    const consumer = ground.consumer({
      groupId: 'replies-client',
      heartbeatInterval: 50,
      sessionTimeout: 2_000,
      partitionAssigners: [config => new KafkaReplyPartitionAssigner(clientKafka, config as never)],
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      held = payload.memberAssignment;
    });
    await consumer.connect();
    await consumer.subscribe({ topics: ['replies'] });
    await consumer.run({ eachMessage: async () => {} });
    return { consumer, held: () => held };
  }

  it('deals out partitions to one member, and keeps its first one when others come and go', async () => {
    const first = await member();
    expect(first.held()).toEqual({ replies: [0, 1, 2] });
    const second = await member();
    await until(
      () => (first.held()['replies']?.length ?? 0) + (second.held()['replies']?.length ?? 0) === 3,
      'both hold some',
    );
    expect(first.held()['replies']).toContain(0);
    const kept = Math.min(...(second.held()['replies'] ?? []));
    expect(kept).toBeGreaterThan(0);
    await first.consumer.disconnect();
    await until(() => second.held()['replies']?.length === 3, 'the second one holds all');
    // Its previous assignment travelled in the user data and comes first.
    expect(second.held()['replies']?.[0]).toBe(kept);
  });
});
