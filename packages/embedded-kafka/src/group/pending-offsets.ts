import type { CommittedOffset } from './committed-offset.js';

/** An offset that counts once its transaction is committed. */
export interface PendingOffset {
  readonly committed: CommittedOffset;
  readonly committedAt: number;
  readonly topic: string;
  readonly partition: number;
  /** Its place among all commits of the group. */
  readonly sequence: number;
}

/**
 * Offsets of one group that were committed in transactions which are still open, by producer.
 * Invariant: `counts` says of each partition in how many of these transactions it is.
 */
export class PendingOffsets {
  readonly #byProducer = new Map<bigint, Map<string, PendingOffset>>();
  readonly #counts = new Map<string, number>();
  #size = 0;

  /** How many offsets are pending, all transactions taken together. */
  get size(): number {
    return this.#size;
  }

  /** Whether an open transaction may change this partition's offset. */
  has(topic: string, partition: number): boolean {
    return this.#counts.has(keyOf(topic, partition));
  }

  set(producerId: bigint, offset: PendingOffset): void {
    let offsets = this.#byProducer.get(producerId);
    if (offsets === undefined) this.#byProducer.set(producerId, (offsets = new Map()));
    const key = keyOf(offset.topic, offset.partition);
    if (!offsets.has(key)) this.#count(key, 1);
    offsets.set(key, offset);
  }

  /** Takes out what is pending in the transaction of a producer that has ended. */
  take(producerId: bigint): PendingOffset[] {
    const offsets = this.#byProducer.get(producerId);
    if (offsets === undefined) return [];
    this.#byProducer.delete(producerId);
    for (const key of offsets.keys()) this.#count(key, -1);
    return [...offsets.values()];
  }

  deleteTopic(topic: string): void {
    for (const offsets of this.#byProducer.values()) {
      for (const [key, offset] of offsets) {
        if (offset.topic !== topic) continue;
        offsets.delete(key);
        this.#count(key, -1);
      }
    }
  }

  #count(key: string, change: number): void {
    this.#size += change;
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

/** Unambiguous: what stands behind the last dash is a number. */
function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}
