import type { EachMessagePayload } from '../driver/kafka-types.js';

interface Failure {
  offset: string;
  attempts: number;
}

/**
 * Counts the deliveries of messages that failed, for engines that do not.
 *
 * Invariant: at most one entry per partition, for the message it stands at; so memory is bounded by the partitions
 * this process has been given, and a process without failures does no work here.
 */
export class DeliveryAttempts {
  private readonly failures = new Map<string, Failure>();

  /** The number of the delivery that is beginning: 1 for the first. */
  begin(payload: EachMessagePayload): number {
    if (payload.attempt !== undefined) {
      return payload.attempt;
    }
    if (this.failures.size === 0) {
      return 1;
    }
    const failure = this.failures.get(keyOf(payload));
    return failure?.offset === payload.message.offset ? failure.attempts + 1 : 1;
  }

  /** Notes that a delivery failed. */
  failed(payload: EachMessagePayload, attempt: number): void {
    if (payload.attempt !== undefined) {
      return;
    }
    this.failures.set(keyOf(payload), { offset: payload.message.offset, attempts: attempt });
  }

  /** Notes that a message was handled in the end. */
  succeeded(payload: EachMessagePayload): void {
    if (this.failures.size > 0) {
      this.failures.delete(keyOf(payload));
    }
  }
}

function keyOf(payload: EachMessagePayload): string {
  return `${payload.partition}:${payload.topic}`;
}
