import type { Kafka } from 'kafkajs';
import { type ExpectedTopic, untilTopicsKnown } from '../../../scripts/kafka/topic-probe.ts';

/** Creates topics and resolves when every broker knows a leader for each partition. */
export async function createTopics(kafka: Kafka, brokers: readonly string[], topics: ExpectedTopic[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics, waitForLeaders: false });
  } finally {
    await admin.disconnect();
  }
  await untilTopicsKnown(brokers, topics);
}
