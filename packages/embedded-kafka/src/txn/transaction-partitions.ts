/** Partitions by topic, in the order in which they were added. */
export class TransactionPartitions {
  private readonly topics = new Map<string, Set<number>>();

  add(topic: string, partition: number): void {
    const partitions = this.topics.get(topic);
    if (partitions) partitions.add(partition);
    else this.topics.set(topic, new Set([partition]));
  }

  has(topic: string, partition: number): boolean {
    return this.topics.get(topic)?.has(partition) === true;
  }

  clear(): void {
    this.topics.clear();
  }

  *[Symbol.iterator](): Generator<readonly [topic: string, partition: number]> {
    for (const [topic, partitions] of this.topics) {
      for (const partition of partitions) yield [topic, partition];
    }
  }

  byTopic(): { topic: string; partitions: number[] }[] {
    return Array.from(this.topics, ([topic, partitions]) => ({ topic, partitions: [...partitions] }));
  }
}
