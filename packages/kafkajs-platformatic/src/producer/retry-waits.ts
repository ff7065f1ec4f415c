import type { Cluster } from '../cluster/cluster.js';
import type { PartitionQueue } from './partition-queue.js';

/** The waits of partitions for the next attempt with their heads: at most one a partition. */
export class RetryWaits {
  readonly #cluster: Cluster;
  /** What ends a wait without letting its partition try again. */
  readonly #ends = new Set<() => void>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * Calls `retry` after `delay` milliseconds, or as soon as the partition has another leader. An attempt that comes early is
   * one more than the policy's retries: should it fail, the rest of the wait is waited (`head.waitWouldEnd`).
   */
  wait(queue: PartitionQueue, delay: number, mayHaveMoved: boolean, retry: () => void): void {
    const { head, topic, partition, triedNode } = queue;
    const wouldEnd = performance.now() + delay;
    queue.state = 'waiting';
    const end = (): void => {
      clearTimeout(timer);
      unwatch();
      this.#ends.delete(end);
    };
    const goOn = (waitWouldEnd: number | undefined): void => {
      end();
      if (head !== undefined) {
        head.waitWouldEnd = waitWouldEnd;
      }
      retry();
    };
    const timer = setTimeout(() => goOn(undefined), delay);
    const unwatch = mayHaveMoved
      ? this.#cluster.watchLeader(topic, partition, triedNode, () => goOn(wouldEnd))
      : () => {};
    this.#ends.add(end);
  }

  /** Nobody tries again. */
  endAll(): void {
    for (const end of this.#ends) {
      end();
    }
  }
}
