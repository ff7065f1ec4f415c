import type { KafkaMessage } from '../codec/kafka-message.js';
import type { Batch } from './consumer-types.js';
import type { FetchedRecords } from './fetched-records.js';

/** KafkaJS's batch over what a fetch brought. */
export class MessageBatch implements Batch {
  readonly topic: string;
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: KafkaMessage[];
  readonly #records: FetchedRecords;

  constructor(topic: string, partition: number, records: FetchedRecords, messages: KafkaMessage[]) {
    this.topic = topic;
    this.partition = partition;
    this.highWatermark = String(records.highWatermark);
    this.messages = messages;
    this.#records = records;
  }

  get rawMessages(): KafkaMessage[] {
    return this.messages;
  }

  isEmpty(): boolean {
    return this.messages.length === 0;
  }

  firstOffset(): string | null {
    return this.messages[0]?.offset ?? null;
  }

  lastOffset(): string {
    return String(this.#records.nextOffset - 1n);
  }

  offsetLag(): string {
    return String(this.#records.highWatermark - this.#records.nextOffset);
  }

  offsetLagLow(): string {
    const first = this.firstOffset();
    return first === null ? '0' : String(this.#records.highWatermark - 1n - BigInt(first));
  }
}
