import { messageOf } from '../errors/message-of.js';
import type { LoggerService } from '@nestjs/common';
import type { KafkaAdmin, KafkaDriver, KafkaReader } from '../driver/kafka-driver.js';
import { partitionsOfReplyTopic } from './reply-topic.js';
import type { ReplyListener, ReplyRouting } from './reply-routing.js';

type ReaderDriver = KafkaDriver & Required<Pick<KafkaDriver, 'reader'>>;

interface Tail {
  partition: number;
  reader: KafkaReader;
}

/** What direct replies are made of. */
export interface DirectRepliesOptions {
  driver: ReaderDriver;
  onReply: ReplyListener;
  logger: LoggerService;
}

/**
 * Replies without a consumer group: one partition of each reply topic, chosen at random, is tailed from its end.
 * Replicas may choose the same one: each sees the replies of all, and ignores what it has not asked for.
 *
 * States of a reply topic: `unknown` → `opening` (`openings` holds the promise) → `open` (`tails` holds the reader).
 * A failure leads back to `unknown`, so that the next request tries again. `open` means that the position is known:
 * no reply to a request that is sent from then on is missed.
 */
export class DirectReplies implements ReplyRouting {
  readonly consumer = undefined;
  private readonly openings = new Map<string, Promise<number>>();
  private readonly tails = new Map<string, Tail>();
  private readonly expected = new Set<string>();
  private started = false;
  private stopped = false;
  private admin: Promise<KafkaAdmin> | undefined;

  constructor(private readonly options: DirectRepliesOptions) {}

  expect(replyTopic: string): void {
    this.expected.add(replyTopic);
    if (this.started) {
      void this.openAhead(replyTopic);
    }
  }

  async start(): Promise<void> {
    this.started = true;
    await Promise.all([...this.expected].map(topic => this.openAhead(topic)));
  }

  partitionOf(replyTopic: string): number | Promise<number> {
    return this.tails.get(replyTopic)?.partition ?? this.open(replyTopic);
  }

  assignments(): Record<string, number> {
    return Object.fromEntries([...this.tails].map(([topic, { partition }]) => [topic, partition]));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.openings.values());
    const readers = [...this.tails.values()].map(({ reader }) => reader.disconnect());
    this.tails.clear();
    const results = await Promise.allSettled([...readers, this.admin?.then(admin => admin.disconnect())]);
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  /** A hint does no harm: if it cannot be followed, the first request tries again and fails with the reason. */
  private async openAhead(replyTopic: string): Promise<void> {
    try {
      await this.partitionOf(replyTopic);
    } catch (error) {
      this.options.logger.warn(`The reply topic "${replyTopic}" could not be opened yet: ${messageOf(error)}`);
    }
  }

  private open(replyTopic: string): Promise<number> {
    let opening = this.openings.get(replyTopic);
    if (opening === undefined) {
      opening = this.tail(replyTopic).finally(() => this.openings.delete(replyTopic));
      this.openings.set(replyTopic, opening);
    }
    return opening;
  }

  private async tail(replyTopic: string): Promise<number> {
    const { driver, onReply } = this.options;
    const partitions = await partitionsOfReplyTopic(await this.connectAdmin(), replyTopic);
    const partition = partitions[Math.floor(Math.random() * partitions.length)] ?? 0;
    const reader = driver.reader({ topics: [{ topic: replyTopic, partitions: [partition] }], position: 'latest' });
    try {
      await reader.connect();
      await reader.run({
        eachMessage: async payload => {
          await onReply(payload);
        },
      });
    } catch (error) {
      await reader.disconnect();
      throw error;
    }
    if (this.stopped) {
      await reader.disconnect();
    } else {
      this.tails.set(replyTopic, { partition, reader });
    }
    return partition;
  }

  private connectAdmin(): Promise<KafkaAdmin> {
    this.admin ??= this.openAdmin().catch((error: unknown) => {
      this.admin = undefined;
      throw error;
    });
    return this.admin;
  }

  private async openAdmin(): Promise<KafkaAdmin> {
    const admin = this.options.driver.admin();
    await admin.connect();
    return admin;
  }
}

/** Whether an engine can do this. */
export function canReadDirectly(driver: KafkaDriver): driver is ReaderDriver {
  return typeof driver.reader === 'function';
}
