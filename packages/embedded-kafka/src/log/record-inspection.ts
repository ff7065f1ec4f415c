import { readRecords, UnreadableBatchError, type LogRecord } from './record-reader.js';
import type { RecordBatch } from './record-batch.js';

/** Why one record made its whole batch fail (KIP-467). */
export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

/**
 * The records of a batch that a rule is against. A batch that cannot be looked into here (snappy, lz4) has none: its
 * consumer will see.
 */
export function findRecordErrors(batch: RecordBatch, rule: (record: LogRecord) => string | undefined): RecordError[] {
  try {
    return readRecords(batch).flatMap((record, batchIndex) => {
      const message = rule(record);
      return message === undefined ? [] : [{ batchIndex, message }];
    });
  } catch (error) {
    if (error instanceof UnreadableBatchError) return [];
    throw error;
  }
}
