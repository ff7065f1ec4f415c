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
  ) {}

  get replicationFactor(): number {
    return this.partitions[0]?.replicas.length ?? 0;
  }

  /** `replicas`: node ids, the preferred leader first. */
  addPartition(replicas: readonly number[], isUp: (nodeId: number) => boolean): void {
    const replicaSet = new ReplicaSet(replicas, isUp, () => this.configs.minInsyncReplicas);
    this.partitions.push(new Partition(this.name, this.partitions.length, replicaSet, this.configs));
  }
}
