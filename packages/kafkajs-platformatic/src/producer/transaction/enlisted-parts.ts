/** The partitions and groups that the coordinator knows to be part of the open transaction. */
export class EnlistedParts {
  readonly #partitions = new Map<string, Set<number>>();
  readonly #groups = new Set<string>();
  /** True once anything was sent to the coordinator: it may know more than is confirmed here. */
  isTouched = false;

  get isEmpty(): boolean {
    return this.#partitions.size === 0 && this.#groups.size === 0;
  }

  /** Those of `partitions` that are not enlisted, by topic. */
  missing(
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): Map<string, readonly number[]> {
    const missing = new Map<string, number[]>();
    for (const { topic, partition } of partitions) {
      if (this.#partitions.get(topic)?.has(partition)) {
        continue;
      }
      const ofTopic = missing.get(topic);
      if (ofTopic === undefined) {
        missing.set(topic, [partition]);
      } else {
        ofTopic.push(partition);
      }
    }
    return missing;
  }

  addPartitions(partitions: ReadonlyMap<string, readonly number[]>): void {
    for (const [topic, ofTopic] of partitions) {
      const known = this.#partitions.get(topic) ?? new Set();
      this.#partitions.set(topic, known);
      for (const partition of ofTopic) {
        known.add(partition);
      }
    }
  }

  hasGroup(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  addGroup(groupId: string): void {
    this.#groups.add(groupId);
  }
}
