import type { ProducerBatch, ProducerRecord, RecordMetadata } from '../producer-records.js';

/** Offsets that count as committed exactly if the transaction is. Each is the next one to be read. */
export interface TransactionOffsets {
  consumerGroupId: string;
  topics: { topic: string; partitions: { partition: number; offset: string; metadata?: string | null }[] }[];
  /** With `memberId`: refuses the offsets once the group has rebalanced (KIP-447). Default -1: not checked. */
  generationId?: number;
  memberId?: string;
  groupInstanceId?: string | null;
}

/** KafkaJS's transaction. Its calls may be made at the same time; they are put in order inside. */
export interface Transaction {
  /** @throws as `producer.send`; the transaction can only be aborted then. */
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
  sendOffsets(offsets: TransactionOffsets): Promise<void>;
  /**
   * Waits for what was sent, then makes all of it visible at once.
   * @throws KafkaJSNonRetriableError if anything in it failed; KafkaJSProtocolError if the producer is fenced. Any other
   * error leaves the outcome open: call commit() again.
   */
  commit(): Promise<void>;
  /** Nothing of the transaction becomes visible to readers of committed messages. */
  abort(): Promise<void>;
  /** False once it has ended, or its producer is fenced. */
  isActive(): boolean;
}
