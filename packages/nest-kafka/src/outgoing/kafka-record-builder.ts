import type { RecordHeaders } from '../driver/kafka-types.js';
import { KafkaRecord, type KafkaRecordOptions } from './kafka-record.js';

/**
 * Builds a {@link KafkaRecord}, in the manner of Nest's `RmqRecordBuilder`.
 *
 * @example
 * client.emit('hero.moved', new KafkaRecordBuilder(hero).setKey(hero.id).setHeaders({ realm: 'Nest' }).build());
 */
export class KafkaRecordBuilder<TValue = unknown> {
  private options: KafkaRecordOptions = {};

  constructor(private value?: TValue) {}

  /** The payload. `null` makes a tombstone. */
  setValue(value: TValue): this {
    this.value = value;
    return this;
  }

  /** The key; objects are serialized as values are. */
  setKey(key: unknown): this {
    this.options.key = key;
    return this;
  }

  /** Headers beside those the transport adds. */
  setHeaders(headers: RecordHeaders): this {
    this.options.headers = headers;
    return this;
  }

  /** The partition, in place of the one the key would decide. */
  setPartition(partition: number): this {
    if (!Number.isInteger(partition) || partition < 0) {
      throw new TypeError(`A partition is a whole number from 0; setPartition() was given ${String(partition)}.`);
    }
    this.options.partition = partition;
    return this;
  }

  /** The record's time: a `Date`, or milliseconds since the epoch. */
  setTimestamp(timestamp: Date | number | string): this {
    const milliseconds = timestamp instanceof Date ? timestamp.getTime() : Number(timestamp);
    if (!Number.isInteger(milliseconds) || milliseconds < 0) {
      throw new TypeError(
        `A timestamp is a Date or milliseconds since the epoch; setTimestamp() was given ${String(timestamp)}.`,
      );
    }
    this.options.timestamp = String(milliseconds);
    return this;
  }

  /** How long this one request waits for its next reply, in milliseconds; `0` waits for ever. */
  setTimeout(timeout: number): this {
    if (!Number.isInteger(timeout) || timeout < 0 || timeout >= 2 ** 31) {
      throw new TypeError(
        `A timeout is a whole number of milliseconds from 0 to ${2 ** 31 - 1}; setTimeout() was given ${String(timeout)}.`,
      );
    }
    this.options.timeout = timeout;
    return this;
  }

  /** The record. The builder may be used further without changing it. */
  build(): KafkaRecord<TValue> {
    return new KafkaRecord(this.value as TValue, { ...this.options });
  }
}
