import { isCompleted } from './completed-offsets.js';

/**
 * How far one partition has been handled and committed. All offsets are "the next one to read", as Kafka commits them.
 *
 * Invariant: `resolved` and `metadata` are what a commit would write now; `committed` and `committedMetadata` are what
 * the group coordinator is known to hold.
 * What the application has committed by hand is not taken back: less than that is not committed until `reset`.
 */
export class PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  #resolved: bigint | null;
  #committed: bigint | null;
  /** Offset of the last message handled, not yet made into a bigint: that is done once a commit, not once a message. */
  #handled: string | null = null;
  #handledSinceCommit = 0;
  #committedMetadata: string | null = null;
  #committedByHand: bigint | null = null;
  #metadataOf: ((resolved: bigint) => string | null) | null = null;

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
    return (
      resolved !== null &&
      resolved >= (this.#committedByHand ?? 0n) &&
      (resolved !== this.#committed || this.metadata !== this.#committedMetadata)
    );
  }

  /** What has been done beyond `resolved`, for the metadata of a commit; `null` if nothing. */
  get metadata(): string | null {
    const resolved = this.resolved;
    return resolved === null || this.#metadataOf === null ? null : this.#metadataOf(resolved);
  }

  /** @param committed the metadata that the coordinator holds */
  describeBy(metadataOf: (resolved: bigint) => string | null, committed: string | null): void {
    this.#metadataOf = metadataOf;
    this.#committedMetadata = isCompleted(committed) ? committed : null;
  }

  /** The coordinator does not take it: from now on there is none. */
  withoutMetadata(): void {
    this.#metadataOf = null;
    this.#committedMetadata = null;
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

  /** The application has committed it itself. */
  committedByHand(offset: bigint): void {
    this.#committedByHand = offset;
  }

  /** The position was changed: what was committed by hand before says nothing of what is read now. */
  reset(): void {
    this.#committedByHand = null;
  }

  committedAs(offset: bigint, metadata: string | null): void {
    this.#committed = offset;
    // An application's own, which it has committed by hand, is not replaced until there is something new to commit.
    this.#committedMetadata = isCompleted(metadata) ? metadata : null;
    this.#handledSinceCommit = 0;
  }
}
