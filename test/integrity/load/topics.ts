import { Kafka, logLevel } from 'kafkajs-platformatic';
import type { Subject } from './subject.js';

/** How many partitions the topics of a run have. */
export interface Partitions {
  readonly events: number;
  readonly requests: number;
  readonly replies: number;
}

export function topicsOf({ event, request }: Subject): string[] {
  return [event, request, `${request}.reply`];
}

/** Creates the topics of a subject, replicated three times, and waits until they have leaders. */
export async function createTopics(subject: Subject, { events, requests, replies }: Partitions): Promise<void> {
  const counts = [events, requests, replies];
  await withAdmin(subject.brokers, admin =>
    admin.createTopics({
      waitForLeaders: true,
      topics: topicsOf(subject).map((topic, index) => ({
        topic,
        numPartitions: counts[index] ?? 1,
        replicationFactor: 3,
      })),
    }),
  );
}

export async function deleteTopics(brokers: readonly string[], topics: string[]): Promise<void> {
  await withAdmin(brokers, admin => admin.deleteTopics({ topics }));
}

async function withAdmin(
  brokers: readonly string[],
  work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>,
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}
