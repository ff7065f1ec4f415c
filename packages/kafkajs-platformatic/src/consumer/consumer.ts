import type { Assigner } from '../assigners/index.js';
import { Cluster } from '../cluster/cluster.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { GroupDescription } from '../group/group-description.js';
import type { Logger } from '../logger/logger.js';
import { retry } from '../retry/retry-policy.js';
import { ConsumerEmitter } from './consumer-emitter.js';
import {
  CONSUMER_EVENTS,
  type ConsumerEventName,
  type ConsumerEventPayloads,
  type ConsumerEvents,
  type InstrumentationEvent,
} from './consumer-events.js';
import { checkRunConfig, consumerOptions, type ConsumerOptions } from './consumer-options.js';
import { ConsumerRunner } from './consumer-runner.js';
import type {
  ConsumerConfig,
  ConsumerRunConfig,
  ConsumerSubscribeTopic,
  ConsumerSubscribeTopics,
  TopicPartition,
  TopicPartitionOffset,
  TopicPartitionOffsetAndMetadata,
  TopicPartitions,
} from './consumer-types.js';
import type { FetchPatience } from './fetch-options.js';
import { GroupCoordinator } from './group-coordinator.js';
import type { PartitionClaim } from './partition-claim.js';
import { rootOf } from './recoverable.js';
import type { Patience } from './run-vitals.js';
import { longestAttempt } from './stall-watch.js';
import type { Standstill } from './standstill.js';
import { Subscription } from './subscription.js';
import { checkPartition, checkTopicPartitions, offsetsToCommit, parseOffset } from './topic-partition-arguments.js';

/** ListOffsets' names for the ends of a log, which `seek` takes too. */
const SPECIAL_OFFSETS: ReadonlySet<bigint> = new Set([-1n, -2n]);
/** Milliseconds by which a request may outlast the wait that it asks the broker for, if requestTimeout is not less. */
const REQUEST_MARGIN = 5_000;
/** Milliseconds that brokers take for a commit in the worst case (offsets.commit.timeout.ms is 5000). */
const SHORTEST_COMMIT_TIMEOUT = 6_000;

/**
 * KafkaJS's consumer: a member of a consumer group that hands messages to `eachMessage` or `eachBatch`.
 *
 *     created ─connect─▶ connected ─run─▶ running ─stop─▶ connected ─disconnect─▶ created
 *
 * What differs from KafkaJS on purpose: partitions are handled independently of each other; a failing handler holds up
 * its partition only and is called again for the same message (`consumer.handler_failed`); a rebalance waits for handlers
 * in flight; offsets are committed in the background; nothing but a fatal error of the group or `restartOnFailure` ends a run.
 */
export class Consumer {
  readonly events: ConsumerEvents = CONSUMER_EVENTS;
  readonly #options: ConsumerOptions;
  readonly #patience: Patience & FetchPatience;
  readonly #cluster: Cluster;
  readonly #logger: Logger;
  readonly #emitter: ConsumerEmitter;
  readonly #coordinator: GroupCoordinator;
  readonly #assigners: readonly Assigner[];
  readonly #subscription = new Subscription();
  #runner: ConsumerRunner | null = null;
  #stopping: Promise<void> | null = null;
  #connected = false;

