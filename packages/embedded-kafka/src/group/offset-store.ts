/** A committed position, with everything the client sent along. */
export interface CommittedOffset {
  readonly offset: bigint;
  /** -1 if the client did not say. */
  readonly leaderEpoch: number;
  /** As sent: an empty string stays empty and null stays null. */
  readonly metadata: string | null;
}

/** The committed offsets of one group. */
export class OffsetStore {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>();
  #size = 0;

  /** How many partitions have a committed offset. */
  get size(): number {
    return this.#size;
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  set(topic: string, partition: number, committed: CommittedOffset): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) this.#topics.set(topic, (partitions = new Map()));
    if (!partitions.has(partition)) this.#size++;
    partitions.set(partition, committed);
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic);
    if (partitions?.delete(partition) !== true) return;
    this.#size--;
    if (partitions.size === 0) this.#topics.delete(topic);
  }

  deleteTopic(topic: string): void {
    this.#size -= this.#topics.get(topic)?.size ?? 0;
    this.#topics.delete(topic);
  }

  /** Every topic with its partitions' offsets, in the order of their first commit. */
  topics(): Iterable<[string, ReadonlyMap<number, CommittedOffset>]> {
    return this.#topics;
  }
}
