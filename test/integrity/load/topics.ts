import { Kafka, logLevel } from 'kafkajs-platformatic';
import { EVENT, REQUEST } from './application.js';

/** Creates the topics of a run, replicated three times, and waits until they have leaders. */
export async function createTopics(
  brokers: readonly string[],
  partitions: { events: number; requests: number; replies: number },
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: EVENT, numPartitions: partitions.events, replicationFactor: 3 },
        { topic: REQUEST, numPartitions: partitions.requests, replicationFactor: 3 },
        { topic: `${REQUEST}.reply`, numPartitions: partitions.replies, replicationFactor: 3 },
      ],
    });
  } finally {
    await admin.disconnect();
  }
}
