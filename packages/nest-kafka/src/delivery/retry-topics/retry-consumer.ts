import { ConsumerLife } from '../../driver/consumer-life.js';
import type { KafkaStatus } from '../../driver/kafka-status.js';
import type { Consumer, KafkaMessage } from '../../driver/kafka-types.js';
import { stopConsumer } from '../../server/stop-consumer.js';
import type { DeliveryRuntime } from '../delivery-runtime.js';
import { retryGroupOf } from './retry-topic-names.js';

/** Delivers a message of a retry topic. @returns after how many milliseconds it is to be delivered again; `undefined`: done */
export type Redeliver = (
  message: KafkaMessage,
  partition: number,
  heartbeat: () => Promise<void>,
) => Promise<number | undefined>;

/** How many partitions KafkaJS hands out at once. */
const PARTITIONS_OF_KAFKAJS = 32;

type RunConfig = NonNullable<Parameters<Consumer['run']>[0]>;
type EachBatchPayload = Parameters<NonNullable<RunConfig['eachBatch']>>[0];

/**
 * Reads the retry topics of one server, in a group of their own, and delivers each message when it is due.
 *
 *     reading ──the next is not due──▶ paused until then ──▶ reading
 *
 * Invariants
 * - A message is resolved only after it is done: handled, in the next retry topic, or given up. What is not due yet stays in
 *   its topic, where it survives every restart; nothing but a timer a partition is kept in memory for it.
 * - A partition that waits holds up neither another one nor a rebalance.
 */
export class RetryConsumer {
  private readonly redeliverers = new Map<string, Redeliver>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Handlers whose topics are not there yet. */
  private missing = 0;
  private consumer: Consumer | undefined;
  private life: ConsumerLife | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly runtime: DeliveryRuntime) {
    runtime.lifecycle.closing.addEventListener('abort', () => void this.stop(), { once: true });
  }

  /** `undefined` before the start. */
  get state(): KafkaStatus | undefined {
    return this.life?.state;
  }

  /** To be followed by `provided()`, when the topics are there. */
  add(topics: readonly string[], redeliver: Redeliver): void {
    this.missing++;
    for (const topic of topics) {
      this.redeliverers.set(topic, redeliver);
    }
  }

  /** The topics of one handler are there; starts when those of all are. */
  async provided(): Promise<void> {
    if (--this.missing === 0) {
      await this.start();
    }
  }

  private async start(): Promise<void> {
    const { consumerConfig, groupId } = this.runtime;
    const client = this.runtime.client();
    const consumer = client.consumer({ ...consumerConfig, groupId: retryGroupOf(groupId) });
    this.consumer = consumer;
    this.life = new ConsumerLife(consumer, consumerConfig, () => undefined);
    await consumer.connect();
    // From the beginning: what is in a retry topic before the group's first commit is owed, too.
    await consumer.subscribe({ topics: [...this.redeliverers.keys()], fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      // KafkaJS hands out one partition at a time otherwise; ours all.
      ...(client.capabilities?.defer === true ? {} : { partitionsConsumedConcurrently: PARTITIONS_OF_KAFKAJS }),
      eachBatch: payload => this.deliver(payload),
    });
  }

  /** Resolves when handlers have ended, or have had the server's grace period to. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
    if (this.consumer === undefined) {
      return;
    }
    const { gracePeriod, logger, groupId } = this.runtime;
    try {
      if (!(await stopConsumer(this.consumer, gracePeriod, error => logger.error(error)))) {
        logger.warn(
          `Handlers of group "${retryGroupOf(groupId)}" were still running after the grace period of ${gracePeriod} ms; ` +
            'their messages are not committed and will be delivered again.',
        );
      }
    } catch (error) {
      logger.error(error);
    }
  }

  private async deliver(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    const { topic, partition } = batch;
    const redeliver = this.redeliverers.get(topic);
    for (const message of batch.messages) {
      if (!isRunning() || isStale() || this.stopping !== undefined || redeliver === undefined) {
        return;
      }
      const wait = await redeliver(message, partition, heartbeat);
      if (wait !== undefined) {
        this.pause(payload, wait);
        return;
      }
      resolveOffset(message.offset);
      await heartbeat();
    }
  }

  private pause({ batch, pause }: EachBatchPayload, milliseconds: number): void {
    const key = `${batch.partition}:${batch.topic}`;
    const resume = pause();
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => {
      this.timers.delete(key);
      resume();
    }, milliseconds);
    this.timers.set(key, timer);
  }
}
