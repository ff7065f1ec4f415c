import { createTopicsCodec } from '../../src/protocol/generated/create-topics.js';
import { describeTopicPartitionsCodec } from '../../src/protocol/generated/describe-topic-partitions.js';
import { findCoordinatorCodec } from '../../src/protocol/generated/find-coordinator.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { WireClient } from '../support/wire-client.js';

/** A cluster of three nodes, ids 1 to 3, whose nodes can be stopped and started. */
export interface ThreeNodes {
  readonly brokers: readonly string[];
  stopNode(id: number): Promise<void>;
  startNode(id: number): Promise<void>;
  end(): Promise<void>;
}

/** Talks to each node of a cluster on a connection of its own. */
export class ClusterTalk {
  private readonly clients = new Map<number, WireClient>();
  private names = 0;

  constructor(
    readonly cluster: ThreeNodes,
    private readonly prefix: string,
  ) {}

  name(what: string): string {
    return `${this.prefix}-${what}-${this.names++}`;
  }

  async at(id: number): Promise<WireClient> {
    const known = this.clients.get(id);
    if (known && !known.isClosed) return known;
    const client = await WireClient.connect(this.cluster.brokers[id - 1] ?? '');
    this.clients.set(id, client);
    return client;
  }

  /** Creates a topic with these replicas of each partition and resolves with its id when all running nodes know it. */
  async topic(
    replicas: readonly (readonly number[])[],
    configs: Readonly<Record<string, string>> = {},
  ): Promise<{ name: string; id: string }> {
    const name = this.name('topic');
    const client = await this.at(1);
    const { topics } = await client.call(createTopicsCodec, 7, {
      topics: [
        {
          name,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: 10_000,
    });
    if (topics[0]?.errorCode !== 0) throw new Error(`${name} was not created: ${topics[0]?.errorMessage}`);
    for (const id of [1, 2, 3]) {
      await this.until(id, name, partition => partition.isr.length === replicas[0]?.length);
    }
    return { name, id: topics[0].topicId };
  }

  /** Partition 0 as a node sees it. */
  async partition(id: number, name: string): Promise<PartitionView> {
    const client = await this.at(id);
    const { topics } = await client.call(describeTopicPartitionsCodec, 0, { topics: [{ name }], cursor: null });
    const partition = topics[0]?.partitions[0];
    if (!partition) return { leader: -2, epoch: -2, replicas: [], isr: [], eligible: [], lastLeaders: [], offline: [] };
    return {
      leader: partition.leaderId,
      epoch: partition.leaderEpoch,
      replicas: partition.replicaNodes,
      isr: partition.isrNodes,
      eligible: partition.eligibleLeaderReplicas ?? [],
      lastLeaders: partition.lastKnownElr ?? [],
      offline: partition.offlineReplicas,
    };
  }

  /** The view of a node, as soon as it is what is waited for. */
  async until(id: number, name: string, holds: (partition: PartitionView) => boolean): Promise<PartitionView> {
    for (const deadline = Date.now() + 30_000; ;) {
      const view = await this.partition(id, name);
      if (holds(view)) return view;
      if (Date.now() > deadline) throw new Error(`node ${id} still sees ${name} as ${JSON.stringify(view)}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async untilBrokers(id: number, ids: readonly number[]): Promise<void> {
    for (const deadline = Date.now() + 30_000; ;) {
      const { brokers } = await (await this.at(id)).call(metadataCodec, 12, { topics: [] });
      if (
        brokers
          .map(({ nodeId }) => nodeId)
          .sort()
          .join() === ids.join()
      )
        return;
      if (Date.now() > deadline) throw new Error(`node ${id} does not see brokers ${ids.join()}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async coordinator(keyType: 0 | 1, key: string): Promise<number> {
    for (const deadline = Date.now() + 30_000; ;) {
      const { coordinators } = await (
        await this.at(1)
      ).call(findCoordinatorCodec, 4, { keyType, coordinatorKeys: [key] });
      if (coordinators[0]?.errorCode === 0) return coordinators[0].nodeId;
      if (Date.now() > deadline) throw new Error(`${key} has no coordinator`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  end(): void {
    for (const client of this.clients.values()) client.destroy();
  }
}

export interface PartitionView {
  readonly leader: number;
  readonly epoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Eligible leader replicas (KIP-966). */
  readonly eligible: readonly number[];
  readonly lastLeaders: readonly number[];
  readonly offline: readonly number[];
}
