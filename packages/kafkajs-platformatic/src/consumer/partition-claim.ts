import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import type { AssignedPartition } from './assigned-partition.js';
import { backoffDelay, CLUSTER_BACKOFF, pause } from './backoff.js';
import type { GroupCoordinator } from './group-coordinator.js';
import type { Membership } from './membership.js';
import { isRecoverable } from './recoverable.js';

/** As whom a transaction commits offsets (KIP-447): what `transaction.sendOffsets()` takes beside the offsets. */
export interface GroupMetadata {
  readonly consumerGroupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/**
 * A partition whose offsets are committed by transactions, for as long as it is assigned. What somebody does with a claim
 * that is over is refused here, or by the group's coordinator: a generation that has ended commits nothing.
 */
export interface PartitionClaim {
  /** False once the partition has been given up: whoever has it next begins at the committed offset. */
  readonly isHeld: boolean;
  /**
   * Waits for the end of a rebalance through which the partition stays.
   * @throws KafkaJSNonRetriableError once the partition has been given up
   */
  groupMetadata(): Promise<GroupMetadata>;
  /**
   * The offset that the group has committed, as soon as no transaction with another one is open; `null` if there is none.
   * @throws KafkaJSNonRetriableError once the partition has been given up
   */
  committed(): Promise<string | null>;
}

export interface PartitionClaimPorts {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly coordinator: GroupCoordinator;
  readonly member: Pick<Membership, 'commitIdentity' | 'whenInGeneration'>;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
  /** Milliseconds that a rebalance may take. */
  readonly rebalanceTimeout: number;
}

/** A claim on one assignment of a partition; a later assignment needs another. */
export class HeldClaim implements PartitionClaim {
  readonly #partition: AssignedPartition;
  readonly #ports: PartitionClaimPorts;

  constructor(partition: AssignedPartition, ports: PartitionClaimPorts) {
    this.#partition = partition;
    this.#ports = ports;
  }

  get isHeld(): boolean {
    return !this.#partition.revoked;
  }

  async groupMetadata(): Promise<GroupMetadata> {
    const { member, groupId, groupInstanceId, rebalanceTimeout } = this.#ports;
    if (member.commitIdentity === null) {
      await member.whenInGeneration(AbortSignal.timeout(rebalanceTimeout));
    }
    const identity = member.commitIdentity;
    this.#assertHeld();
    if (identity === null) {
      throw this.#over('the group has not come to rest in time');
    }
    const { generationId, memberId } = identity;
    return { consumerGroupId: groupId, generationId, memberId, groupInstanceId };
  }

  async committed(): Promise<string | null> {
    const { coordinator, signal } = this.#ports;
    const { topic, partition } = this.#partition;
    for (let attempt = 1; ; attempt++) {
      this.#assertHeld();
      try {
        const [found] = await coordinator.committedOffsets([{ topic, partition }]);
        return found === undefined ? null : String(found.offset);
      } catch (error) {
        if (signal.aborted || !isRecoverable(error)) {
          throw error;
        }
        await pause(backoffDelay(CLUSTER_BACKOFF, attempt), signal);
      }
    }
  }

  #assertHeld(): void {
    if (!this.isHeld) {
      throw this.#over('it was given up in a rebalance or by a stop');
    }
  }

  #over(why: string): KafkaJSNonRetriableError {
    const { topic, partition } = this.#partition;
    return new KafkaJSNonRetriableError(
      `The claim on ${topic}[${partition}] is over, ${why}: abort the transaction. ` +
        'Whoever has the partition next begins at its committed offset.',
    );
  }
}
