import type { LoggerService } from '@nestjs/common';
import type { KafkaDriver } from '../driver/kafka-driver.js';
import type { Consumer, ConsumerConfig, RunConfig, SubscribeConfig } from '../driver/kafka-types.js';
import { ConsumerLife } from '../driver/consumer-life.js';
import type { StatusListener } from '../driver/status-events.js';
import { NoReplyPartitionError } from '../errors/no-reply-partition.error.js';
import { KafkaReplyPartitionAssigner } from './kafka-reply-partition-assigner.js';
import type { ReplyListener, ReplyRouting } from './reply-routing.js';

/** How long `start()` waits for the group to give this member its partitions, in milliseconds. */
const JOIN_TIMEOUT = 30_000;

/** What an engine may offer beyond KafkaJS: to say when its partitions know where to begin. */
interface Positionable {
  positioned?(): Promise<void>;
}

/** What a reply group is made of. */
export interface GroupRepliesOptions {
  driver: KafkaDriver;
  consumer: ConsumerConfig;
  subscribe: SubscribeConfig | undefined;
  run: RunConfig | undefined;
  onReply: ReplyListener;
  onStatus: StatusListener;
  logger: LoggerService;
}

/**
 * Replies through a consumer group on the reply topics, as the NestJS documentation describes it: each member is
 * addressed at the lowest partition it was assigned.
 *
 * A member that was assigned nothing (more replicas than partitions) cannot send requests, and topics that are announced
 * after `start()` are not subscribed: KafkaJS's interface does not let a running consumer subscribe.
 *
 * Invariant: no request is addressed at a partition whose position is not fixed, or its reply might be passed over. Only an
 * engine that says when that is can keep it.
 */
export class GroupReplies implements ReplyRouting {
  readonly consumer: Consumer;
  readonly life: ConsumerLife;
  private readonly topics = new Set<string>();
  private partitions: Record<string, number> = {};
  private started = false;
  /** Until the group has given this member its first assignment. */
  private forming = true;
  /** Until the partitions of the last assignment know where they begin. */
  private positioning: Promise<void> | undefined;

  constructor(private readonly options: GroupRepliesOptions) {
    const { driver, consumer, onStatus } = options;
    this.consumer = driver.consumer({
      partitionAssigners: [
        config => new KafkaReplyPartitionAssigner({ getConsumerAssignments: () => this.partitions }, config),
      ],
      ...consumer,
    });
    this.life = new ConsumerLife(this.consumer, consumer, onStatus);
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => this.take(payload.memberAssignment));
  }

  expect(replyTopic: string): void {
    if (this.started && !this.topics.has(replyTopic)) {
      this.options.logger.warn(
        `subscribeToResponseOf() came too late for "${replyTopic}": with reply.routing 'group' call it before connect().`,
      );
      return;
    }
    this.topics.add(replyTopic);
  }

  async start(): Promise<void> {
    this.started = true;
    await this.consumer.connect();
    if (this.topics.size === 0) {
      return;
    }
    await this.consumer.subscribe({ ...this.options.subscribe, topics: [...this.topics] });
    const joined = this.joined();
    const { onReply } = this.options;
    await this.consumer.run({
      ...this.options.run,
      eachMessage: async payload => {
        await onReply(payload);
      },
    });
    if (!(await joined)) {
      this.options.logger.warn(
        `The reply group "${this.options.consumer.groupId}" did not form within ${JOIN_TIMEOUT} ms; requests fail until it does.`,
      );
    }
  }

  partitionOf(replyTopic: string): number | Promise<number> {
    if (this.positioning !== undefined) {
      // A partition without a committed offset is read from its end, which must not be looked up behind the reply.
      return this.positioning.then(() => this.partitionOf(replyTopic));
    }
    const partition = this.partitions[replyTopic];
    if (partition === undefined && this.forming && this.topics.has(replyTopic)) {
      throw new NoReplyPartitionError(replyTopic, 'The reply group has not formed yet. See to the brokers.', true);
    }
    if (partition === undefined) {
      throw new NoReplyPartitionError(
        replyTopic,
        this.topics.has(replyTopic)
          ? 'This member of the reply group was assigned none of its partitions: give the topic at least as many partitions as there are replicas, ' +
              "or use reply: { routing: 'direct' }."
          : "Call subscribeToResponseOf() with the request's pattern before connect(), or use reply: { routing: 'direct' }.",
      );
    }
    return partition;
  }

  assignments(): Record<string, number> {
    return this.partitions;
  }

  get reading(): object {
    return this.consumer;
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }

  private position(): void {
    const { positioned } = this.consumer as Consumer & Positionable;
    const positioning = positioned?.call(this.consumer).then(() => {
      if (this.positioning === positioning) {
        this.positioning = undefined;
      }
    });
    this.positioning = positioning;
  }

  private take(assignment: Record<string, number[]>): void {
    this.forming = false;
    this.partitions = Object.fromEntries(
      Object.entries(assignment)
        .filter(([, partitions]) => partitions.length > 0)
        .map(([topic, partitions]) => [topic, Math.min(...partitions)]),
    );
    this.position();
  }

  /** Resolves to whether the group formed in time. */
  private joined(): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(settle, JOIN_TIMEOUT, false).unref();
      const forget = this.consumer.on(this.consumer.events.GROUP_JOIN, () => settle(true));
      function settle(inTime: boolean): void {
        clearTimeout(timer);
        forget();
        resolve(inTime);
      }
    });
  }
}
