import { decodeRecordBatches, type RecordBatch } from '../codec/record-batch-decoder.js';
import type { KafkaMessage } from '../codec/kafka-message.js';
import type { FetchResponsePartition } from '../wire/fetch-api.js';
import { visibleBatches } from './aborted-transactions.js';

/**
 * What one fetch brought for one partition: still encoded, so that it waits cheaply and can be decoded again, untouched
 * by an earlier handler, when it has to be delivered once more.
 */
export class FetchedRecords {
  readonly highWatermark: bigint;
  /** Where to go on: after the last batch, visible or not. */
  readonly nextOffset: bigint;
  readonly #visible: readonly RecordBatch[];
  readonly fetchOffset: bigint;
  /** Of the buffer that the fetch came in, which other partitions may share. */
  readonly #fetchedBytes: number;

  private constructor(
    fetchOffset: bigint,
    nextOffset: bigint,
    highWatermark: bigint,
    visible: readonly RecordBatch[],
    fetchedBytes: number,
  ) {
    this.#fetchedBytes = fetchedBytes;
    this.fetchOffset = fetchOffset;
    this.nextOffset = nextOffset;
    this.highWatermark = highWatermark;
    this.#visible = visible;
  }

  /**
   * Checks the batches and leaves out what a reader must not see.
   * @returns `null` if there is no whole batch at or after `fetchOffset`
   * @throws KafkaJSCorruptBatchError
   */
  static from(partition: FetchResponsePartition, fetchOffset: bigint): FetchedRecords | null {
    if (partition.records === null || partition.records.length === 0) {
      return null;
    }
    const batches = Array.from(decodeRecordBatches(partition.records));
    const last = batches.at(-1);
    if (last === undefined || last.lastOffset < fetchOffset) {
      return null;
    }
    const visible = visibleBatches(batches, partition.abortedTransactions);
    const { byteLength } = partition.records.buffer;
    return new FetchedRecords(fetchOffset, last.lastOffset + 1n, partition.highWatermark, visible, byteLength);
  }

  /** Memory that cannot be freed while this, or a message that it decoded, is needed. Bytes. */
  get retainedBytes(): number {
    return this.#visible.reduce((bytes, { decompressedBytes }) => bytes + decompressedBytes, this.#fetchedBytes);
  }

  /** Fresh messages at or after `from`. @throws KafkaJSCorruptBatchError */
  messages(from = this.fetchOffset): KafkaMessage[] {
    const start = from > this.fetchOffset ? from : this.fetchOffset;
    const [first] = this.#visible;
    if (first !== undefined && this.#visible.length === 1) {
      return first.records(start);
    }
    const messages: KafkaMessage[] = [];
    for (const batch of this.#visible) {
      if (batch.lastOffset >= start) {
        for (const message of batch.records(start)) {
          messages.push(message);
        }
      }
    }
    return messages;
  }

  /** The message at `offset`, fresh; undefined if there is none. @throws KafkaJSCorruptBatchError */
  message(offset: bigint): KafkaMessage | undefined {
    const batch = this.#visible.find(({ lastOffset }) => lastOffset >= offset);
    const [message] = batch?.records(offset, 1) ?? [];
    return message?.offset === String(offset) ? message : undefined;
  }
}
