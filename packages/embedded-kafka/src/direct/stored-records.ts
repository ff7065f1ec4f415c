import type { Topic } from '../cluster/topic.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { readRecords, UnreadableBatchError, type LogRecord } from '../log/record-reader.js';

/** Which transactions' records are shown, by Kafka's names. */
export type IsolationLevel = 'read_committed' | 'read_uncommitted';

/** A record as it lies in a partition. */
export interface StoredRecord extends LogRecord {
  readonly partition: number;
}

/** All records of a topic, without a client. @throws EmbeddedKafkaError UNREADABLE_RECORDS */
export function storedRecords({ name, partitions }: Topic, isolationLevel: IsolationLevel): StoredRecord[] {
  return partitions.flatMap(({ index, log }) => {
    try {
      const batches = isolationLevel === 'read_committed' ? log.committedBatches() : log.dataBatches();
      return Array.from(batches, readRecords)
        .flat()
        .filter(({ offset }) => offset >= log.startOffset)
        .map(record => ({ partition: index, ...record }));
    } catch (cause) {
      if (!(cause instanceof UnreadableBatchError)) throw cause;
      throw new EmbeddedKafkaError('UNREADABLE_RECORDS', [name, index, cause.message], { cause });
    }
  });
}
