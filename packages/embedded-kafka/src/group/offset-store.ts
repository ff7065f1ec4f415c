import type { OffsetJournal } from './offset-journal.js';
import type { CommittedOffset, StoredOffset } from './committed-offset.js';
import { PendingOffsets, type PendingOffset } from './pending-offsets.js';

/** The committed offsets of one group, and those that open transactions are going to commit. */
export class OffsetStore {
  readonly pending = new PendingOffsets();
  readonly #topics = new Map<string, Map<number, StoredOffset>>();
  #size = 0;
  /** Numbers the commits, transactional or not, in the order in which they came. */
  #sequence = 0;

  /** @param journal where they are kept beyond the process */
  constructor(private readonly journal?: OffsetJournal) {}

  /** How many partitions have a committed offset. */
  get size(): number {
    return this.#size;
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)?.committed;
  }

  stored(topic: string, partition: number): StoredOffset | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  /** `now`: milliseconds since the epoch. */
  set(topic: string, partition: number, committed: CommittedOffset, now: number): void {
    this.#store(topic, partition, { committed, committedAt: now, sequence: ++this.#sequence });
  }

  /** Keeps it until the producer's transaction ends. */
  setPending(producerId: bigint, topic: string, partition: number, committed: CommittedOffset, now: number): void {
    this.pending.set(producerId, { committed, committedAt: now, topic, partition, sequence: ++this.#sequence });
    this.journal?.setPending(producerId, topic, partition, { committed, committedAt: now });
  }

  /** What came later than the transaction's commit stays, as in Kafka. @returns what has come into force */
  endTransaction(producerId: bigint, committed: boolean): PendingOffset[] {
    const effective: PendingOffset[] = [];
    for (const offset of this.pending.take(producerId)) {
      const { topic, partition, sequence } = offset;
      const current = this.#topics.get(topic)?.get(partition);
      if (committed && (current === undefined || current.sequence < sequence)) {
        this.#store(topic, partition, offset);
        effective.push(offset);
      }
      // Last of all: until then a crash must find what the transaction is going to commit.
      this.journal?.deletePending(producerId, topic, partition);
    }
    return effective;
  }

  #store(topic: string, partition: number, stored: StoredOffset): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) this.#topics.set(topic, (partitions = new Map()));
    if (!partitions.has(partition)) this.#size++;
    partitions.set(partition, stored);
    this.journal?.set(topic, partition, stored);
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic);
    if (partitions?.delete(partition) !== true) return;
    this.journal?.delete(topic, partition);
    this.#size--;
    if (partitions.size === 0) this.#topics.delete(topic);
  }

  deleteTopic(topic: string): void {
    this.pending.deleteTopic(topic);
    const partitions = this.#topics.get(topic);
    if (partitions === undefined) return;
    for (const partition of partitions.keys()) this.journal?.delete(topic, partition);
    this.#size -= partitions.size;
    this.#topics.delete(topic);
  }

  deleteAll(): void {
    for (const topic of this.#topics.keys()) this.deleteTopic(topic);
  }

  /** Every topic with its partitions, in the order of their first commit. */
  *topics(): Generator<[topic: string, partitions: number[]]> {
    for (const [topic, partitions] of this.#topics) yield [topic, [...partitions.keys()]];
  }
}
