import type { EachMessagePayload } from '../driver/kafka-types.js';

/** A message that was delivered and is not done. */
export interface UnacknowledgedMessage {
  topic: string;
  partition: number;
  offset: string;
  /** When it was first delivered to this process, milliseconds since the epoch. */
  since: number;
}

/**
 * The messages that are with their handlers, or wait to be delivered again to them, and since when.
 *
 * Invariants
 * - `handling` holds a message exactly while its delivery lasts, in the order of their beginnings: the first is the oldest.
 * - `failed` holds at most one message of a partition, the one it stands at, until it succeeds; `prune` forgets
 *   partitions that were given up. So both are bounded by what the engine delivers at once.
 */
export class Unacknowledged {
  private readonly handling = new Map<EachMessagePayload, number>();
  private readonly failed = new Map<string, UnacknowledgedMessage>();

  /** Deliveries that last. */
  get size(): number {
    return this.handling.size;
  }

  begin(payload: EachMessagePayload): void {
    this.handling.set(payload, Date.now());
  }

  /** A delivery has failed: the message will be delivered again. */
  fail(payload: EachMessagePayload): void {
    const since = this.handling.get(payload) ?? Date.now();
    this.handling.delete(payload);
    const { topic, partition, message } = payload;
    const key = keyOf(topic, partition);
    if (this.failed.get(key)?.offset !== message.offset) {
      this.failed.set(key, { topic, partition, offset: message.offset, since });
    }
  }

  /** A delivery has succeeded. */
  end(payload: EachMessagePayload): void {
    this.handling.delete(payload);
    if (this.failed.size > 0) {
      this.failed.delete(keyOf(payload.topic, payload.partition));
    }
  }

  /** Forgets failures on partitions that are not among these: they are others' by now. */
  prune(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [key, { topic, partition }] of this.failed) {
      if (assignment[topic]?.includes(partition) !== true) {
        this.failed.delete(key);
      }
    }
  }

  oldest(): UnacknowledgedMessage | undefined {
    let oldest: UnacknowledgedMessage | undefined;
    const [first] = this.handling;
    if (first !== undefined) {
      const [{ topic, partition, message }, since] = first;
      oldest = { topic, partition, offset: message.offset, since };
    }
    for (const failed of this.failed.values()) {
      if (oldest === undefined || failed.since < oldest.since) {
        oldest = failed;
      }
    }
    return oldest;
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}:${topic}`;
}
