import { BATCH_HEADER_BYTES, RecordBatch } from './record-batch.js';

/** A record to write. */
export interface RecordContents {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly headers: readonly (readonly [key: string, value: Buffer | null])[];
}

const MAGIC_AT = 16;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const NO_PRODUCER_AT = 43;
const NO_PRODUCER_BYTES = 14;

/** A batch of magic 2, uncompressed and of no producer; its offsets begin at 0. */
export function buildRecordBatch(records: readonly RecordContents[]): Buffer {
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const encoded = records.map((record, index) => encodeRecord(record, record.timestamp - baseTimestamp, index));
  const header = Buffer.alloc(BATCH_HEADER_BYTES);
  header.writeInt8(2, MAGIC_AT);
  header.writeInt32BE(records.length - 1, LAST_OFFSET_DELTA_AT);
  header.writeBigInt64BE(BigInt(baseTimestamp), BASE_TIMESTAMP_AT);
  // Producer id, epoch and base sequence are -1.
  header.fill(0xff, NO_PRODUCER_AT, NO_PRODUCER_AT + NO_PRODUCER_BYTES);
  const batch = new RecordBatch(Buffer.concat([header, ...encoded]));
  const maxTimestamp = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), baseTimestamp);
  batch.setContents({ recordCount: records.length, maxTimestamp, deleteHorizon: undefined });
  return batch.bytes;
}

function encodeRecord({ key, value, headers }: RecordContents, timestampDelta: number, offsetDelta: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(timestampDelta),
    varint(offsetDelta),
    ...sized(key),
    ...sized(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [...sized(Buffer.from(name)), ...sized(content)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function sized(bytes: Buffer | null): Buffer[] {
  return bytes === null ? [varint(-1)] : [varint(bytes.length), bytes];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value >= 0 ? value * 2 : value * -2 - 1;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
