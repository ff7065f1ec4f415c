import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import type { AssignedPartition } from './assigned-partition.js';
import { ErrorCode } from './error-codes.js';
import type { HeldPartitions } from './held-partitions.js';
import { HeldClaim, type PartitionClaim, type PartitionClaimPorts } from './partition-claim.js';
import type { RunCommits } from './run-commits.js';

export interface PartitionClaimsPorts extends Omit<PartitionClaimPorts, 'member'> {
  readonly held: HeldPartitions;
  readonly commits: RunCommits;
  member(): PartitionClaimPorts['member'];
}

/** The partitions of a run whose offsets are committed by transactions instead of by the run. */
export class PartitionClaims {
  readonly #ports: PartitionClaimsPorts;
  readonly #claimed = new WeakSet<AssignedPartition>();

  constructor(ports: PartitionClaimsPorts) {
    this.#ports = ports;
  }

  /**
   * From here on the offsets of a partition are committed by transactions. Where it begins is committed before: otherwise a
   * partition without a committed offset would begin elsewhere after a crash.
   * @throws KafkaJSNonRetriableError for a partition that is not assigned
   */
  async claim(topic: string, partition: number): Promise<PartitionClaim> {
    const { held, commits, ...ports } = this.#ports;
    const assigned = held.get(topic, partition);
    if (assigned === undefined) {
      throw new KafkaJSNonRetriableError(
        `${topic}[${partition}] cannot be claimed: it is not assigned to this consumer (any more)`,
      );
    }
    if (!this.#claimed.has(assigned)) {
      if (!(await commits.flush())) {
        throw createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS, `Claiming ${topic}[${partition}]`);
      }
      held.leaveOffsets(assigned);
      this.#claimed.add(assigned);
    }
    return new HeldClaim(assigned, { ...ports, member: ports.member() });
  }
}
