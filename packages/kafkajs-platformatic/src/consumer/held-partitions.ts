import type { Assignment } from '../assigners/index.js';
import type { Logger } from '../logger/logger.js';
import { AssignedPartition } from './assigned-partition.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import type { TopicPartitions } from './consumer-types.js';
import type { DeferralLimits } from './deferred-messages.js';
import type { Fetcher } from './fetcher.js';
import type { GroupCoordinator, OffsetToCommit } from './group-coordinator.js';
import type { OffsetManager } from './offset-manager.js';
import type { PartitionLoop } from './partition-loop.js';
import { PartitionSet } from './partition-set.js';
import { NOTHING_ENDED } from './standstill.js';
import { PausedPartitions } from './paused-partitions.js';
import { rootOf } from './recoverable.js';
import type { Subscription } from './subscription.js';

export interface HeldPartitionsPorts {
  readonly coordinator: GroupCoordinator;
  readonly subscription: Subscription;
  readonly fetcher: Fetcher;
  readonly offsets: OffsetManager;
  readonly logger: Logger;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
  readonly deferral: DeferralLimits;
  loopOf(partition: AssignedPartition): PartitionLoop;
  /** A seek has changed what is to be committed. */
  onSought(): void;
}

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Assigned partitions whose committed offsets are being looked up. */
export interface Opening {
  readonly partitions: readonly TopicPartition[];
  /** Lookups that have ended. */
  attempts: number;
  /** What the last one met. */
  trouble: string;
}

/**
 * The partitions that a run holds, and where each of them stands.
 *
 *     assigned ─offsets looked up, again until it succeeds─▶ held ─leave─▶ leaving ─close─▶ gone
 *                                                              └──────────close───────────▲
 *
 * Invariants
 * - What is fetched, handled and committed is exactly what is held.
 * - A lookup counts only until the next assignment, `forgetOpening` or the end of the run.
 * - A seek of a partition that is not held yet is kept until it is; a pause outlives every assignment.
 */
export class HeldPartitions {
  readonly #ports: HeldPartitionsPorts;
  readonly #partitions = new PartitionSet();
  readonly #paused = new PausedPartitions();
  readonly #seeks = new Map<string, bigint>();
  /** Changes with every assignment. */
  #epoch = 0;
  #opening: Opening | null = null;

  constructor(ports: HeldPartitionsPorts) {
    this.#ports = ports;
  }

  *[Symbol.iterator](): Iterator<AssignedPartition> {
    yield* this.#partitions;
  }

  /** Opens those of `assignment` that are not held; tries until it succeeds or another assignment comes. */
  async open(assignment: Assignment): Promise<void> {
    const partitions = this.#partitions.missing(assignment);
    const epoch = ++this.#epoch;
    const { coordinator, logger, signal } = this.#ports;
    const isCurrent = (): boolean => epoch === this.#epoch && !signal.aborted;
    const opening: Opening | null =
      partitions.length === 0 ? null : { partitions, attempts: 0, trouble: NOTHING_ENDED };
    this.#opening = opening;
    for (let attempt = 1; partitions.length > 0 && isCurrent(); attempt++) {
      try {
        const committed = await coordinator.committedOffsets(partitions);
        if (isCurrent()) {
          this.#opening = null;
          this.#begin(partitions, committed);
        }
        return;
      } catch (error) {
        const delay = backoffDelay(CLUSTER_BACKOFF, attempt);
        const trouble = `Committed offsets could not be read: ${rootOf(error).message}`;
        logger.warn(`${trouble}. Trying again in ${delay} ms`);
        if (opening !== null) {
          opening.attempts++;
          opening.trouble = trouble;
        }
        await pause(delay, signal);
      }
    }
  }

  /** Every partition knows where it goes on: what is produced to one from now on will be delivered. */
  get isPositioned(): boolean {
    return this.#opening === null && [...this.#partitions].every(({ position }) => position !== null);
  }

  get opening(): Opening | null {
    return this.#opening;
  }

  /** What is being opened is not this member's any more. */
  forgetOpening(): void {
    this.#epoch++;
    this.#opening = null;
  }

  close(partition: AssignedPartition): void {
    this.#ports.fetcher.remove(partition);
    this.#ports.offsets.untrack(partition.offsets);
    this.#partitions.remove(partition);
  }

  /** Who waits in what has been handed over should give up. @param why as `AssignedPartition.interrupt` has it */
  interrupt(why: string): void {
    for (const partition of this.#partitions) {
      partition.interrupt(why);
    }
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.#partitions.get(topic, partition);
  }

  /** Its offsets are somebody else's to commit, for as long as it is held. */
  leaveOffsets(partition: AssignedPartition): void {
    this.#ports.offsets.untrack(partition.offsets);
  }

  closeAll(): void {
    for (const partition of this.#partitions) {
      this.close(partition);
    }
  }

  wake(): void {
    this.#partitions.wake();
  }

  /** The loops of all that was held have ended. */
  whenEnded(): Promise<void> {
    return this.#partitions.whenEnded();
  }

  seek(topic: string, partition: number, offset: bigint): void {
    const held = this.#partitions.get(topic, partition);
    if (held === undefined) {
      this.#seeks.set(`${topic}/${partition}`, offset);
      return;
    }
    this.#reposition(held, offset);
  }

  pause(topic: string, partitions?: readonly number[]): void {
    this.#paused.pause(topic, partitions);
    this.#applyPauses();
  }

  resume(topic: string, partitions?: readonly number[]): void {
    this.#paused.resume(topic, partitions);
    this.#applyPauses();
  }

  paused(): TopicPartitions[] {
    const held = [...this.#partitions].filter(({ paused }) => paused);
    return Array.from(
      Map.groupBy(held, ({ topic }) => topic),
      ([topic, list]) => ({ topic, partitions: list.map(({ partition }) => partition).sort((a, b) => a - b) }),
    );
  }

  #begin(partitions: readonly TopicPartition[], committed: readonly OffsetToCommit[]): void {
    const { subscription, offsets, fetcher, loopOf } = this.#ports;
    const opened = partitions.map(({ topic, partition }) => {
      const found = committed.find(offset => offset.topic === topic && offset.partition === partition);
      const assigned = new AssignedPartition(topic, partition, {
        committed: found?.offset ?? null,
        metadata: found?.metadata ?? null,
        deferral: this.#ports.deferral,
        start: subscription.startOf(topic),
        paused: this.#paused.has(topic, partition),
      });
      const sought = this.#seeks.get(`${topic}/${partition}`);
      if (sought !== undefined) {
        this.#seeks.delete(`${topic}/${partition}`);
        this.#reposition(assigned, sought);
      }
      offsets.track(assigned.offsets);
      this.#partitions.add(assigned, loopOf(assigned));
      return assigned;
    });
    fetcher.add(opened);
  }

  #reposition(partition: AssignedPartition, offset: bigint): void {
    if (offset >= 0n) {
      partition.reposition(offset);
      partition.offsets.resolve(offset);
    } else {
      partition.reposition(null, offset === -2n ? 'earliest' : 'latest');
    }
    this.#ports.fetcher.wake();
    this.#ports.onSought();
  }

  #applyPauses(): void {
    for (const partition of this.#partitions) {
      partition.paused = this.#paused.has(partition.topic, partition.partition);
    }
    this.#partitions.wake();
    this.#ports.fetcher.wake();
  }
}
