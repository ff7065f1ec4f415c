import { crc32c } from '../../src/log/crc32c.js';

export interface BatchInit {
  readonly values?: readonly (string | null)[];
  /** One for each record; default: none has a key. */
  readonly keys?: readonly string[];
  /** One for each record; default: 1,000 and one more for each. */
  readonly timestamps?: readonly number[];
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly attributes?: number;
  /** Compresses the records; the attributes must say so. */
  readonly compress?: (records: Buffer) => Buffer;
  readonly recordCount?: number;
  readonly lastOffsetDelta?: number;
  readonly magic?: number;
}

/** A record batch of magic 2 as a producer sends it, written apart from the code under test. */
export function buildBatch(init: BatchInit = {}): Buffer {
  const values = init.values ?? ['value'];
  const timestamps = init.timestamps ?? values.map((_, index) => 1_000 + index);
  const base = timestamps[0] ?? 0;
  const plain = Buffer.concat(
    values.map((value, index) => record(value, (timestamps[index] ?? base) - base, index, init.keys?.[index])),
  );
  const records = init.compress ? init.compress(plain) : plain;
  const header = Buffer.alloc(61);
  header.writeInt32BE(49 + records.length, 8);
  header.writeInt32BE(-1, 12);
  header.writeInt8(init.magic ?? 2, 16);
  header.writeInt16BE(init.attributes ?? 0, 21);
  header.writeInt32BE(init.lastOffsetDelta ?? values.length - 1, 23);
  header.writeBigInt64BE(BigInt(base), 27);
  header.writeBigInt64BE(BigInt(Math.max(...timestamps)), 35);
  header.writeBigInt64BE(BigInt(init.producerId ?? -1), 43);
  header.writeInt16BE(init.producerEpoch ?? -1, 51);
  header.writeInt32BE(init.baseSequence ?? -1, 53);
  header.writeInt32BE(init.recordCount ?? values.length, 57);
  const batch = Buffer.concat([header, records]);
  batch.writeUInt32BE(crc32c(batch, 21), 17);
  return batch;
}

function record(value: string | null, timestampDelta: number, offsetDelta: number, key?: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(timestampDelta),
    varint(offsetDelta),
    ...(key === undefined ? [varint(-1)] : [varint(Buffer.byteLength(key)), Buffer.from(key)]),
    ...(value === null ? [varint(-1)] : [varint(Buffer.byteLength(value)), Buffer.from(value)]),
    varint(0),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = (BigInt(value) << 1n) ^ (BigInt(value) >> 63n); ; rest >>= 7n) {
    if (rest < 0x80n) {
      bytes.push(Number(rest));
      return Buffer.from(bytes);
    }
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
