import { Cluster } from '../cluster/cluster.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { AssignedPartition } from '../consumer/assigned-partition.js';
import { pause } from '../consumer/backoff.js';
import { DispatchGate } from '../consumer/dispatch-gate.js';
import type { EachMessageHandler } from '../consumer/consumer-types.js';
import { Fetcher } from '../consumer/fetcher.js';
import { MessageDelivery } from '../consumer/message-delivery.js';
import { PartitionLoop } from '../consumer/partition-loop.js';
import { PartitionSet } from '../consumer/partition-set.js';
import { rootOf } from '../consumer/recoverable.js';
import { Signal } from '../consumer/signal.js';
import { longestAttempt } from '../consumer/stall-watch.js';
import type { Standstill } from '../consumer/standstill.js';
import { throwFaults } from '../config/option-check.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { InstrumentationEmitter, type InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import { networkInstrumentation } from '../instrumentation/network-instrumentation.js';
import type { Logger } from '../logger/logger.js';
import { READER_EVENTS, type ReaderEventPayloads, type ReaderEvents } from './reader-events.js';
import { readerOptions, topicFaults, type ReaderOptions } from './reader-options.js';
import type { ReaderConfig, ReaderRunConfig, ReaderTopic } from './reader-types.js';

/** Milliseconds by which a request may outlast the wait that it asks the broker for. */
const REQUEST_MARGIN = 5_000;

/**
 * Reads partitions without a consumer group: no member, no rebalance, no commits. Several readers may read the same
 * partitions. For replies, tools and tests.
 *
 *     created ─start─▶ positioned ─run─▶ reading          any ─close─▶ closed
 *
 * Invariants
 * - Once `start` (or `add`) has resolved, every message produced to those partitions from then on will be delivered:
 *   the offset to begin at is fixed, and it outlives leader moves and outages.
 * - Between `start` and `run` at most one fetch per partition waits in memory.
 * - A partition added to a topic that is read whole is read from its beginning.
 */
export class TopicReader {
  readonly events: ReaderEvents = READER_EVENTS;
  readonly #options: ReaderOptions;
  /** Milliseconds. */
  readonly #patience: number;
  readonly #cluster: Cluster;
  readonly #logger: Logger;
  readonly #emitter: InstrumentationEmitter;
  readonly #gate = new DispatchGate();
  readonly #partitions = new PartitionSet();
  readonly #positioned = new Signal();
  readonly #closed = new AbortController();
  readonly #wholeTopics = new Set<string>();
  #fetcher: Fetcher | null = null;
  #eachMessage: EachMessageHandler | null = null;
  #starting: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  /** @throws KafkaJSNonRetriableError naming every option that cannot be used */
  constructor(client: ResolvedClientConfig, config: ReaderConfig) {
    this.#options = readerOptions(config, client.retry);
    const margin = Math.min(REQUEST_MARGIN, client.requestTimeout);
    const fetchTimeout = Math.max(client.requestTimeout, this.#options.maxWaitTimeInMs + margin);
    this.#patience = 2 * longestAttempt(client, fetchTimeout);
    this.#logger = client.logger.namespace('Reader');
    this.#emitter = new InstrumentationEmitter('reader', READER_EVENTS, this.#logger);
    this.#cluster = new Cluster(client, {
      requestTimeouts: { fetch: fetchTimeout, 'catch-up': fetchTimeout },
      network: networkInstrumentation(this.#emitter, READER_EVENTS),
    });
  }

