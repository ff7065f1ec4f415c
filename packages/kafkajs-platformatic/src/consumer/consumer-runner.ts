import type { Assigner, Assignment } from '../assigners/index.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Logger } from '../logger/logger.js';
import type { AssignedPartition } from './assigned-partition.js';
import { settledOrAborted } from './backoff.js';
import { BatchDelivery } from './batch-delivery.js';
import type { ConsumerEmitter } from './consumer-emitter.js';
import type { ConsumerOptions } from './consumer-options.js';
import { createMembership } from './create-membership.js';
import type { ConsumerRunConfig, TopicPartitions } from './consumer-types.js';
import { DEFAULT_DEFERRAL_LIMITS } from './deferred-messages.js';
import type { Delivery } from './delivery.js';
import { DispatchGate } from './dispatch-gate.js';
import type { FetchPatience } from './fetch-options.js';
import { Fetcher } from './fetcher.js';
import type { GroupCoordinator, OffsetToCommit } from './group-coordinator.js';
import { reportFailure } from './handler-failures.js';
import { HeldPartitions } from './held-partitions.js';
import type { GroupJoin, Membership, MembershipPorts } from './membership.js';
import { MessageDelivery } from './message-delivery.js';
import { fromTopicOffsets, toTopicOffsets } from './offsets-by-topic.js';
import type { PartitionClaim } from './partition-claim.js';
import { PartitionClaims } from './partition-claims.js';
import { PartitionLoop, type PartitionLoopPorts } from './partition-loop.js';
import { RunCommits } from './run-commits.js';
import { RunVitals, type Patience } from './run-vitals.js';
import { Semaphore } from './semaphore.js';
import { Signal } from './signal.js';
import type { Standstill } from './standstill.js';
import type { Subscription } from './subscription.js';
import { subscribedOnly } from './unsubscribed-topics.js';

export interface RunnerContext {
  readonly cluster: Cluster;
  readonly coordinator: GroupCoordinator;
  readonly assigners: readonly Assigner[];
  readonly subscription: Subscription;
  readonly options: ConsumerOptions;
  readonly emitter: ConsumerEmitter;
  readonly logger: Logger;
  readonly patience: Patience & FetchPatience;
  /** The run has ended by itself, after `error`. */
  onCrash(error: Error): void;
}

/** Milliseconds that a stop waits for a rebalance to end, if there are offsets that nobody takes before. */
const REJOIN_TIMEOUT = 5_000;

/**
 * One run of a consumer, from `run()` to `stop()`: connects the member, the fetcher, the loops and the offsets.
 *
 * Handlers are dispatched while none of these holds: the member is giving partitions up (`revoking`), its session may
 * have run out (`suspended`), the run ends (`stopping`).
 *
 * Invariants
 * - What is fetched, handled and committed is exactly what `#held` has.
 * - A partition kept through a rebalance keeps its queue and its handler, if nobody else can have held it in between
 *   (`contiguous`); otherwise it is opened anew from its committed offset.
 * - A partition that an incremental rebalance takes away is `leaving` until its handler has settled and its offset is
 *   committed; the others never notice.
 * - A membership that is stuck (see RunVitals) is replaced by a new one: its partitions are given up, the group is left
 *   on new connections, and joined again. A handler that runs keeps its partition's place: its successor waits for it.
 */
export class ConsumerRunner {
  readonly #context: RunnerContext;
  readonly #config: ConsumerRunConfig;
  readonly #gate = new DispatchGate();
  readonly #held: HeldPartitions;
  readonly #claims: PartitionClaims;
  readonly #commits: RunCommits;
  readonly #fetcher: Fetcher;
  readonly #memberPorts: MembershipPorts;
  readonly #vitals: RunVitals;
  readonly #started = Promise.withResolvers<void>();
  #member: Membership;
  readonly #loopPorts: PartitionLoopPorts;
  readonly #stopped = new AbortController();
  readonly #abandoned = new AbortController();
  /** Woken when it may have become true that every assigned partition knows where it goes on. */
  readonly #positioned = new Signal();
  #revoking = true;
  #suspended = false;
  #stopping: Promise<void> | null = null;

