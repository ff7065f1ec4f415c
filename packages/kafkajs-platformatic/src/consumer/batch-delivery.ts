import type { AssignedPartition } from './assigned-partition.js';
import type { EachBatchHandler, OffsetsByTopicPartition } from './consumer-types.js';
import type { Delivery, Work } from './delivery.js';
import type { DispatchGate } from './dispatch-gate.js';

export interface BatchDeliveryPorts {
  readonly gate: DispatchGate;
  readonly autoResolve: boolean;
  heartbeat(): Promise<void>;
  pause(partition: AssignedPartition): () => void;
  isRunning(): boolean;
  commitIfNecessary(): Promise<void>;
  commit(offsets: OffsetsByTopicPartition): Promise<void>;
  uncommitted(): OffsetsByTopicPartition;
}

/**
 * Calls `eachBatch` with everything that a fetch brought.
 *
 * A handler that was told to stop (`isRunning()` false or `isStale()` true) may have left the loop early, so its batch
 * is never resolved beyond what it resolved itself, whatever `eachBatchAutoResolve` says: nothing is skipped.
 */
export class BatchDelivery implements Delivery {
  readonly #handler: EachBatchHandler;
  readonly #ports: BatchDeliveryPorts;

  constructor(handler: EachBatchHandler, ports: BatchDeliveryPorts) {
    this.#handler = handler;
    this.#ports = ports;
  }

  async deliver(assigned: AssignedPartition, work: Work): Promise<boolean> {
    const { gate, heartbeat, autoResolve } = this.#ports;
    const { batch, epoch, records } = work;
    const lastVisible = batch.messages.at(-1)?.offset;
    let toldToStop = false;
    const unlessStopped = (goOn: boolean): boolean => {
      toldToStop ||= !goOn;
      return goOn;
    };
    await this.#handler({
      batch,
      attempt: work.attempt,
      heartbeat,
      pause: () => this.#ports.pause(assigned),
      resolveOffset: offset => {
        if (assigned.epoch === epoch) {
          // After the last message come only control records, which no handler will ever resolve.
          assigned.offsets.resolve(offset === lastVisible ? records.nextOffset : BigInt(offset) + 1n);
        }
      },
      commitOffsetsIfNecessary: offsets =>
        offsets === undefined ? this.#ports.commitIfNecessary() : this.#ports.commit(offsets),
      uncommittedOffsets: () => this.#ports.uncommitted(),
      isRunning: () => unlessStopped(this.#ports.isRunning()),
      isStale: () => !unlessStopped(gate.isOpen && !assigned.leaving && assigned.epoch === epoch),
    });
    if (assigned.epoch !== epoch) {
      return false;
    }
    if (autoResolve && !toldToStop) {
      assigned.offsets.resolve(records.nextOffset);
    }
    return assigned.offsets.resolved === records.nextOffset;
  }
}
