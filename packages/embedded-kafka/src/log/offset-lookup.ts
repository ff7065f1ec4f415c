import type { PartitionLog } from './partition-log.js';
import { readRecords, UnreadableBatchError } from './record-reader.js';
import type { RecordBatch } from './record-batch.js';

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

/** The first record of `timestamp` or later. */
export function offsetForTimestamp(log: PartitionLog, timestamp: number): TimestampedOffset | undefined {
  const batch = log.firstBatchSince(timestamp);
  return batch && firstRecordSince(batch, timestamp, log.startOffset);
}

/** The first record that has the log's highest timestamp (KIP-734). */
export function offsetOfMaxTimestamp(log: PartitionLog): TimestampedOffset | undefined {
  return log.endOffset === log.startOffset ? undefined : offsetForTimestamp(log, log.maxTimestamp);
}

function firstRecordSince(batch: RecordBatch, timestamp: number, from: number): TimestampedOffset {
  const { leaderEpoch } = batch;
  try {
    const record = readRecords(batch).find(each => each.timestamp >= timestamp && each.offset >= from);
    if (record) return { offset: record.offset, timestamp: record.timestamp, leaderEpoch };
  } catch (error) {
    if (!(error instanceof UnreadableBatchError)) throw error;
  }
  // The record is in here, but where cannot be seen: a consumer that starts at the batch misses nothing.
  return { offset: batch.baseOffset, timestamp: batch.baseTimestamp, leaderEpoch };
}
