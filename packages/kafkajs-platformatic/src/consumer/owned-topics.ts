import type { Assignment } from '../assigners/index.js';
import type { Cluster } from '../cluster/cluster.js';
import type { PartitionsOfTopicId } from './group-coordinator.js';

/** KIP-848 speaks of topics by their ids; handlers know them by name. */
export class OwnedTopics {
  readonly #cluster: Cluster;
  readonly #names = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * The partitions by topic name. One whose id is not known, because its topic was deleted meanwhile, is left out.
   * @param topics subscribed to: only those are ever assigned
   */
  async byName(partitions: readonly PartitionsOfTopicId[], topics: readonly string[]): Promise<Assignment> {
    if (partitions.some(({ topicId }) => !this.#names.has(topicId))) {
      await this.#learn(topics);
    }
    const assignment: Assignment = Object.create(null) as Assignment;
    for (const { topicId, partitions: list } of partitions) {
      const name = this.#names.get(topicId);
      if (name !== undefined) {
        assignment[name] = [...list];
      }
    }
    return assignment;
  }

  areKnown(partitions: readonly PartitionsOfTopicId[]): boolean {
    return partitions.every(({ topicId }) => this.#names.has(topicId));
  }

  async #learn(topics: readonly string[]): Promise<void> {
    // One call a topic, so that one that is missing does not hide the others; the cluster makes one request of them.
    await Promise.allSettled(topics.map(topic => this.#cluster.metadata([topic], { retry: false })));
    for (const topic of topics) {
      const id = this.#cluster.topicId(topic);
      if (id !== undefined) {
        this.#names.set(id, topic);
      }
    }
  }
}
