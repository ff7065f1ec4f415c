import type { Admin, EachMessagePayload, Kafka } from 'kafkajs-platformatic';
import { messageOf } from '../../errors/message-of.js';

/** Where a partition begins and ends. */
export interface Bounds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** For looking around: a topic that is not there should not be looked for for long. */
export const ADMIN_RETRY = { retries: 1, initialRetryTime: 200 };

/** @throws Error that names the topic, if there is none of that name. */
export async function boundsOf(admin: Admin, topic: string): Promise<Bounds[]> {
  const offsets = await admin.fetchTopicOffsets(topic).catch((error: unknown) => {
    throw new Error(`The topic "${topic}" cannot be read; see whether it is spelled right: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    .toSorted((a, b) => a.partition - b.partition);
}

export interface Scan {
  readonly topic: string;
  readonly bounds: readonly Bounds[];
  /** Milliseconds without a message after which what is missing is taken for the marks of transactions. */
  readonly idle: number;
  /** Says `false` when it has seen enough. */
  visit(payload: EachMessagePayload): Promise<boolean>;
}

/**
 * Reads partitions from their beginning to the end that they had, without a group.
 *
 * The last offsets of a partition may be marks of transactions, of which nobody is told; so a partition also counts as read
 * when nothing came from anywhere for `idle` milliseconds. @returns the partitions where that was so
 */
export async function scanTopic(kafka: Kafka, { topic, bounds, idle, visit }: Scan): Promise<number[]> {
  const left = new Map(bounds.filter(({ low, high }) => low < high).map(({ partition, high }) => [partition, high]));
  if (left.size === 0) {
    return [];
  }
  const { promise: over, resolve: end, reject } = Promise.withResolvers<void>();
  const reader = kafka.reader({
    topics: [{ topic, partitions: [...left.keys()] }],
    position: { [topic]: Object.fromEntries(bounds.map(({ partition, low }) => [partition, String(low)])) },
    allowAutoTopicCreation: false,
  });
  let ended = false;
  let visiting = 0;
  let timer: NodeJS.Timeout | undefined;
  const finish = (): void => {
    ended = true;
    end();
  };
  const awaitNext = (): void => {
    clearTimeout(timer);
    timer = visiting > 0 ? undefined : setTimeout(finish, idle);
  };
  await reader.run({
    async eachMessage(payload) {
      const high = left.get(payload.partition);
      const offset = BigInt(payload.message.offset);
      if (ended || high === undefined || offset >= high) {
        return;
      }
      visiting++;
      awaitNext();
      try {
        if (!(await visit(payload))) {
          left.clear();
        }
      } catch (error) {
        // Told to the caller; to the reader it would only mean to deliver it again.
        ended = true;
        reject(error as Error);
      }
      visiting--;
      if (offset + 1n >= high) {
        left.delete(payload.partition);
      }
      if (left.size === 0) {
        finish();
      } else {
        awaitNext();
      }
    },
  });
  awaitNext();
  try {
    await over;
  } finally {
    clearTimeout(timer);
    await reader.close();
  }
  return [...left.keys()];
}
