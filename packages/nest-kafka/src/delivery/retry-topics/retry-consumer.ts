import { setTimeout as sleep } from 'node:timers/promises';
import { ConsumerLife } from '../../driver/consumer-life.js';
import type { KafkaStatus } from '../../driver/kafka-status.js';
import type { Consumer, KafkaMessage } from '../../driver/kafka-types.js';
import { stopConsumer } from '../../server/stop-consumer.js';
import type { DeliveryRuntime } from '../delivery-runtime.js';
import { DueTimes } from './due-times.js';
import { retryGroupOf } from './retry-topic-names.js';

/** A message of a retry topic, and what becomes of it. */
export interface WaitingMessage {
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** @returns after how many milliseconds it has to be delivered again from the same place; `undefined`: it is done */
  deliver(heartbeat: () => Promise<void>): Promise<number | undefined>;
}

/** One handler, as its retry topics see it. */
export interface RetriedHandler {
  /** The topic that it handles. */
  readonly topic: string;
  /** The longest delay of its policy, in milliseconds. */
  readonly longestDelay: number;
  /** The shortest, in milliseconds. */
  readonly shortestDelay: number;
  read(message: KafkaMessage, partition: number): WaitingMessage;
}

type RunConfig = NonNullable<Parameters<Consumer['run']>[0]>;
type EachBatchPayload = Parameters<NonNullable<RunConfig['eachBatch']>>[0];

/** A wait that is shorter than this is not worth giving the batch back for. Milliseconds. */
const SHORT = 1_000;
/** How long such a wait may hold up a rebalance or a close, in milliseconds. */
const STEP = 100;
/** For how long a fetch gathers, in milliseconds, or until it has so many bytes. */
const MAX_FETCH_WAIT = 1_000;
const LEAST_FETCH_WAIT = 10;
const FETCH_BYTES = 65_536;
const LONGEST_TIMER = 2 ** 31 - 1;
/** How long what was handled may be uncommitted while the rest of its batch is handled, in milliseconds. */
const COMMIT_INTERVAL = 1_000;

/**
 * Reads the retry topics of one server, in a group of their own, and delivers each message when it is due.
 *
 *     new ─start()─▶ running ─stop()─▶ stopped            new ─stop()─▶ stopped: it never runs
 *
 * and each of its partitions:
 *
 *     reading ─┬─ the next is not due for long ─▶ paused until then ─▶ reading
 *              └─ it is due, or nearly ─┬───────▶ delivered ─▶ reading
 *                                       └─ its handler is paused ─▶ paused until it is resumed ─▶ reading
 *
 * Invariants
 * - A message is resolved only after it is done: handled, in the next retry topic, or given up. What is not due yet stays in
 *   its topic, where it survives every restart; in memory there is at most what one fetch brought of each partition.
 * - A partition that waits holds up no other one, and a rebalance or a close for no more than `STEP`.
 * - After `stop()` there are no timers, and nothing is delivered any more.
 */
export class RetryConsumer {
  private readonly handlers = new Map<string, RetriedHandler>();
  /** What ends the wait of a partition that is paused, without resuming it. */
  private readonly waits = new Map<string, () => void>();
  private readonly dueTimes = new DueTimes();
  /** Handlers whose topics are not there yet. */
  private missing = 0;
  /** Of all topics. */
  private partitions = 0;
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

  /** A handler will have retry topics: to be followed by `provide()`. */
  expect(): void {
    this.missing++;
  }

  /** The topics of one handler are there, each with so many partitions; starts when those of all are. */
  async provide(topics: ReadonlyMap<string, number>, handler: RetriedHandler): Promise<void> {
    for (const [topic, partitions] of topics) {
      this.handlers.set(topic, handler);
      this.partitions += partitions;
    }
    if (--this.missing === 0) {
      await this.start();
    }
  }

