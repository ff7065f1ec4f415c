import type { PartitionQueue } from './partition-queue.js';
import type { ProducerBatch } from './producer-batch.js';

/** The heads of some partitions that one node leads, on the same terms: one request. */
export interface ProduceGroup {
  readonly nodeId: number;
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  readonly queues: PartitionQueue[];
  size: number;
}

/** Brokers refuse requests of 100 MB (socket.request.max.bytes); several smaller ones also share the way better. Bytes. */
const MAX_REQUEST_SIZE = 8 * 1024 * 1024;

/** Sorts what leaves at the same time into requests: by leader and terms, none of them too large. */
export class ProduceGroups {
  readonly #all: ProduceGroup[] = [];
  /** The one of each leader and terms that still has room. */
  readonly #open = new Map<string, ProduceGroup>();

  get all(): readonly ProduceGroup[] {
    return this.#all;
  }

  add(nodeId: number, queue: PartitionQueue, head: ProducerBatch): void {
    const { acks, timeoutMs } = head.terms;
    const key = `${nodeId}:${acks}:${timeoutMs}`;
    let group = this.#open.get(key);
    if (group === undefined || (group.size > 0 && group.size + head.size > MAX_REQUEST_SIZE)) {
      group = { nodeId, acks, timeoutMs, queues: [], size: 0 };
      this.#open.set(key, group);
      this.#all.push(group);
    }
    group.queues.push(queue);
    group.size += head.size;
  }
}
