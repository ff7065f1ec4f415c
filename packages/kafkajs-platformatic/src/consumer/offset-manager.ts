import type { Logger } from '../logger/logger.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { retry, type RetryPolicy } from '../retry/retry-policy.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';
import { isRecoverable, rootOf } from './recoverable.js';
import { isCompleted } from './completed-offsets.js';
import type { CommittedPartition, OffsetToCommit } from './group-coordinator.js';
import type { PartitionOffsets } from './partition-offsets.js';

/** Milliseconds between automatic commits at least: enough to coalesce, too little to matter after a crash. */
const MIN_COMMIT_GAP = 20;

const NEEDS_REJOIN: ReadonlySet<number | undefined> = new Set([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.FENCED_INSTANCE_ID,
  ErrorCode.FENCED_MEMBER_EPOCH,
]);

export interface OffsetManagerPorts {
  /** Sends one OffsetCommit in the name of the member as it is now; tells the member of errors that concern it. */
  commit(offsets: readonly OffsetToCommit[]): Promise<CommittedPartition[]>;
  readonly logger: Logger;
  readonly retry: RetryPolicy;
}

/**
 * Commits what the partitions of this member have resolved.
 *
 *     clean ──requestCommit──▶ committing ──ok, nothing new──▶ clean
 *                                 │  ▲
 *                     ok, more resolved │ retriable error: again after a backoff
 *
 * Invariants
 * - One OffsetCommit is on its way at a time, manual ones included: an older offset can never overtake a newer one.
 * - Only tracked partitions are committed. A partition is untracked when it is revoked, so nothing that this member
 *   does not own any more is ever committed with a newer generation.
 */
export class OffsetManager {
  readonly #ports: OffsetManagerPorts;
  readonly #partitions = new Map<string, PartitionOffsets>();
  readonly #stopped = new AbortController();
  /** Tail of the queue of commits. */
  #tail: Promise<unknown> = Promise.resolve();
  #pumping = false;
  #wanted = false;
  #lastCommit = performance.now();

  constructor(ports: OffsetManagerPorts) {
    this.#ports = ports;
  }

  /** When the last commit was made, or found to have nothing to do; milliseconds of `performance.now()`. */
  get lastCommit(): number {
    return this.#lastCommit;
  }

  track(offsets: PartitionOffsets): void {
    this.#partitions.set(key(offsets.topic, offsets.partition), offsets);
  }

  untrack(offsets: PartitionOffsets): void {
    const at = key(offsets.topic, offsets.partition);
    if (this.#partitions.get(at) === offsets) {
      this.#partitions.delete(at);
    }
  }

  handledSinceCommit(): number {
    let count = 0;
    for (const offsets of this.#partitions.values()) {
      count += offsets.handledSinceCommit;
    }
    return count;
  }

  uncommitted(): OffsetToCommit[] {
    const dirty: OffsetToCommit[] = [];
    for (const { topic, partition, isDirty, resolved, metadata } of this.#partitions.values()) {
      if (isDirty && resolved !== null) {
        dirty.push({ topic, partition, offset: resolved, metadata });
      }
    }
    return dirty;
  }

  /** Commits soon, in the background; calls in between are coalesced. */
  requestCommit(): void {
    this.#wanted = true;
    if (!this.#pumping) {
      this.#pumping = true;
      void this.#pump();
    }
  }

