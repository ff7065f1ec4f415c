import { createProtocolError } from '../errors/protocol-errors.js';
import type { Logger } from '../logger/logger.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import { pause } from './backoff.js';
import type { ConsumerEmitter } from './consumer-emitter.js';
import type { ConsumerRunConfig } from './consumer-types.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import type { CommittedPartition, GroupCoordinator, OffsetToCommit } from './group-coordinator.js';
import type { Membership } from './membership.js';
import { OffsetManager } from './offset-manager.js';
import { toTopicOffsets } from './offsets-by-topic.js';
import { rootOf } from './recoverable.js';

export interface RunCommitsPorts {
  readonly groupId: string;
  readonly coordinator: GroupCoordinator;
  readonly emitter: ConsumerEmitter;
  readonly logger: Logger;
  readonly retry: RetryPolicy;
  /** Its `commitIdentity` is as whom to commit. */
  member(): Pick<Membership, 'commitIdentity' | 'isIncremental' | 'onGroupError' | 'whenInGeneration'>;
  /** Milliseconds that a commit waits for a rebalance to end. */
  readonly rebalanceTimeout: number;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
}

/** Answers to a commit that the next generation, or the next heartbeat, may change. */
const BETWEEN_GENERATIONS: ReadonlySet<number | undefined> = new Set([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.STALE_MEMBER_EPOCH,
]);
const COMMIT_AGAIN_AFTER = 50;

/** Milliseconds that the last commits may take when the partitions have to go. */
const FLUSH_TIMEOUT = 5_000;
/** Milliseconds between commits within a long batch of `eachMessage`, if the application has not said. */
const COMMIT_EVERY = 500;

/** When a run commits by itself, and as whom. How it is done is the offset manager's. */
export class RunCommits {
  readonly offsets: OffsetManager;
  readonly #ports: RunCommitsPorts;
  readonly #autoCommit: boolean;
  readonly #interval: number | null;
  readonly #threshold: number | null;
  /** Until what is handled now has to be committed, whatever its batch's next handler takes. */
  #due: NodeJS.Timeout | undefined;

  constructor(ports: RunCommitsPorts, config: ConsumerRunConfig) {
    this.#ports = ports;
    this.#autoCommit = config.autoCommit ?? true;
    this.#interval = config.autoCommitInterval ?? null;
    this.#threshold = config.autoCommitThreshold ?? null;
    this.offsets = new OffsetManager({
      commit: offsets => this.#commit(offsets),
      logger: ports.logger.namespace('OffsetManager'),
      retry: ports.retry,
    });
  }

  /** A batch is done, or a position is known. */
  onProgress(): void {
    if (this.#autoCommit) {
      this.offsets.requestCommit();
    }
  }

  /** A message of a batch is done. */
  onHandled(): void {
    const interval = this.#interval ?? COMMIT_EVERY;
    this.#commitIfDue(interval);
    if (this.#autoCommit && this.#due === undefined) {
      this.#due = setTimeout(() => {
        this.#due = undefined;
        this.offsets.requestCommit();
      }, interval);
      this.#due.unref();
    }
  }

  /** `eachBatch` asks: only what interval and threshold say. */
  commitIfNecessary(): void {
    this.#commitIfDue(this.#interval ?? Number.POSITIVE_INFINITY);
  }

  /** A handler that goes on through an incremental rebalance may commit in it: that waits until it is taken. */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { rebalanceTimeout, signal: ended } = this.#ports;
    const signal = AbortSignal.timeout(rebalanceTimeout);
    for (;;) {
      try {
        await this.offsets.commit(offsets);
        return;
      } catch (error) {
        const member = this.#ports.member();
        const mayPass = member.isIncremental && BETWEEN_GENERATIONS.has(errorCodeOf(error));
        if (!mayPass || signal.aborted || ended.aborted) {
          throw error;
        }
        await member.whenInGeneration(signal);
        await pause(COMMIT_AGAIN_AFTER, signal);
      }
    }
  }

  /** The partitions have to go: everything that is resolved, now. @returns false if something is left uncommitted */
  async flush(): Promise<boolean> {
    return !this.#autoCommit || this.offsets.flush(AbortSignal.timeout(FLUSH_TIMEOUT));
  }

  /** The run is over. */
  stop(): void {
    clearTimeout(this.#due);
    this.offsets.stop();
  }

  #commitIfDue(interval: number): void {
    const { offsets } = this;
    if (
      this.#autoCommit &&
      (performance.now() - offsets.lastCommit >= interval ||
        (this.#threshold !== null && offsets.handledSinceCommit() >= this.#threshold))
    ) {
      offsets.requestCommit();
    }
  }

  async #commit(offsets: readonly OffsetToCommit[]): Promise<CommittedPartition[]> {
    const { coordinator, emitter, groupId } = this.#ports;
    const member = this.#ports.member();
    const identity = member.commitIdentity;
    if (identity === null) {
      throw createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS, 'Committing offsets');
    }
    try {
      const committed = await coordinator.commit(identity, offsets);
      const failed = committed.find(({ errorCode }) => errorCode !== ErrorCode.NONE);
      if (failed === undefined) {
        emitter.emit('consumer.commit_offsets', {
          groupId,
          memberId: identity.memberId,
          groupGenerationId: identity.generationId,
          topics: toTopicOffsets(offsets),
        });
      } else {
        member.onGroupError(createProtocolError(failed.errorCode), identity);
      }
      return committed;
    } catch (error) {
      member.onGroupError(rootOf(error), identity);
      throw error;
    }
  }
}
