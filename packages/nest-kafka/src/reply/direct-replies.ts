import type { LoggerService } from '@nestjs/common';
import type { KafkaAdmin, KafkaDriver, KafkaReader } from '../driver/kafka-driver.js';
import type { EachMessagePayload } from '../driver/kafka-types.js';
import { messageOf } from '../errors/message-of.js';
import { partitionsOfReplyTopic } from './reply-topic.js';
import type { ReplyListener, ReplyRouting } from './reply-routing.js';

type ReaderDriver = KafkaDriver & Required<Pick<KafkaDriver, 'reader'>>;

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
 * States of a reply topic: `unknown` → `opening` (`openings` holds the promise) → `open` (`partitions` holds the choice).
 * A failure leads back to `unknown`, so that the next request tries again. `open` means that the position is fixed:
 * no reply to a request that is sent from then on is missed.
 */
export class DirectReplies implements ReplyRouting {
  readonly consumer = undefined;
  readonly life = undefined;
  private readonly openings = new Map<string, Promise<number>>();
  private readonly partitions = new Map<string, number>();
  private readonly expected = new Set<string>();
  private readonly reader: KafkaReader;
  private readonly admin: KafkaAdmin;
  private started = false;

  constructor(private readonly options: DirectRepliesOptions) {
    const { driver } = options;
    this.reader = driver.reader({ topics: [], position: 'end', allowAutoTopicCreation: true });
    this.admin = driver.admin({ retry: { retries: 0 } });
  }

  expect(replyTopic: string): void {
    this.expected.add(replyTopic);
    if (this.started) {
      void this.openAhead(replyTopic);
    }
  }

  async start(): Promise<void> {
    const { onReply } = this.options;
    const eachMessage = async (payload: EachMessagePayload): Promise<void> => onReply(payload);
    await Promise.all([this.admin.connect(), this.reader.run({ eachMessage })]);
    this.started = true;
    await Promise.all([...this.expected].map(topic => this.openAhead(topic)));
  }

  partitionOf(replyTopic: string): number | Promise<number> {
    return this.partitions.get(replyTopic) ?? this.open(replyTopic);
  }

  assignments(): Record<string, number> {
    return Object.fromEntries(this.partitions);
  }

  get reading(): object {
    return this.reader;
  }

  async stop(): Promise<void> {
    const results = await Promise.allSettled([this.reader.close(), this.admin.disconnect()]);
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
    const partitions = await partitionsOfReplyTopic(this.admin, replyTopic);
    const partition = partitions[Math.floor(Math.random() * partitions.length)] ?? 0;
    await this.reader.add([{ topic: replyTopic, partitions: [partition] }]);
    this.partitions.set(replyTopic, partition);
    return partition;
  }
}

/** Whether an engine can do this. */
export function canReadDirectly(driver: KafkaDriver): driver is ReaderDriver {
  return typeof driver.reader === 'function';
}
