/**
 * How far one partition has been handled and committed. All offsets are "the next one to read", as Kafka commits them.
 *
 * Invariant: `resolved` is what a commit would write now; `committed` is what the group coordinator is known to hold.
 */
export class PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  #resolved: bigint | null;
  #committed: bigint | null;
  /** Offset of the last message handled, not yet made into a bigint: that is done once a commit, not once a message. */
  #handled: string | null = null;
  #handledSinceCommit = 0;

  constructor(topic: string, partition: number, committed: bigint | null) {
    this.topic = topic;
    this.partition = partition;
    this.#resolved = committed;
    this.#committed = committed;
  }

  get resolved(): bigint | null {
    if (this.#handled !== null) {
      this.#resolved = BigInt(this.#handled) + 1n;
      this.#handled = null;
    }
    return this.#resolved;
  }

  get handledSinceCommit(): number {
    return this.#handledSinceCommit;
  }

  get isDirty(): boolean {
    const resolved = this.resolved;
    return resolved !== null && resolved >= 0n && resolved !== this.#committed;
  }

  /** The message at `offset` has been handled. */
  handled(offset: string): void {
    this.#handled = offset;
    this.#handledSinceCommit++;
  }

  /** Everything before `next` is done, be it handled or not a handler's business (control records). */
  resolve(next: bigint): void {
    this.#handled = null;
    this.#resolved = next;
  }

  committedAs(offset: bigint): void {
    this.#committed = offset;
    this.#handledSinceCommit = 0;
  }
}
