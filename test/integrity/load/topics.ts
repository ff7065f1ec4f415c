import { Kafka, logLevel } from 'kafkajs-platformatic';
import type { Subject } from './subject.js';

/** How many partitions the topics of a run have. */
export interface Partitions {
  readonly events: number;
  readonly requests: number;
  readonly replies: number;
}

/** Creates the topics of a subject, replicated three times, and waits until they have leaders. */
export async function createTopics({ brokers, event, request }: Subject, partitions: Partitions): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: event, numPartitions: partitions.events, replicationFactor: 3 },
        { topic: request, numPartitions: partitions.requests, replicationFactor: 3 },
        { topic: `${request}.reply`, numPartitions: partitions.replies, replicationFactor: 3 },
      ],
    });
  } finally {
    await admin.disconnect();
  }
}
