import { prepareRecord } from '../codec/prepared-record.js';
import { encodeRecordBatch, NO_PRODUCER } from '../codec/record-batch-encoder.js';
import { FetchedRecords } from './fetched-records.js';

/** What a fetch at offset `from` brought: `count` messages in one batch, their offsets as values. */
export async function fetchedRecords(from: number, count: number): Promise<FetchedRecords> {
  const prepared = Array.from({ length: count }, (_, i) => prepareRecord('t', i, { value: String(from + i) }, 0));
  const batch = await encodeRecordBatch(prepared, { ...NO_PRODUCER, compression: 0, isTransactional: false });
  batch.writeBigInt64BE(BigInt(from), 0);
  const fetched = FetchedRecords.from(
    {
      partition: 0,
      errorCode: 0,
      highWatermark: 100n,
      lastStableOffset: 100n,
      logStartOffset: 0n,
      abortedTransactions: [],
      preferredReadReplica: -1,
      records: batch,
    },
    BigInt(from),
  );
  if (fetched === null) {
    throw new Error('No records were made');
  }
  return fetched;
}
