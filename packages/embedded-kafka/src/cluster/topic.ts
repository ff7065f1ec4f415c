import { PartitionLog } from '../log/partition-log.js';
import type { SegmentStores } from '../log/segment-store.js';
import { Partition } from './partition.js';
import { ReplicaSet } from './replica-set.js';
import type { TopicConfigs } from './topic-configs.js';

/** A topic and its partitions. A topic that is deleted and created again has a new id (KIP-516). */
export class Topic {
  readonly partitions: Partition[] = [];
  readonly isInternal = false;

  constructor(
    readonly name: string,
    /** See `Reader.uuid` for the form. */
    readonly id: string,
    readonly configs: TopicConfigs,
    /** Where its logs are kept beyond the process. */
    private readonly stores?: SegmentStores,
    /** Is told when a partition's replicas or leader epoch have changed. */
    private readonly onReplicasChanged?: (partition: Partition) => void,
  ) {}

  get replicationFactor(): number {
    return this.partitions[0]?.replicas.length ?? 0;
  }

  /**
   * `replicas`: node ids, the preferred leader first.
   * @param lastLeaderEpoch in an earlier process; default none, -1
   */
  addPartition(replicas: readonly number[], isUp: (nodeId: number) => boolean, lastLeaderEpoch = -1): void {
    const index = this.partitions.length;
    const log = new PartitionLog(this.configs, this.stores?.open(this.id, index));
    // A restart is a change of leaders, as in Kafka.
    const leaderEpoch = Math.max(lastLeaderEpoch, log.epochs.latest ?? -1) + 1;
    const replicaSet = new ReplicaSet(replicas, isUp, () => this.configs.minInsyncReplicas, leaderEpoch);
    this.partitions.push(new Partition(this.name, index, replicaSet, log, this.onReplicasChanged));
  }
}
