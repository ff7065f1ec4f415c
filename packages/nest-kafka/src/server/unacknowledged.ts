import type { EachMessagePayload } from '../driver/kafka-types.js';

/** A message that was delivered and is not done. */
export interface UnacknowledgedMessage {
  topic: string;
  partition: number;
  offset: string;
  /** When it was first delivered to this process, milliseconds of `performance.now()`: clocks are set. */
  since: number;
}

interface Failures {
  readonly tenure: object | undefined;
  readonly topic: string;
  readonly partition: number;
  /** By offset. */
  readonly messages: Map<string, UnacknowledgedMessage>;
}

/**
 * The messages that are with their handlers, or wait to be delivered again to them, and since when.
 *
 * Invariants
 * - `handling` holds a message exactly while its delivery lasts, in the order of their beginnings: the first is the oldest.
 * - `failed` holds the messages of a partition that have failed, until they succeed: one, at which the partition stands, or
 *   with an engine that tells of tenures those of the last tenure. `prune` forgets partitions that were given up. So both are
 *   bounded by what the engine delivers at once.
 */
export class Unacknowledged {
  private readonly handling = new Map<EachMessagePayload, number>();
  private readonly failed = new Map<string, Failures>();

  /** Deliveries that last. */
  get size(): number {
    return this.handling.size;
  }

  /** Messages that wait to be delivered again. */
  get failures(): number {
    let count = 0;
    for (const { messages } of this.failed.values()) {
      count += messages.size;
    }
    return count;
  }

  begin(payload: EachMessagePayload): void {
    this.handling.set(payload, performance.now());
    if (this.failed.size > 0) {
      const key = keyOf(payload.topic, payload.partition);
      const failures = this.failed.get(key);
      if (failures !== undefined && failures.tenure !== payload.tenure) {
        this.failed.delete(key);
      }
    }
  }

  /** A delivery has failed: the message will be delivered again. */
  fail(payload: EachMessagePayload): void {
    const since = this.handling.get(payload) ?? performance.now();
    this.handling.delete(payload);
    const { topic, partition, message } = payload;
    const key = keyOf(topic, partition);
    const { offset } = message;
    let failures = this.failed.get(key);
    if (failures === undefined || failures.tenure !== payload.tenure) {
      failures = { tenure: payload.tenure, topic, partition, messages: new Map() };
      this.failed.set(key, failures);
    }
    const { messages } = failures;
    if (!messages.has(offset)) {
      if (payload.tenure === undefined) {
        messages.clear();
      }
      messages.set(offset, { topic, partition, offset, since });
    }
  }

  /** A delivery has succeeded. */
  end(payload: EachMessagePayload): void {
    this.handling.delete(payload);
    if (this.failed.size === 0) {
      return;
    }
    const key = keyOf(payload.topic, payload.partition);
    const messages = this.failed.get(key)?.messages;
    messages?.delete(payload.message.offset);
    if (messages?.size === 0 || payload.tenure === undefined) {
      this.failed.delete(key);
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

  /** @param isPaused messages of such a topic that wait to be delivered again are left out */
  oldest(isPaused: (topic: string) => boolean = () => false): UnacknowledgedMessage | undefined {
    let oldest: UnacknowledgedMessage | undefined;
    const [first] = this.handling;
    if (first !== undefined) {
      const [{ topic, partition, message }, since] = first;
      oldest = { topic, partition, offset: message.offset, since };
    }
    for (const { topic, messages } of this.failed.values()) {
      if (isPaused(topic)) {
        continue;
      }
      for (const failed of messages.values()) {
        if (oldest === undefined || failed.since < oldest.since) {
          oldest = failed;
        }
      }
    }
    return oldest;
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition}:${topic}`;
}
