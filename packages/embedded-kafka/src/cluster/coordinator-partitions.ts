import { ReplicaSet } from './replica-set.js';

/** Kafka's default of `offsets.topic.num.partitions` and `transaction.state.log.num.partitions`. */
export const COORDINATOR_PARTITIONS = 50;
/** Kafka's default of `offsets.topic.replication.factor` and `transaction.state.log.replication.factor`. */
const REPLICATION_FACTOR = 3;

/**
 * Who coordinates what: the leader of a partition of `__consumer_offsets` or `__transaction_state` coordinates all groups or
 * transactional ids whose hash is that partition's. These topics have no records here, only leaders.
 */
export class CoordinatorPartitions {
  readonly partitions: readonly ReplicaSet[];

  constructor(nodeIds: readonly number[], isUp: (nodeId: number) => boolean) {
    const factor = Math.min(REPLICATION_FACTOR, nodeIds.length);
    this.partitions = Array.from(
      { length: COORDINATOR_PARTITIONS },
      (_, index) =>
        new ReplicaSet(
          Array.from({ length: factor }, (__, replica) => nodeIds[(index + replica) % nodeIds.length]!),
          isUp,
        ),
    );
  }

  of(key: string): ReplicaSet {
    return this.partitions[coordinatorPartitionOf(key)]!;
  }
}

/** The partition that a group's or a transactional id's state belongs to: Java's hash of the name decides. */
export function coordinatorPartitionOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) {
    hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0;
  }
  return (hash & 0x7fffffff) % COORDINATOR_PARTITIONS;
}
