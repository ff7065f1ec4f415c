import type { LoggerService } from '@nestjs/common';
import { messageOf } from '../../errors/message-of.js';
import type { Producer } from '../../driver/kafka-types.js';
import { orInterrupted } from './interrupted.js';

interface Slot {
  readonly topic: string;
  readonly partition: number;
  /** Connected, and owner of its transactional id. */
  producer: Promise<Producer>;
  users: number;
  /** The partition has been given up: closed when its last user is done. */
  isRetired: boolean;
}

/**
 * A transactional producer for each partition that is assigned, so that partitions have transactions side by side.
 *
 * Its transactional id is made of prefix, topic and partition: whoever is given the partition takes the id over, by which the
 * coordinator fences the former owner and aborts what he left open. So nobody waits for the timeout of a dead process's
 * transaction: neither readers of committed messages, nor the new owner for the offset that stood in it.
 *
 * Invariants
 * - A producer takes its id when its partition is assigned, before the first record comes.
 * - One that is out of use (fenced, or its transaction timed out) is replaced before it is used again.
 * - There are no more producers than assigned partitions, and those that still have a transaction to end.
 */
export class TransactionalProducers {
  private readonly slots = new Map<string, Slot>();
  /** Closings under way. */
  private readonly closings = new Set<Promise<void>>();

  constructor(
    private readonly prefix: string,
    /** Makes one that is not connected. */
    private readonly make: (transactionalId: string) => Producer,
    private readonly logger: LoggerService,
  ) {}

  /** Opens producers for what is assigned now, and closes the others. */
  keep(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const slot of this.slots.values()) {
      if (assignment[slot.topic]?.includes(slot.partition) !== true) {
        this.retire(slot);
      }
    }
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        // Whoever uses it first is told of a failure, and tries again.
        this.slotOf(topic, partition).producer.catch((error: unknown) =>
          this.logger.warn(
            `The transactional producer of ${topic}[${partition}] is not ready, it is tried again with the next message: ` +
              messageOf(error),
          ),
        );
      }
    }
  }

  /** Lends the producer of a partition; it is not closed meanwhile. @throws Interrupted if there is none to be had */
  async use<T>(topic: string, partition: number, work: (producer: Producer) => Promise<T>): Promise<T> {
    const slot = this.slotOf(topic, partition);
    slot.users++;
    try {
      return await work(await orInterrupted(() => slot.producer));
    } finally {
      slot.users--;
      this.closeIfIdle(slot);
    }
  }

  /** The next user gets a new producer, which takes the id anew: what the old one left open is aborted by that. */
  async replace(topic: string, partition: number, outOfUse: Producer): Promise<void> {
    const slot = this.slots.get(keyOf(topic, partition));
    if (slot === undefined) {
      return;
    }
    const current = await slot.producer.catch(() => undefined);
    if (current === outOfUse) {
      slot.producer = this.open(slot, outOfUse);
      await slot.producer;
    }
  }

  async close(): Promise<void> {
    for (const slot of this.slots.values()) {
      this.retire(slot);
    }
    await Promise.all(this.closings);
  }

  private slotOf(topic: string, partition: number): Slot {
    const key = keyOf(topic, partition);
    let slot = this.slots.get(key);
    if (slot === undefined) {
      const made: Slot = { topic, partition, producer: undefined as never, users: 0, isRetired: false };
      made.producer = this.open(made);
      slot = made;
      this.slots.set(key, slot);
    }
    return slot;
  }

  private async open(slot: Slot, before?: Producer): Promise<Producer> {
    if (before !== undefined) {
      await this.disconnect(slot, before);
    }
    const producer = this.make(`${this.prefix}.${slot.topic}.${slot.partition}`);
    try {
      await producer.connect();
      // Takes the id; there is nothing to abort in it.
      await (await producer.transaction()).abort();
      return producer;
    } catch (error) {
      const key = keyOf(slot.topic, slot.partition);
      if (this.slots.get(key) === slot) {
        this.slots.delete(key);
      }
      await this.disconnect(slot, producer);
      throw error;
    }
  }

  private retire(slot: Slot): void {
    slot.isRetired = true;
    this.slots.delete(keyOf(slot.topic, slot.partition));
    this.closeIfIdle(slot);
  }

  private closeIfIdle(slot: Slot): void {
    if (!slot.isRetired || slot.users > 0) {
      return;
    }
    const closing = slot.producer
      .then(
        producer => this.disconnect(slot, producer),
        () => undefined,
      )
      .finally(() => this.closings.delete(closing));
    this.closings.add(closing);
  }

  private async disconnect({ topic, partition }: Slot, producer: Producer): Promise<void> {
    try {
      await producer.disconnect();
    } catch (error) {
      this.logger.warn(`The transactional producer of ${topic}[${partition}] did not close: ${messageOf(error)}`);
    }
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}:${topic}`;
}
