/** KafkaJS's shape of a partition, with the leader's epoch (-1 if the broker does not say). */
export interface PartitionMetadata {
  readonly partitionErrorCode: number;
  readonly partitionId: number;
  /** Node id; -1 while there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  replicas: number[];
  isr: number[];
  offlineReplicas: number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** Undefined on brokers without topic ids (before KIP-516). */
  readonly topicId: string | undefined;
  /** 0 if the topic can be used. */
  readonly errorCode: number;
  readonly isInternal: boolean;
  /** Ascending by partition. */
  readonly partitions: PartitionMetadata[];
}

export interface NodeMetadata {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string;
}

export interface ClusterMetadata {
  readonly clusterId: string | null;
  /** -1 if unknown. */
  readonly controllerId: number;
  readonly brokers: readonly NodeMetadata[];
  readonly topics: readonly TopicMetadata[];
}

const EMPTY_UUID = '00000000-0000-0000-0000-000000000000';

interface MetadataResponse {
  readonly clusterId?: string | null | undefined;
  readonly controllerId: number;
  readonly brokers: readonly { nodeId: number; host: string; port: number; rack?: string | null | undefined }[];
  readonly topics: readonly {
    errorCode: number;
    name?: string | null | undefined;
    topicId: string;
    isInternal: boolean;
    partitions: readonly {
      errorCode: number;
      partitionIndex: number;
      leaderId: number;
      leaderEpoch: number;
      replicaNodes: number[];
      isrNodes: number[];
      offlineReplicas: number[];
    }[];
  }[];
}

/** KafkaJS's shape of a Metadata response. */
export function toClusterMetadata(response: MetadataResponse): ClusterMetadata {
  return {
    clusterId: response.clusterId ?? null,
    controllerId: response.controllerId,
    brokers: response.brokers.map(({ nodeId, host, port, rack }) => ({
      nodeId,
      host,
      port,
      ...(rack == null ? {} : { rack }),
    })),
    topics: response.topics.map(topic => ({
      name: topic.name ?? '',
      topicId: topic.topicId === EMPTY_UUID ? undefined : topic.topicId,
      errorCode: topic.errorCode,
      isInternal: topic.isInternal,
      partitions: topic.partitions
        .map(partition => ({
          partitionErrorCode: partition.errorCode,
          partitionId: partition.partitionIndex,
          leader: partition.leaderId,
          leaderEpoch: partition.leaderEpoch,
          replicas: partition.replicaNodes,
          isr: partition.isrNodes,
          offlineReplicas: partition.offlineReplicas,
        }))
        .sort((a, b) => a.partitionId - b.partitionId),
    })),
  };
}
