import { CorruptPayloadError } from '../compression/corrupt-payload-error.js';

/** A record as its bytes lie in a batch. */
export interface RawRecord {
  readonly attributes: number;
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly key: Buffer | null;
  readonly hasValue: boolean;
  /** Everything from the key's length on. */
  readonly rest: Buffer;
}

/**
 * The records of a decompressed payload, none of their values copied.
 * @throws CorruptPayloadError if there are not exactly `count` of them, each as long as it says
 */
export function rawRecords(payload: Buffer, count: number): RawRecord[] {
  const records: RawRecord[] = [];
  const varints = new Varints(payload);
  for (let left = count; left > 0; left--) {
    const length = varints.next();
    const start = varints.at;
    const end = start + length;
    if (length < 0 || end > payload.length) throw new CorruptPayloadError(`a record claims ${length} bytes`);
    varints.at = start + 1;
    const timestampDelta = varints.next();
    const offsetDelta = varints.next();
    const restAt = varints.at;
    const keyLength = varints.next();
    const keyAt = varints.at;
    varints.at += Math.max(keyLength, 0);
    const valueLength = varints.next();
    if (varints.at + Math.max(valueLength, 0) > end) throw new CorruptPayloadError('a value is longer than its record');
    records.push({
      attributes: payload[start]!,
      timestampDelta,
      offsetDelta,
      key: keyLength < 0 ? null : payload.subarray(keyAt, keyAt + keyLength),
      hasValue: valueLength >= 0,
      rest: payload.subarray(restAt, end),
    });
    varints.at = end;
  }
  if (varints.at !== payload.length)
    throw new CorruptPayloadError(`${payload.length - varints.at} bytes follow the records`);
  return records;
}

export function encodeRawRecord({ attributes, timestampDelta, offsetDelta, rest }: RawRecord): Buffer {
  const head = [attributes, ...varintBytes(timestampDelta), ...varintBytes(offsetDelta)];
  return Buffer.concat([Buffer.from([...varintBytes(head.length + rest.length), ...head]), rest]);
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >= 0 ? value * 2 : value * -2 - 1;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}

class Varints {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  next(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new CorruptPayloadError('a record ends in the middle of a number');
  }
}