  private async start(): Promise<void> {
    const { consumerConfig, groupId } = this.runtime;
    if (this.isStopping() || this.handlers.size === 0) {
      return;
    }
    const client = this.runtime.client();
    const consumer = client.consumer({ ...consumerConfig, ...this.patience(), groupId: retryGroupOf(groupId) });
    this.consumer = consumer;
    this.life = new ConsumerLife(consumer, consumerConfig, () => undefined);
    await consumer.connect();
    if (this.isStopping()) {
      return;
    }
    // From the beginning: what is in a retry topic before the group's first commit is owed, too.
    await consumer.subscribe({ topics: [...this.handlers.keys()], fromBeginning: true });
    if (this.isStopping()) {
      return;
    }
    await consumer.run({
      eachBatchAutoResolve: false,
      autoCommitInterval: COMMIT_INTERVAL,
      // KafkaJS hands out one partition at a time otherwise; ours all.
      ...(client.capabilities?.defer === true ? {} : { partitionsConsumedConcurrently: this.partitions }),
      eachBatch: payload => this.deliver(payload),
    });
  }

  /** What is fetched waits anyhow: one fetch is to bring what has come in a while, not each message for itself. */
  private patience(): { minBytes?: number; maxWaitTimeInMs?: number } {
    const shortest = Math.min(...Array.from(this.handlers.values(), ({ shortestDelay }) => shortestDelay));
    const maxWaitTimeInMs = Math.min(MAX_FETCH_WAIT, Math.floor(shortest / 2));
    return maxWaitTimeInMs < LEAST_FETCH_WAIT ? {} : { minBytes: FETCH_BYTES, maxWaitTimeInMs };
  }

  /** Resolves when handlers have ended, or have had the server's grace period to. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private isStopping(): boolean {
    return this.stopping !== undefined;
  }

  private async shutDown(): Promise<void> {
    for (const endWait of this.waits.values()) {
      endWait();
    }
    this.waits.clear();
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
    const { batch, resolveOffset, commitOffsetsIfNecessary, heartbeat } = payload;
    const { topic, partition } = batch;
    const handler = this.handlers.get(topic);
    if (handler === undefined) {
      return;
    }
    for (const message of batch.messages) {
      if (!this.goesOn(payload)) {
        return;
      }
      const waiting = handler.read(message, partition);
      const left = this.dueTimes.left(topic, partition, message.offset, waiting.due, handler.longestDelay);
      if (left > SHORT) {
        this.pause(payload, after(left));
        return;
      }
      if (left > 0 && !(await this.waitHere(payload, left))) {
        return;
      }
      if (this.runtime.pauses.isPaused(handler.topic)) {
        this.pause(payload, resume => this.runtime.pauses.onceResumed(handler.topic, resume));
        return;
      }
      const retryIn = await waiting.deliver(heartbeat);
      if (retryIn !== undefined) {
        this.pause(payload, after(retryIn));
        return;
      }
      resolveOffset(message.offset);
      await commitOffsetsIfNecessary();
      await heartbeat();
    }
  }

  private goesOn({ isRunning, isStale }: EachBatchPayload): boolean {
    return isRunning() && !isStale() && !this.isStopping();
  }

  /** @returns whether to go on with the message then */
  private async waitHere(payload: EachBatchPayload, milliseconds: number): Promise<boolean> {
    const until = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = until - performance.now()) {
      await sleep(Math.min(left, STEP));
      if (!this.goesOn(payload)) {
        return false;
      }
      await payload.heartbeat();
    }
    return true;
  }

  private pause({ batch, pause }: EachBatchPayload, wait: (resume: () => void) => () => void): void {
    if (this.isStopping()) {
      return;
    }
    const key = `${batch.partition}:${batch.topic}`;
    this.waits.get(key)?.();
    const resume = pause();
    this.waits.set(
      key,
      wait(() => {
        this.waits.delete(key);
        resume();
      }),
    );
  }
}

function after(milliseconds: number): (resume: () => void) => () => void {
  return resume => {
    const timer = setTimeout(resume, Math.min(milliseconds, LONGEST_TIMER));
    return () => clearTimeout(timer);
  };
}
