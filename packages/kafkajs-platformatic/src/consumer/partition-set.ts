import type { Assignment } from '../assigners/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { PartitionLoop } from './partition-loop.js';

interface Held {
  readonly partition: AssignedPartition;
}

/**
 * The partitions that this member holds, each with its running loop.
 *
 * Invariant: a partition that is taken away and given back gets a new loop, which begins when the old one has ended.
 */
export class PartitionSet {
  readonly #held = new Map<string, Held>();
  /** Loops that run, also of partitions that are not held any more. */
  readonly #loops = new Map<string, Promise<void>>();

  *[Symbol.iterator](): Iterator<AssignedPartition> {
    for (const { partition } of this.#held.values()) {
      yield partition;
    }
  }

  get(topic: string, partition: number): AssignedPartition | undefined {
    return this.#held.get(key(topic, partition))?.partition;
  }

  add(partition: AssignedPartition, loop: PartitionLoop): void {
    const at = key(partition.topic, partition.partition);
    this.#held.set(at, { partition });
    const ended = loop.run(this.#loops.get(at)).finally(() => {
      if (this.#loops.get(at) === ended) {
        this.#loops.delete(at);
      }
    });
    this.#loops.set(at, ended);
  }

  /** Ends the partition's loop as soon as its handler settles; nothing of it counts any more. */
  remove(partition: AssignedPartition): void {
    this.#held.delete(key(partition.topic, partition.partition));
    partition.revoke();
  }

  wake(): void {
    for (const partition of this) {
      partition.changed.notify();
    }
  }

  /** Those of `assignment` that are not held. */
  missing(assignment: Assignment): { topic: string; partition: number }[] {
    return Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.filter(partition => !this.#held.has(key(topic, partition))).map(partition => ({ topic, partition })),
    );
  }

  async whenEnded(): Promise<void> {
    await Promise.all(this.#loops.values());
  }
}

function key(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