  /**
   * Connects and fixes the position of every partition; nothing produced after it has resolved is missed.
   * @throws KafkaJSNumberOfRetriesExceeded naming every broker tried; for a topic or partition that does not exist
   */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch(async (error: unknown) => {
      // Nothing half started stays behind, and start may be called again.
      this.#drop();
      await this.#cluster.disconnect();
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  /** Begins to deliver. Starts, if that has not been done. */
  async run({ eachMessage }: ReaderRunConfig): Promise<void> {
    if (typeof eachMessage !== 'function') {
      throw new KafkaJSNonRetriableError('Reader run needs a function eachMessage.');
    }
    if (this.#eachMessage !== null) {
      throw new KafkaJSNonRetriableError(
        'Reader run was called before: one reader has one eachMessage. Make another reader.',
      );
    }
    this.#eachMessage = eachMessage;
    await this.start();
    if (!this.#closed.signal.aborted) {
      this.#gate.open();
      this.#partitions.wake();
    }
  }

  /** Reads more topics or partitions, after `start`; resolves when their positions are fixed. Known ones are left alone. */
  async add(topics: ReaderTopic[]): Promise<void> {
    throwFaults('topics of a reader', topicFaults(topics));
    await this.start();
    await this.#add(topics);
  }

  /** What is read now. */
  assigned(): { topic: string; partitions: number[] }[] {
    return Array.from(
      Map.groupBy(this.#partitions, ({ topic }) => topic),
      ([topic, list]) => ({ topic, partitions: list.map(({ partition }) => partition).sort((a, b) => a - b) }),
    );
  }

  /** Partitions that nothing has been read of for `longerThan` milliseconds, not even that there is nothing, and why. */
  standstills(longerThan: number): Standstill[] {
    return this.#fetcher?.standstills(longerThan) ?? [];
  }

  /** Returns a function that removes the listener. @throws KafkaJSNonRetriableError for an unknown event. */
  on<Name extends keyof ReaderEventPayloads>(
    eventName: Name,
    listener: InstrumentationListener<ReaderEventPayloads[Name]>,
  ): () => void {
    return this.#emitter.on(eventName, listener);
  }

  /** Stops fetching, waits for handlers in flight, closes every connection. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #start(): Promise<void> {
    this.#assertOpen();
    await this.#cluster.connect();
    this.#assertOpen();
    this.#fetcher = new Fetcher(
      this.#cluster,
      { ...this.#options, patience: this.#patience },
      {
        emit: () => {},
        onPositioned: () => this.#positioned.notify(),
        logger: this.#logger.namespace('Fetcher'),
      },
    );
    await this.#add(this.#options.topics);
    void this.#watch();
  }

  async #add(topics: readonly ReaderTopic[]): Promise<void> {
    if (topics.length === 0) {
      return;
    }
    const { allowAutoTopicCreation } = this.#options;
    await this.#cluster.metadata(
      topics.map(({ topic }) => topic),
      { allowAutoTopicCreation },
    );
    this.#assertOpen();
    const added = topics.flatMap(({ topic, partitions }) => {
      const existing = this.#cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      const missing = partitions?.filter(partition => !existing.includes(partition)) ?? [];
      if (missing.length > 0) {
        throw new KafkaJSNonRetriableError(
          `Cannot read ${missing.map(partition => `${topic}[${partition}]`).join(', ')}: the topic has the partitions ${existing.join(', ')}.`,
        );
      }
      if (partitions === undefined) {
        this.#wholeTopics.add(topic);
      }
      return this.#open(topic, partitions ?? existing);
    });
    while (added.some(({ position, revoked }) => position === null && !revoked)) {
      await this.#positioned.wait();
    }
    this.#assertOpen();
  }

  #open(topic: string, partitions: readonly number[], start = this.#options.position): AssignedPartition[] {
    const opened = partitions
      .filter(partition => this.#partitions.get(topic, partition) === undefined)
      .map(partition => {
        const offset = typeof start === 'object' ? start[topic]?.[partition] : undefined;
        const assigned = new AssignedPartition(topic, partition, {
          committed: offset === undefined ? null : BigInt(offset),
          start: start === 'beginning' ? 'earliest' : 'latest',
          paused: false,
        });
        this.#partitions.add(assigned, this.#loop(assigned));
        return assigned;
      });
    this.#fetcher?.add(opened);
    // Also those that were added by another call and are still being looked up.
    return partitions.map(partition => this.#partitions.get(topic, partition)).filter(found => found !== undefined);
  }

  #loop(partition: AssignedPartition): PartitionLoop {
    return new PartitionLoop(partition, {
      gate: this.#gate,
      semaphore: null,
      delivery: new MessageDelivery(payload => this.#deliver(payload), {
        gate: this.#gate,
        heartbeat: () => Promise.resolve(),
        pause: assigned => this.#pause(assigned),
        onHandled: () => {},
      }),
      retry: this.#options.retry,
      logger: this.#logger,
      observesBatches: () => false,
      onBatchStart: () => {},
      onBatchEnd: () => {},
      onRoom: () => this.#fetcher?.wake(),
      onProgress: () => {},
      onHandled: () => {},
      onFailure: () => {},
    });
  }

  #deliver(...[payload]: Parameters<EachMessageHandler>): Promise<void> {
    if (this.#eachMessage === null) {
      throw new KafkaJSNonRetriableError('A message was dispatched before run. Report this as a bug.');
    }
    return this.#eachMessage(payload);
  }

  #pause(partition: AssignedPartition): () => void {
    partition.paused = true;
    return () => {
      partition.paused = false;
      partition.changed.notify();
      this.#fetcher?.wake();
    };
  }

  /** New partitions of topics that are read whole. What is in them was produced after `start`. */
  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await pause(this.#options.metadataMaxAge, signal);
      if (signal.aborted || this.#wholeTopics.size === 0) {
        continue;
      }
      try {
        await this.#cluster.metadata([...this.#wholeTopics]);
      } catch (error) {
        this.#logger.debug(`Metadata could not be refreshed: ${rootOf(error).message}`);
      }
      if (signal.aborted) {
        return;
      }
      for (const topic of this.#wholeTopics) {
        const existing = this.#cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        this.#open(topic, existing, 'beginning');
      }
    }
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    this.#gate.close();
    this.#fetcher?.stop();
    await this.#gate.whenIdle();
    this.#drop();
    await this.#partitions.whenEnded();
    await this.#cluster.disconnect();
    await this.#starting?.catch((error: unknown) => {
      // Whoever called start has it; here it only has to be over.
      this.#logger.debug(`Closed while starting: ${rootOf(error).message}`);
    });
  }

  #drop(): void {
    this.#fetcher?.stop();
    this.#fetcher = null;
    for (const partition of this.#partitions) {
      this.#partitions.remove(partition);
    }
    this.#wholeTopics.clear();
    this.#positioned.notify();
  }

  #assertOpen(): void {
    if (this.#closed.signal.aborted) {
      throw new KafkaJSNonRetriableError('The reader is closed. Make another one.');
    }
  }
}
