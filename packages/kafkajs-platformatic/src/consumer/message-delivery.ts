import type { AssignedPartition } from './assigned-partition.js';
import type { EachMessageHandler, KafkaMessage } from './consumer-types.js';
import type { DeferredMessage } from './deferred-messages.js';
import type { Delivery, Work } from './delivery.js';
import type { DispatchGate } from './dispatch-gate.js';
import { EachMessage } from './each-message.js';
import { EventLoopTurn } from './event-loop-turn.js';

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
 * A message whose handler deferred something (`payload.defer()`) does not hold back the next one, nor the next fetch; it
 * goes to the partition's `deferred` and counts as handled when that is done. A batch is done with when all of it has
 * been handed over.
 */
export class MessageDelivery implements Delivery {
  readonly #handler: EachMessageHandler;
  readonly #ports: MessageDeliveryPorts;
  readonly #turn = new EventLoopTurn();

  constructor(handler: EachMessageHandler, ports: MessageDeliveryPorts) {
    this.#handler = handler;
    this.#ports = ports;
  }

  async deliver(assigned: AssignedPartition, work: Work): Promise<boolean> {
    const { topic, partition, offsets, deferred } = assigned;
    const { messages } = work.batch;
    const { gate, heartbeat, onHandled } = this.#ports;
    const pause = (): (() => void) => this.#ports.pause(assigned);
    for (let message = messages[work.cursor]; message !== undefined; message = messages[work.cursor]) {
      if (!gate.isOpen || !assigned.mayDispatch || assigned.epoch !== work.epoch) {
        return false;
      }
      // Read before the handler has it: the message is the application's from then on.
      const { offset } = message;
      const { interruption } = assigned;
      let done: PromiseLike<unknown> | undefined;
      if (!deferred.hasRestored || !deferred.wasDone(offset)) {
        const payload = new EachMessage(topic, partition, message, work.attempt, heartbeat, pause, interruption);
        try {
          await this.#handler(payload);
        } catch (error) {
          await settled(payload.returned());
          throw error;
        }
        done = payload.returned();
        if (assigned.epoch !== work.epoch) {
          await settled(done);
          return false;
        }
      }
      if (done === undefined && deferred.isEmpty) {
        offsets.handled(offset);
        onHandled();
      } else {
        deferred.add(offset, work.records, work.attempt, interruption, done);
      }
      work.cursor++;
      work.attempt = 1;
      if (!deferred.isEmpty && (deferred.hasDue || !deferred.hasRoom)) {
        break;
      }
      if (this.#turn.isDue && work.cursor < messages.length) {
        await this.#turn.pass();
      }
    }
    return work.cursor >= messages.length;
  }

  async redeliver(assigned: AssignedPartition, again: DeferredMessage): Promise<void> {
    const { topic, partition, deferred, interruption } = assigned;
    const { heartbeat } = this.#ports;
    const pause = (): (() => void) => this.#ports.pause(assigned);
    let payload: EachMessage | undefined;
    again.interruption = interruption;
    try {
      payload = new EachMessage(
        topic,
        partition,
        freshOf(assigned, again),
        again.attempt,
        heartbeat,
        pause,
        interruption,
      );
      await this.#handler(payload);
    } catch (error) {
      await settled(payload?.returned());
      deferred.failedAgain(again, error);
      return;
    }
    const done = payload.returned();
    if (!deferred.delivered(again, done)) {
      await settled(done);
    }
  }
}

/** As it was fetched, untouched by the handler that had it before. */
function freshOf({ topic, partition }: AssignedPartition, { kept, offset }: DeferredMessage): KafkaMessage {
  const message = kept.records.message(BigInt(offset));
  if (message === undefined) {
    throw new Error(`${topic}[${partition}] at offset ${offset} is not among its records. Report this as a bug.`);
  }
  return message;
}

/** Of a message that comes again anyway (or is not this member's any more) only the end matters, not how it ended. */
async function settled(deferred: PromiseLike<unknown> | undefined): Promise<void> {
  if (deferred !== undefined) {
    await Promise.allSettled([deferred]);
  }
}
