import { Acknowledgements } from './acknowledgements.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { EachMessageHandler } from './consumer-types.js';
import type { Delivery, Work } from './delivery.js';
import type { DispatchGate } from './dispatch-gate.js';
import { EachMessage } from './each-message.js';

export interface MessageDeliveryPorts {
  readonly gate: DispatchGate;
  heartbeat(): Promise<void>;
  pause(partition: AssignedPartition): () => void;
  /** Called after each message, to commit within a batch where that is due. */
  onHandled(): void;
}

/**
 * Calls `eachMessage` for one message after the other.
 *
 * A message whose handler deferred something (`payload.defer()`) does not hold back the next one; it counts as handled
 * when that is done. Delivery ends only when everything deferred has settled, so a rebalance and a stop wait for it.
 */
export class MessageDelivery implements Delivery {
  readonly #handler: EachMessageHandler;
  readonly #ports: MessageDeliveryPorts;

  constructor(handler: EachMessageHandler, ports: MessageDeliveryPorts) {
    this.#handler = handler;
    this.#ports = ports;
  }

  async deliver(assigned: AssignedPartition, work: Work): Promise<boolean> {
    const acknowledgements = new Acknowledgements(assigned.offsets, this.#ports.onHandled);
    const { cursor: first, attempt: firstAttempt } = work;
    try {
      await this.#handle(assigned, work, acknowledgements);
    } catch (error) {
      await acknowledgements.whenSettled();
      if (acknowledgements.failure === null) {
        throw error;
      }
      // Something before the message that failed has failed, too: it is what has to come again first.
    }
    if (!acknowledgements.isEmpty) {
      await acknowledgements.whenSettled();
    }
    const { failure } = acknowledgements;
    if (failure !== null && assigned.epoch === work.epoch) {
      work.cursor = failure.index;
      work.attempt = failure.index === first ? firstAttempt : 1;
      throw failure.error;
    }
    return assigned.epoch === work.epoch && work.cursor >= work.batch.messages.length;
  }

  async #handle(assigned: AssignedPartition, work: Work, acknowledgements: Acknowledgements): Promise<void> {
    const { topic, partition, offsets } = assigned;
    const { messages } = work.batch;
    const { gate, heartbeat, onHandled } = this.#ports;
    const pause = (): (() => void) => this.#ports.pause(assigned);
    for (let message = messages[work.cursor]; message !== undefined; message = messages[work.cursor]) {
      if (!gate.isOpen || !assigned.mayDispatch || assigned.epoch !== work.epoch || acknowledgements.failure !== null) {
        return;
      }
      // Read before the handler has it: the message is the application's from then on.
      const { offset } = message;
      const payload = new EachMessage(topic, partition, message, work.attempt, heartbeat, pause);
      try {
        await this.#handler(payload);
      } catch (error) {
        await settled(payload.returned());
        throw error;
      }
      const deferred = payload.returned();
      if (assigned.epoch !== work.epoch) {
        await settled(deferred);
        return;
      }
      if (deferred === undefined && acknowledgements.isEmpty) {
        offsets.handled(offset);
        onHandled();
      } else {
        acknowledgements.add(work.cursor, offset, deferred);
      }
      work.cursor++;
      work.attempt = 1;
      if (!acknowledgements.isEmpty) {
        await acknowledgements.whenRoom();
      }
    }
  }
}

/** Of a message that comes again anyway (or is not this member's any more) only the end matters, not how it ended. */
async function settled(deferred: PromiseLike<unknown> | undefined): Promise<void> {
  if (deferred !== undefined) {
    await Promise.allSettled([deferred]);
  }
}
