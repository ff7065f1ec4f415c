import type { AssignedPartition } from './assigned-partition.js';
import type { EachMessageHandler } from './consumer-types.js';
import type { Delivery, Work } from './delivery.js';
import type { DispatchGate } from './dispatch-gate.js';

export interface MessageDeliveryPorts {
  readonly gate: DispatchGate;
  heartbeat(): Promise<void>;
  pause(partition: AssignedPartition): () => void;
  /** Called after each message, to commit within a batch where that is due. */
  onHandled(): void;
}

/** Calls `eachMessage` for one message after the other. */
export class MessageDelivery implements Delivery {
  readonly #handler: EachMessageHandler;
  readonly #ports: MessageDeliveryPorts;

  constructor(handler: EachMessageHandler, ports: MessageDeliveryPorts) {
    this.#handler = handler;
    this.#ports = ports;
  }

  async deliver(assigned: AssignedPartition, work: Work): Promise<boolean> {
    const { topic, partition, offsets } = assigned;
    const { messages } = work.batch;
    const { gate, heartbeat, onHandled } = this.#ports;
    const pause = (): (() => void) => this.#ports.pause(assigned);
    for (let message = messages[work.cursor]; message !== undefined; message = messages[work.cursor]) {
      if (!gate.isOpen || assigned.paused || assigned.epoch !== work.epoch) {
        return false;
      }
      // Read before the handler has it: the message is the application's from then on.
      const { offset } = message;
      await this.#handler({ topic, partition, message, heartbeat, pause, attempt: work.attempt });
      if (assigned.epoch !== work.epoch) {
        return false;
      }
      offsets.handled(offset);
      work.cursor++;
      work.attempt = 1;
      onHandled();
    }
    return true;
  }
}
