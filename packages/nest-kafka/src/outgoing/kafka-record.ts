import type { RecordHeaders } from '../driver/kafka-types.js';

/** Everything about a record but its value. */
export interface KafkaRecordOptions {
  /** Decides the partition, unless one is given. Objects are serialized as values are. */
  key?: unknown;
  headers?: RecordHeaders;
  partition?: number;
  /** Milliseconds since the epoch, as KafkaJS takes it: a string. */
  timestamp?: string;
  /** How long this one request waits for its next reply, in milliseconds. Events ignore it. */
  timeout?: number;
}

/**
 * A record with its parts named, so that nothing is guessed from the shape of the value.
 * Made by {@link KafkaRecordBuilder}; accepted by `send()`, `emit()`, `emitBatch()` and as the result of a handler.
 */
export class KafkaRecord<TValue = unknown> {
  constructor(
    readonly value: TValue,
    readonly options: Readonly<KafkaRecordOptions> = {},
  ) {}
}
