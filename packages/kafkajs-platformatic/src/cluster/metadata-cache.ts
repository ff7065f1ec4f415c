import type { NodeMetadata, PartitionMetadata, TopicMetadata } from './cluster-metadata.js';

interface CachedTopic {
  readonly metadata: TopicMetadata;
  /** Milliseconds of `performance.now()`; 0 once it is known to be out of date. */
  fetchedAt: number;
}

/**
 * What the client knows of the cluster. It holds the topics the application has named and no others; a topic that
 * turned out not to exist is not kept.
 */
export class MetadataCache {
  readonly #topics = new Map<string, CachedTopic>();
  nodes: readonly NodeMetadata[] = [];
  controllerId = -1;
  clusterId: string | null = null;

  store(topic: TopicMetadata): void {
    if (topic.errorCode === 0) {
      this.#topics.set(topic.name, { metadata: topic, fetchedAt: performance.now() });
    } else {
      this.#topics.delete(topic.name);
    }
  }

  get(topic: string): TopicMetadata | undefined {
    return this.#topics.get(topic)?.metadata;
  }

  /** The topic's metadata if it is younger than `maxAge` milliseconds and not known to be out of date. */
  fresh(topic: string, maxAge: number): TopicMetadata | undefined {
    const cached = this.#topics.get(topic);
    return cached !== undefined && cached.fetchedAt > 0 && performance.now() - cached.fetchedAt < maxAge
      ? cached.metadata
      : undefined;
  }

  partition(topic: string, partition: number): PartitionMetadata | undefined {
    const partitions = this.#topics.get(topic)?.metadata.partitions;
    const direct = partitions?.[partition];
    return direct?.partitionId === partition
      ? direct
      : partitions?.find(({ partitionId }) => partitionId === partition);
  }

  invalidate(topic: string): void {
    const cached = this.#topics.get(topic);
    if (cached !== undefined) {
      cached.fetchedAt = 0;
    }
  }

  /** Leaders on a node that cannot be reached may have moved. */
  invalidateNode(nodeId: number): void {
    for (const cached of this.#topics.values()) {
      if (cached.metadata.partitions.some(({ leader }) => leader === nodeId)) {
        cached.fetchedAt = 0;
      }
    }
  }

  clear(): void {
    this.#topics.clear();
  }
}