  /** Commits everything that is resolved. Retries until `signal` aborts or the group refuses. @returns true if all is committed */
  async flush(signal: AbortSignal): Promise<boolean> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#enqueue(() => this.#commitDirty());
        return true;
      } catch (error) {
        if (!isWorthRepeating(error)) {
          this.#ports.logger.warn(`Offsets could not be committed: ${rootOf(error).message}`);
          return false;
        }
        await pause(backoffDelay(CLUSTER_BACKOFF, attempt), signal);
      }
    }
    return this.uncommitted().length === 0;
  }

  /**
   * A commit that the user asked for.
   * @throws KafkaJSNonRetriableError if one of the partitions is not this member's (any more): committing it with the
   * present generation could undo the progress of its new owner.
   */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    await retry(this.#ports.retry, () =>
      this.#enqueue(async () => {
        for (const { topic, partition } of offsets) {
          if (!this.#partitions.has(key(topic, partition))) {
            throw new KafkaJSNonRetriableError(
              `Offset of ${topic}[${partition}] not committed: the partition is not assigned to this consumer (any more). ` +
                'Its present owner will receive the message again.',
            );
          }
        }
        await this.#send(offsets);
        for (const { topic, partition, offset } of offsets) {
          this.#partitions.get(key(topic, partition))?.committedByHand(offset);
        }
      }),
    );
  }

  /** Ends retries in the background. */
  stop(): void {
    this.#stopped.abort();
  }

  async #pump(): Promise<void> {
    let failures = 0;
    while (this.#wanted && !this.#stopped.signal.aborted) {
      this.#wanted = false;
      let gap = MIN_COMMIT_GAP;
      try {
        await this.#enqueue(() => this.#commitDirty());
        failures = 0;
      } catch (error) {
        if (NEEDS_REJOIN.has(errorCodeOf(error))) {
          // The member joins again; what it still owns then has stayed dirty, and is committed then.
          this.#ports.logger.debug(`Offsets are committed after the rebalance: ${rootOf(error).message}`);
        } else {
          gap = backoffDelay(CLUSTER_BACKOFF, ++failures);
          this.#wanted = isWorthRepeating(error);
          const then = this.#wanted ? `trying again in ${gap} ms` : 'it will be tried again after the next message';
          this.#ports.logger.warn(`Committing offsets failed, ${then}: ${rootOf(error).message}`);
        }
      }
      await pause(gap, this.#stopped.signal);
    }
    this.#pumping = false;
  }

  async #commitDirty(): Promise<void> {
    const dirty = this.uncommitted();
    if (dirty.length > 0) {
      await this.#send(dirty);
    }
    this.#lastCommit = performance.now();
  }

  async #send(offsets: readonly OffsetToCommit[]): Promise<void> {
    const tracked = offsets.map(({ topic, partition }) => this.#partitions.get(key(topic, partition)));
    const results = await this.#ports.commit(offsets);
    let failed: CommittedPartition | undefined;
    const tooLarge: OffsetToCommit[] = [];
    const codes = new Map(results.map(result => [key(result.topic, result.partition), result]));
    offsets.forEach(({ topic, partition, offset, metadata }, index) => {
      const result = codes.get(key(topic, partition));
      if (result === undefined || result.errorCode === ErrorCode.NONE) {
        tracked[index]?.committedAs(offset, metadata);
      } else if (result.errorCode === ErrorCode.OFFSET_METADATA_TOO_LARGE && isCompleted(metadata)) {
        tracked[index]?.withoutMetadata();
        tooLarge.push({ topic, partition, offset, metadata: null });
      } else {
        failed ??= result;
      }
    });
    if (tooLarge.length > 0) {
      this.#ports.logger.warn(
        'The brokers take less metadata than what has been handled beyond the committed offset needs (offset.metadata.max.bytes): ' +
          'after a restart that is handled again',
        { partitions: tooLarge.map(({ topic, partition }) => `${topic}[${partition}]`) },
      );
      await this.#send(tooLarge);
    }
    if (failed !== undefined) {
      throw createProtocolError(failed.errorCode, `Committing ${failed.topic}[${failed.partition}]`);
    }
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(task);
    this.#tail = run.catch(() => undefined);
    return run;
  }
}

/** With KIP-848 the epoch may have been raised while the commit was on its way: the next one carries the new epoch. */
function isWorthRepeating(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === ErrorCode.STALE_MEMBER_EPOCH || (!NEEDS_REJOIN.has(code) && isRecoverable(error));
}

function key(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
