import type { KafkaStatus } from '../../driver/kafka-status.js';
import type { EachMessagePayload } from '../../driver/kafka-types.js';
import type { HandleRecord } from '../handle-record.js';
import type { DeliveryCounts, UndeliverableMessage } from './delivery-counts.js';
import type { DeliveryEvent, DeliveryListener } from './delivery-event.js';

/** More than these are counted by nobody: a partition stands at one of them. */
const MAX_UNDELIVERABLE = 1_000;

/** How long after its time a message of a retry topic is taken for ours, if nothing is heard of it. Milliseconds. */
const PATIENCE = 60_000;

interface HandlerRecord {
  attempts: number;
  inFlight: number;
  retried: number;
  deadLettered: number;
  skipped: number;
  readonly undeliverable: Map<string, { readonly message: UndeliverableMessage; readonly until: number }>;
}

/**
 * Counts what becomes of messages, for `health()`, and tells those who listen.
 *
 * Memory is bounded by the handlers, and by `MAX_UNDELIVERABLE` for each.
 */
export class DeliveryObserver {
  private readonly handlers = new Map<string, HandlerRecord>();
  private readonly listeners = new Set<DeliveryListener>();
  private readonly retries = new Map<string, () => KafkaStatus | undefined>();

  /** @param onError what a listener has thrown: it changes nothing of what happens to a message */
  constructor(private readonly onError: (error: unknown) => void) {}

  /** Counts the deliveries to a handler. */
  observe(pattern: string, handle: HandleRecord): HandleRecord {
    const record = this.recordOf(pattern);
    return async (payload, attempt) => {
      record.attempts++;
      record.inFlight++;
      try {
        await handle(payload, attempt);
      } finally {
        record.inFlight--;
      }
    };
  }

  /** A handler has retry topics, and this is how their consumer is. */
  watchRetries(pattern: string, state: () => KafkaStatus | undefined): void {
    this.recordOf(pattern);
    this.retries.set(pattern, state);
  }

  /** @returns what ends the listening. */
  listen(listener: DeliveryListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  report(event: DeliveryEvent, reason?: string): void {
    const record = this.recordOf(event.handler);
    const place = placeOf(event);
    if (event.type === 'undeliverable') {
      const { topic, partition, offset, deadLetter, retryTopic } = event;
      const target = retryTopic === undefined ? { deadLetter } : { deadLetter, retryTopic };
      if (record.undeliverable.size < MAX_UNDELIVERABLE) {
        const until = performance.now() + (event.retryIn ?? 0) + PATIENCE;
        const why = reason ?? event.error.message;
        record.undeliverable.set(place, { message: { topic, partition, offset, ...target, reason: why }, until });
      }
    } else {
      record.undeliverable.delete(place);
      record[COUNTED[event.type]]++;
    }
    for (const listener of this.listeners) {
      try {
        listener({ ...event });
      } catch (error) {
        this.onError(error);
      }
    }
  }

  /** Notes that a message was handled in the end. */
  handled(pattern: string, { topic, partition, message }: EachMessagePayload): void {
    const record = this.recordOf(pattern);
    if (record.undeliverable.size > 0) {
      record.undeliverable.delete(placeOf({ topic, partition, offset: message.offset }));
    }
  }

  /** By handler. Messages of partitions that are not assigned, or not heard of any more, are others' by now. */
  counts(assignment: Readonly<Record<string, readonly number[]>>): Record<string, DeliveryCounts> {
    const counts: Record<string, DeliveryCounts> = {};
    for (const [pattern, { undeliverable, ...numbers }] of this.handlers) {
      const retries = this.retries.get(pattern);
      for (const [place, { message, until }] of undeliverable) {
        const { topic, partition } = message;
        const isOurs = retries === undefined ? assignment[topic]?.includes(partition) : performance.now() < until;
        if (isOurs !== true) {
          undeliverable.delete(place);
        }
      }
      counts[pattern] = {
        ...numbers,
        undeliverable: Array.from(undeliverable.values(), ({ message }) => message),
        ...(retries === undefined ? {} : { retryTopics: retries() }),
      };
    }
    return counts;
  }

  private recordOf(pattern: string): HandlerRecord {
    let record = this.handlers.get(pattern);
    if (record === undefined) {
      record = { attempts: 0, inFlight: 0, retried: 0, deadLettered: 0, skipped: 0, undeliverable: new Map() };
      this.handlers.set(pattern, record);
    }
    return record;
  }
}

const COUNTED = { retried: 'retried', 'dead-lettered': 'deadLettered', skipped: 'skipped' } as const;

function placeOf({ topic, partition, offset }: { topic: string; partition: number; offset: string }): string {
  return `${partition}:${offset}:${topic}`;
}
