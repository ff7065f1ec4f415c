import type { KafkaAdmin, KafkaDriver } from '../driver/kafka-driver.js';
import { messageOf } from '../errors/message-of.js';
import type { PartitionLag } from './kafka-health.js';

/** What the brokers said, or why they said nothing. */
export type ProbeResult = { answered: true; lag: PartitionLag[] } | { answered: false; reason: string };

/**
 * Asks the brokers whether they are there, and how far a group is behind.
 *
 * States: `idle` → `connected` (after the first question) → `closed`. What fails leads back to `idle`, so that the next
 * question begins with a connection of its own.
 */
export class BrokerProbe {
  private admin: Promise<KafkaAdmin> | undefined;
  private asking: Promise<ProbeResult> | undefined;

  constructor(private readonly driver: KafkaDriver) {}

  /**
   * Resolves within `timeout` milliseconds, whatever the brokers do. Questions that come while one is under way share its
   * answer, so that an impatient orchestrator does not pile up connections.
   */
  async ask(
    groupId: string | undefined,
    assignment: Readonly<Record<string, readonly number[]>>,
    timeout: number,
  ): Promise<ProbeResult> {
    this.asking ??= this.question(groupId, assignment).finally(() => {
      this.asking = undefined;
    });
    const { promise: late, resolve } = Promise.withResolvers<ProbeResult>();
    const timer = setTimeout(resolve, timeout, { answered: false, reason: `no answer within ${timeout} ms` });
    try {
      return await Promise.race([this.asking, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    await (await admin?.catch(() => undefined))?.disconnect();
  }

  private async question(
    groupId: string | undefined,
    assignment: Readonly<Record<string, readonly number[]>>,
  ): Promise<ProbeResult> {
    this.admin ??= this.connect();
    const { admin } = this;
    try {
      const asked = await admin;
      await asked.describeCluster();
      const lag = groupId === undefined ? [] : await lagOf(asked, groupId, assignment);
      return { answered: true, lag };
    } catch (error) {
      if (this.admin === admin) {
        await this.close();
      }
      return { answered: false, reason: messageOf(error) };
    }
  }

  private async connect(): Promise<KafkaAdmin> {
    const admin = this.driver.admin({ retry: { retries: 0 } });
    await admin.connect();
    return admin;
  }
}

async function lagOf(
  admin: KafkaAdmin,
  groupId: string,
  assignment: Readonly<Record<string, readonly number[]>>,
): Promise<PartitionLag[]> {
  const topics = Object.keys(assignment).filter(topic => (assignment[topic] ?? []).length > 0);
  if (topics.length === 0) {
    return [];
  }
  const committed = await admin.fetchOffsets({ groupId, topics });
  const lags = await Promise.all(
    topics.map(async topic => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
      const positions = new Map(
        committed
          .find(entry => entry.topic === topic)
          ?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
      );
      return (assignment[topic] ?? []).map(partition => {
        const [position, end] = [positions.get(partition), ends.get(partition)];
        const known = position !== undefined && position >= 0n && end !== undefined;
        return { topic, partition, lag: known ? Number(BigInt(end) - position) : undefined };
      });
    }),
  );
  return lags.flat();
}