  constructor(context: RunnerContext, config: ConsumerRunConfig) {
    const { cluster, coordinator, options, emitter, logger, subscription } = context;
    this.#context = context;
    this.#config = config;
    this.#commits = new RunCommits(
      {
        groupId: options.groupId,
        coordinator,
        emitter,
        logger,
        retry: options.retry,
        member: () => this.#member,
        rebalanceTimeout: options.rebalanceTimeout,
        signal: this.#stopped.signal,
      },
      config,
    );
    this.#fetcher = new Fetcher(
      cluster,
      { ...options, patience: context.patience.patience },
      {
        emit: (name, payload) => emitter.emit(name, payload),
        onPositioned: () => {
          this.#commits.onProgress();
          this.#positioned.notify();
        },
        logger: logger.namespace('Fetcher'),
      },
    );
    this.#held = new HeldPartitions({
      coordinator,
      subscription,
      fetcher: this.#fetcher,
      offsets: this.#commits.offsets,
      deferral: {
        messages: config.maxDeferred ?? DEFAULT_DEFERRAL_LIMITS.messages,
        bytes: config.maxDeferredBytes ?? DEFAULT_DEFERRAL_LIMITS.bytes,
      },
      logger,
      signal: this.#stopped.signal,
      loopOf: partition => new PartitionLoop(partition, this.#loopPorts),
      onSought: () => this.#commits.onProgress(),
    });
    this.#claims = new PartitionClaims({
      groupId: options.groupId,
      groupInstanceId: options.groupInstanceId,
      rebalanceTimeout: options.rebalanceTimeout,
      coordinator,
      held: this.#held,
      commits: this.#commits,
      member: () => this.#member,
      signal: this.#stopped.signal,
    });
    this.#memberPorts = {
      topics: () => subscription.topics(cluster),
      onAssigned: (assignment, joined) => this.#onAssigned(assignment, joined),
      onRevoking: signal => this.#onRevoking(signal),
      onReleasing: signal => this.#onReleasing(signal),
      onLost: () => this.#onLost(),
      onSuspended: () => this.#suspend(true),
      onResumed: () => this.#suspend(false),
      onHeartbeat: ({ memberId, generationId }) =>
        emitter.emit('consumer.heartbeat', { groupId: options.groupId, memberId, groupGenerationId: generationId }),
      onRebalancing: memberId => emitter.emit('consumer.rebalancing', { groupId: options.groupId, memberId }),
      onFatal: error => {
        this.#started.reject(error);
        context.onCrash(error);
      },
    };
    this.#member = createMembership(context, this.#memberPorts);
    this.#vitals = new RunVitals(context.patience, {
      member: () => this.#member,
      opening: () => this.#held.opening,
      onStuck: error => void this.#rejoin(error),
    });
    const { partitionsConsumedConcurrently: concurrency } = config;
    this.#loopPorts = {
      gate: this.#gate,
      semaphore: concurrency === undefined ? null : new Semaphore(concurrency),
      delivery: this.#delivery(),
      retry: options.retry,
      logger: logger.namespace('Runner'),
      observesBatches: () =>
        emitter.hasListeners('consumer.start_batch_process') || emitter.hasListeners('consumer.end_batch_process'),
      onBatchStart: payload => emitter.emit('consumer.start_batch_process', payload),
      onBatchEnd: payload => emitter.emit('consumer.end_batch_process', payload),
      onRoom: () => this.#fetcher.wake(),
      onProgress: () => this.#commits.onProgress(),
      onHandled: () => this.#commits.onHandled(),
      onFailure: failure => void reportFailure(failure, context),
    };
  }

  /** Resolves when the member has joined for the first time. @throws what keeps it from ever joining */
  start(): Promise<void> {
    this.#vitals.start();
    this.#join(this.#member);
    return this.#started.promise;
  }

  /** Resolves when every assigned partition knows where it goes on, or when the run ends. */
  async whenPositioned(): Promise<void> {
    while (!this.#stopped.signal.aborted && (this.#revoking || !this.#held.isPositioned)) {
      await this.#positioned.wait();
    }
  }

  /** Assigned partitions of which nothing has been read for `longerThan` milliseconds, and why. */
  standstills(longerThan: number): Standstill[] {
    return [...this.#vitals.standstills(longerThan), ...this.#fetcher.standstills(longerThan)];
  }

  /**
   * Stops fetching, waits for handlers in flight, commits, leaves the group. Heartbeats go on until then. Never rejects.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** A stop, under way or to come, waits for handlers no longer: their messages are not committed. */
  abandonHandlers(): void {
    this.#abandoned.abort();
  }

  commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    return this.#commits.commit(offsets);
  }

  claim(topic: string, partition: number): Promise<PartitionClaim> {
    return this.#claims.claim(topic, partition);
  }

  seek(topic: string, partition: number, offset: bigint): void {
    this.#held.seek(topic, partition, offset);
  }

  pause(topic: string, partitions?: readonly number[]): void {
    this.#held.pause(topic, partitions);
  }

  resume(topic: string, partitions?: readonly number[]): void {
    this.#held.resume(topic, partitions);
  }

  paused(): TopicPartitions[] {
    return this.#held.paused();
  }

  #delivery(): Delivery {
    const ports = {
      gate: this.#gate,
      heartbeat: () => this.#member.heartbeatIfDue(),
      pause: ({ topic, partition }: AssignedPartition) => {
        this.#held.pause(topic, [partition]);
        return () => this.#held.resume(topic, [partition]);
      },
    };
    const { eachMessage, eachBatch, eachBatchAutoResolve } = this.#config;
    if (eachMessage) {
      return new MessageDelivery(eachMessage, { ...ports, onHandled: () => this.#commits.onHandled() });
    }
    if (!eachBatch) {
      throw new TypeError('A run needs eachMessage or eachBatch');
    }
    return new BatchDelivery(eachBatch, {
      ...ports,
      autoResolve: eachBatchAutoResolve ?? true,
      isRunning: () => this.#stopping === null,
      commitIfNecessary: async () => this.#commits.commitIfNecessary(),
      commit: offsets => this.commit(fromTopicOffsets(offsets)),
      uncommitted: () => ({ topics: toTopicOffsets(this.#commits.offsets.uncommitted()) }),
    });
  }

  #join(member: Membership): void {
    const { resolve, reject } = this.#started;
    member.start().then(() => (this.#member === member ? resolve() : undefined), reject);
  }

  /** What was on its way of the old membership ends with its connections; if it never does, nobody waits for it. */
  async #rejoin(error: Error): Promise<void> {
    const { cluster, emitter, logger, options } = this.#context;
    const old = this.#member;
    const { groupId } = options;
    logger.error(error.message, { groupId });
    emitter.emit('consumer.crash', { error, groupId, restart: true });
    this.#onLost();
    const next = createMembership(this.#context, this.#memberPorts);
    this.#member = next;
    cluster.forgetCoordinator('group', groupId);
    await cluster.closeChannel('group');
    await cluster.closeChannel('commit');
    await old.stop();
    this.#join(next);
  }

  #onAssigned(assignment: Assignment, joined: GroupJoin): void {
    const { options, emitter, logger } = this.#context;
    const { groupId } = options;
    const mine = subscribedOnly(assignment, joined, this.#context);
    for (const partition of this.#held) {
      const isMine = mine[partition.topic]?.includes(partition.partition) === true;
      if (!joined.contiguous || (!isMine && !joined.incremental)) {
        this.#held.close(partition);
      } else if (!isMine) {
        partition.leave();
      }
    }
    const { memberId, leaderId, isLeader, protocolName, duration } = joined;
    const payload = {
      groupId,
      memberId,
      leaderId,
      isLeader,
      memberAssignment: mine,
      groupProtocol: protocolName,
      duration,
    };
    emitter.emit('consumer.group_join', payload);
    logger.info('Consumer has joined the group', payload);
    this.#revoking = false;
    this.#suspended = false;
    this.#updateGate();
    this.#commits.onProgress();
    void this.#held.open(mine).then(() => this.#positioned.notify());
  }

  async #onRevoking(signal: AbortSignal): Promise<void> {
    this.#revoking = true;
    this.#held.forgetOpening();
    this.#updateGate();
    this.#held.interrupt('is given up in a rebalance');
    await this.#drained(this.#gate.whenIdle(), signal, () => this.#gate.running);
  }

  /** Gives back what the last assignment left out; everything else goes on. */
  async #onReleasing(signal: AbortSignal): Promise<void> {
    const leaving = [...this.#held].filter(partition => partition.leaving);
    const idle = Promise.all(leaving.map(partition => partition.whenIdle()));
    await this.#drained(idle, signal, () => leaving.filter(({ isIdle }) => !isIdle).length);
    for (const partition of leaving) {
      this.#held.close(partition);
    }
  }

  /** Waits for handlers, then commits what they have done. */
  async #drained(idle: Promise<unknown>, signal: AbortSignal, running: () => number): Promise<void> {
    await settledOrAborted(idle, signal);
    if (running() > 0) {
      this.#context.logger.warn(
        `${running()} handlers did not end within the rebalance timeout: their messages may be handled by another member, too`,
      );
    }
    await this.#commits.flush();
  }

  #onLost(): void {
    this.#held.forgetOpening();
    this.#revoking = true;
    this.#updateGate();
    this.#held.closeAll();
  }

  #suspend(suspended: boolean): void {
    if (suspended) {
      this.#context.logger.warn(
        'No heartbeat was answered for a whole session timeout: nothing new is handled until one is',
      );
    }
    this.#suspended = suspended;
    this.#updateGate();
  }

  #updateGate(): void {
    if (this.#revoking || this.#suspended || this.#stopping !== null) {
      this.#gate.close();
      return;
    }
    this.#gate.open();
    this.#held.wake();
  }

  async #stop(): Promise<void> {
    await Promise.resolve();
    this.#vitals.stop();
    this.#started.resolve();
    this.#updateGate();
    this.#stopped.abort();
    this.#positioned.notify();
    this.#fetcher.stop();
    this.#held.interrupt('is given up: the consumer stops');
    await settledOrAborted(this.#gate.whenIdle(), this.#abandoned.signal);
    if (!(await this.#commits.flush())) {
      // The coordinator takes none between two generations, in which a cooperative member goes on handling.
      await this.#member.whenInGeneration(AbortSignal.timeout(REJOIN_TIMEOUT));
      await this.#commits.flush();
    }
    await this.#member.stop();
    this.#commits.stop();
    this.#held.closeAll();
    await settledOrAborted(this.#held.whenEnded(), this.#abandoned.signal);
  }
}