  /** @throws KafkaJSNonRetriableError naming every option that cannot be used */
  constructor(client: ResolvedClientConfig, config: ConsumerConfig) {
    this.#options = consumerOptions(config, client.retry);
    const { groupId, groupInstanceId, rebalanceTimeout, maxWaitTimeInMs, partitionAssigners } = this.#options;
    const { sessionTimeout, heartbeatInterval } = this.#options;
    const { requestTimeout } = client;
    const margin = Math.min(REQUEST_MARGIN, requestTimeout);
    const fetchTimeout = Math.max(requestTimeout, maxWaitTimeInMs + margin);
    const groupTimeout = Math.max(requestTimeout, rebalanceTimeout + margin);
    // A connection that died without a word has to be found out and replaced while the session still lasts.
    const commitTimeout = Math.min(requestTimeout, Math.max(sessionTimeout / 3, SHORTEST_COMMIT_TIMEOUT));
    const attempt = longestAttempt(client, commitTimeout) + requestTimeout;
    const stable = Math.max(2 * sessionTimeout, heartbeatInterval + attempt);
    this.#patience = {
      stable,
      joining: Math.max(stable, longestAttempt(client, groupTimeout) + requestTimeout),
      patience: 2 * longestAttempt(client, fetchTimeout),
    };
    this.#logger = client.logger.namespace('Consumer');
    this.#emitter = new ConsumerEmitter(this.#logger);
    this.#cluster = new Cluster(client, {
      requestTimeouts: {
        // JoinGroup and SyncGroup wait for longer: they are asked again. See group-coordinator.ts.
        commit: commitTimeout,
        fetch: fetchTimeout,
        'catch-up': fetchTimeout,
      },
      network: this.#emitter.network,
    });
    this.#coordinator = new GroupCoordinator(this.#cluster, groupId, groupInstanceId, groupTimeout);
    this.#assigners = partitionAssigners.map(assigner =>
      assigner({ cluster: this.#cluster as never, groupId, logger: this.#logger as never }),
    );
  }

  /** @throws KafkaJSNumberOfRetriesExceeded naming every broker tried, KafkaJSSASLAuthenticationError */
  async connect(): Promise<void> {
    await this.#cluster.connect();
    this.#connected = true;
    this.#emitter.emit('consumer.connect', null);
  }

  /** Stops, then closes every connection. May be called again. */
  async disconnect(): Promise<void> {
    await this.stop();
    await this.#cluster.disconnect();
    if (this.#connected) {
      this.#connected = false;
      this.#emitter.emit('consumer.disconnect', null);
    }
  }

  /**
   * Adds topics, before `run`. With `allowAutoTopicCreation` a missing topic is made.
   * @throws KafkaJSNonRetriableError for a bad argument or while running; KafkaJSProtocolError for a topic that cannot be used
   */
  async subscribe(subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic): Promise<void> {
    if (this.#runner !== null) {
      throw new KafkaJSNonRetriableError('Cannot subscribe to topic while consumer is running');
    }
    const names = this.#subscription.add(subscription).filter(pattern => typeof pattern === 'string');
    if (names.length > 0) {
      await this.#cluster.metadata(names, { allowAutoTopicCreation: this.#options.allowAutoTopicCreation });
    }
  }

  /**
   * Joins the group and begins to consume; resolves when the first assignment has come. Connects, if that has not been
   * done; once connected it goes on trying for as long as the cluster cannot be reached.
   * @throws KafkaJSProtocolError and others that trying again cannot cure; a CRASH event comes with them
   */
  async run(config: ConsumerRunConfig = {}): Promise<void> {
    checkRunConfig(config);
    if (this.#runner !== null) {
      this.#logger.warn('consumer#run was called, but the consumer is already running', {
        groupId: this.#options.groupId,
      });
      return;
    }
    const runner = new ConsumerRunner(
      {
        cluster: this.#cluster,
        coordinator: this.#coordinator,
        assigners: this.#assigners,
        subscription: this.#subscription,
        options: this.#options,
        emitter: this.#emitter,
        logger: this.#logger,
        patience: this.#patience,
        onCrash: error => this.#crash(runner, error),
      },
      config,
    );
    this.#runner = runner;
    this.#logger.info('Starting', { groupId: this.#options.groupId });
    try {
      if (!this.#connected) {
        await this.connect();
      }
    } catch (error) {
      this.#runner = null;
      throw error;
    }
    await runner.start();
  }

  /** Stops fetching, waits for handlers in flight, commits and leaves the group. `run` may be called again afterwards. */
  async stop(): Promise<void> {
    const runner = this.#runner;
    if (runner === null) {
      await this.#stopping;
      return;
    }
    this.#stopping ??= runner.stop().then(() => {
      this.#runner = null;
      this.#stopping = null;
      this.#emitter.emit('consumer.stop', null);
      this.#logger.info('Stopped', { groupId: this.#options.groupId });
    });
    await this.#stopping;
  }

  /**
   * Beyond KafkaJS: has `stop()` and `disconnect()`, under way or later in this run, wait for handlers no longer. What has
   * been handled is committed, and the group is left, so that others take over at once; what is still being handled is
   * delivered again, to them.
   */
  abandonHandlers(): void {
    this.#runner?.abandonHandlers();
  }

  /**
   * Commits the given offsets (each the next one to read), also with `autoCommit: false`.
   * @throws KafkaJSNonRetriableError for bad arguments and for partitions that are not assigned to this consumer
   */
  async commitOffsets(topicPartitions: TopicPartitionOffsetAndMetadata[] = []): Promise<void> {
    const offsets = offsetsToCommit(topicPartitions);
    const runner = this.#running();
    if (offsets.length > 0) {
      await runner.commit(offsets);
    }
  }

  /**
   * Beyond KafkaJS: leaves the offsets of an assigned partition to transactions (`transaction.sendOffsets()`), for as long as it
   * stays assigned; the consumer itself commits none of it any more, so that none is ever overtaken by an older one. To be
   * called while a message of the partition is being handled, for each: only the first time costs anything.
   * @throws KafkaJSNonRetriableError for a partition that is not assigned to this consumer; KafkaJSProtocolError
   * (REBALANCE_IN_PROGRESS) if what it had to commit before could not be committed: the message comes again
   */
  async claim({ topic, partition }: TopicPartition): Promise<PartitionClaim> {
    checkPartition(topic, partition);
    return this.#running().claim(topic, partition);
  }

  /** Goes on at `offset` ("-2": the beginning, "-1": the end); what was fetched before is not delivered any more. */
  seek({ topic, partition, offset }: TopicPartitionOffset): void {
    checkPartition(topic, partition);
    const target = parseOffset(offset);
    if (target < 0n && !SPECIAL_OFFSETS.has(target)) {
      throw new KafkaJSNonRetriableError('Offset must not be a negative number');
    }
    this.#running().seek(topic, partition, target);
  }

  pause(topicPartitions: { topic: string; partitions?: number[] }[] = []): void {
    checkTopicPartitions('pause', topicPartitions);
    const runner = this.#running();
    for (const { topic, partitions } of topicPartitions) {
      runner.pause(topic, partitions);
    }
  }

  resume(topicPartitions: { topic: string; partitions?: number[] }[] = []): void {
    checkTopicPartitions('resume', topicPartitions);
    const runner = this.#running();
    for (const { topic, partitions } of topicPartitions) {
      runner.resume(topic, partitions);
    }
  }

  /** The paused ones among the partitions assigned now. */
  paused(): TopicPartitions[] {
    return this.#runner?.paused() ?? [];
  }

  /**
   * Beyond KafkaJS: assigned partitions that are neither paused nor waiting for a handler, and of which nothing has been
   * read for more than `longerThan` milliseconds (not even that there is nothing), each with the last error.
   */
  standstills(longerThan: number): Standstill[] {
    return this.#runner?.standstills(longerThan) ?? [];
  }

  /**
   * Beyond KafkaJS: resolves when every assigned partition knows where it goes on. What is produced to one of them from
   * then on is delivered, also where nothing was ever committed and reading begins at the end. Resolves when the run ends,
   * too.
   */
  async positioned(): Promise<void> {
    await this.#runner?.whenPositioned();
  }

  describeGroup(): Promise<GroupDescription> {
    return retry(this.#options.retry, () =>
      this.#coordinator.describe().catch((error: unknown) => {
        throw rootOf(error);
      }),
    );
  }

  on<Name extends ConsumerEventName>(
    eventName: Name,
    listener: (event: InstrumentationEvent<ConsumerEventPayloads[Name]>) => void,
  ): () => void {
    return this.#emitter.on(eventName, listener);
  }

  logger(): Logger {
    return this.#logger;
  }

  #running(): ConsumerRunner {
    if (this.#runner === null) {
      throw new KafkaJSNonRetriableError('Consumer group was not initialized, consumer#run must be called first');
    }
    return this.#runner;
  }

  #crash(runner: ConsumerRunner, error: Error): void {
    if (this.#runner !== runner || this.#stopping !== null) {
      return;
    }
    const { groupId } = this.#options;
    this.#logger.error(`Crash: ${error.name}: ${error.message}`, { groupId, stack: error.stack });
    this.#emitter.emit('consumer.crash', { error, groupId, restart: false });
    void this.disconnect();
  }
}
