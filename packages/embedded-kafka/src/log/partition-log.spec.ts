import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildBatch, type BatchInit } from '../../test/support/build-batch.js';
import { logConfigs } from '../../test/support/log-configs.js';
import { ErrorCode, errorName } from '../protocol/errors.js';
import { offsetForTimestamp, offsetOfMaxTimestamp } from './offset-lookup.js';
import { PartitionLog, type AppendResult } from './partition-log.js';
import { RecordBatch } from './record-batch.js';
import { readRecords } from './record-reader.js';

const limits = logConfigs({ maxMessageBytes: 10_000_000 });
const NOW = 1_000_000;

function append(log: PartitionLog, init: BatchInit = {}, leaderEpoch = 0): AppendResult {
  const result = log.append(buildBatch(init), leaderEpoch, NOW);
  if ('errorCode' in result) throw new Error(errorName(result.errorCode));
  return result;
}

function refusal(log: PartitionLog, init: BatchInit): string {
  const result = log.append(buildBatch(init), 0, NOW);
  return 'errorCode' in result ? errorName(result.errorCode) : 'accepted';
}

/** The first and last offset of every batch in the bytes of a read. */
function batchesIn(slices: Buffer[]): [number, number][] {
  const bytes = Buffer.concat(slices);
  const found: [number, number][] = [];
  for (let at = 0; at < bytes.length;) {
    const batch = new RecordBatch(bytes.subarray(at, at + 12 + bytes.readInt32BE(at + 8)));
    expect(batch.hasValidCrc()).toBe(true);
    found.push([batch.baseOffset, batch.lastOffset]);
    at += batch.bytes.length;
  }
  return found;
}

describe('a partition log', () => {
  it('patches offset and leader epoch, and keeps every other byte', () => {
    const log = new PartitionLog(limits);
    append(log, { values: ['a', 'b'] });
    const sent = buildBatch({ values: ['c'] });
    const original = Buffer.from(sent);
    log.append(sent, 7, NOW);
    const [bytes] = log.read(2, 1_000, true);
    const batch = new RecordBatch(bytes ?? Buffer.alloc(0));
    expect([batch.baseOffset, batch.leaderEpoch]).toEqual([2, 7]);
    expect(batch.bytes.subarray(16)).toEqual(original.subarray(16));
    expect(batch.hasValidCrc()).toBe(true);
  });

  it('serves from the batch that holds the offset on', () => {
    const log = new PartitionLog(limits);
    for (let index = 0; index < 4; index++) append(log, { values: ['a', 'b', 'c'] });
    expect(batchesIn(log.read(4, 10_000, true))).toEqual([
      [3, 5],
      [6, 8],
      [9, 11],
    ]);
    expect(log.read(12, 10_000, true)).toEqual([]);
  });

  it('serves whole batches within the limit, and one beyond it if asked to', () => {
    const log = new PartitionLog(limits);
    const { bytes } = append(log);
    append(log);
    append(log);
    expect(batchesIn(log.read(0, 2 * bytes + 1, false))).toHaveLength(2);
    expect(batchesIn(log.read(0, bytes, false))).toHaveLength(1);
    expect(batchesIn(log.read(0, bytes - 1, true))).toEqual([[0, 0]]);
    expect(log.read(0, bytes - 1, false)).toEqual([]);
    expect(log.read(0, 0, false)).toEqual([]);
  });

  it('finds every offset across many segments, whatever the sizes of batches', () => {
    const log = new PartitionLog(limits);
    const starts: number[] = [];
    for (let index = 0; index < 3_000; index++) {
      const values = Array.from({ length: 1 + (index % 4) }, () => 'x'.repeat((index * 37) % 2_000));
      starts.push(append(log, { values }).baseOffset);
    }
    const big = append(log, { values: ['y'.repeat(3_000_000)] });
    expect(batchesIn(log.read(0, Number.MAX_SAFE_INTEGER, true)).map(([first]) => first)).toEqual([
      ...starts,
      big.baseOffset,
    ]);
    for (let offset = 0; offset < log.endOffset; offset += 13) {
      const [[first, last] = [-1, -1]] = batchesIn(log.read(offset, 1, true));
      expect(first <= offset && offset <= last, `offset ${offset}`).toBe(true);
    }
    let next = 0;
    while (next < log.endOffset) {
      const batches = batchesIn(log.read(next, 50_000, true));
      expect(batches[0]?.[0]).toBe(next);
      next = (batches.at(-1)?.[1] ?? Number.NaN) + 1;
    }
    expect(next).toBe(log.endOffset);
  });

  it('stamps records with the broker’s time if the topic says so', () => {
    const log = new PartitionLog({ ...limits, logAppendTime: true });
    expect(append(log, { values: ['a', 'b'] }).logAppendTime).toBe(NOW);
    const [batch] = log.dataBatches();
    expect(batch?.hasValidCrc()).toBe(true);
    expect(batch && readRecords(batch).map(record => [record.timestamp, String(record.value)])).toEqual([
      [NOW, 'a'],
      [NOW, 'b'],
    ]);
  });

  it('does not let producers claim that the broker stamped their records', () => {
    const log = new PartitionLog(limits);
    append(log, { attributes: 0x08 });
    const [batch] = log.dataBatches();
    expect([batch?.hasLogAppendTime, batch?.hasValidCrc()]).toEqual([false, true]);
  });

  it('refuses transactional batches while there are no transactions', () => {
    const transactional = { attributes: 0x10, producerId: 1, producerEpoch: 0, baseSequence: 0 };
    expect(refusal(new PartitionLog(limits), transactional)).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  });
});

describe('an idempotent producer', () => {
  const producer = { producerId: 9, producerEpoch: 0 };

  it('gets the original offset for any of its last five batches, and nothing is appended', () => {
    const log = new PartitionLog(limits);
    for (let sequence = 0; sequence < 6; sequence++) append(log, { ...producer, baseSequence: sequence });
    for (let sequence = 1; sequence < 6; sequence++) {
      expect(append(log, { ...producer, baseSequence: sequence })).toMatchObject({ baseOffset: sequence, bytes: 0 });
    }
    expect(log.endOffset).toBe(6);
    expect(refusal(log, { ...producer, baseSequence: 0 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('may start anywhere if it is unknown, and must not leave a gap then', () => {
    const log = new PartitionLog(limits);
    append(log, { ...producer, baseSequence: 41, values: ['a', 'b'] });
    expect(refusal(log, { ...producer, baseSequence: 44 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(refusal(log, { ...producer, baseSequence: 42 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    append(log, { ...producer, baseSequence: 43 });
    expect(log.endOffset).toBe(3);
  });

  it('is fenced by a newer epoch, which starts at 0', () => {
    const log = new PartitionLog(limits);
    append(log, { ...producer, baseSequence: 0 });
    expect(refusal(log, { ...producer, producerEpoch: 1, baseSequence: 1 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    append(log, { ...producer, producerEpoch: 1, baseSequence: 0 });
    expect(refusal(log, { ...producer, baseSequence: 1 })).toBe('INVALID_PRODUCER_EPOCH');
  });

  it('wraps its sequence after 2^31 - 1', () => {
    const log = new PartitionLog(limits);
    append(log, { ...producer, baseSequence: 2 ** 31 - 2, values: ['a', 'b', 'c'] });
    append(log, { ...producer, baseSequence: 1 });
    append(log, { producerId: 10, producerEpoch: 0, baseSequence: 2 ** 31 - 1 });
    append(log, { producerId: 10, producerEpoch: 0, baseSequence: 0 });
    expect(log.endOffset).toBe(6);
  });
});

describe('looking up offsets by time', () => {
  it('finds the first record of a time or later, in any segment', () => {
    const log = new PartitionLog(limits);
    for (let index = 0; index < 2_000; index++) {
      const timestamps = [index * 10, index * 10 + 5];
      append(log, { values: ['x'.repeat(100), 'y'], timestamps });
    }
    for (let time = 0; time < 19_995; time += 371) {
      const found = offsetForTimestamp(log, time);
      expect(found).toEqual({ offset: Math.ceil(time / 5), timestamp: Math.ceil(time / 5) * 5, leaderEpoch: 0 });
    }
    expect(offsetForTimestamp(log, 19_996)).toBeUndefined();
  });

  it('looks into compressed batches', () => {
    const log = new PartitionLog(limits);
    append(log, { values: ['a', 'b', 'c'], timestamps: [10, 20, 30], attributes: 1, compress: gzipSync });
    expect(offsetForTimestamp(log, 15)).toMatchObject({ offset: 1, timestamp: 20 });
  });

  it('answers the start of a batch that cannot be looked into', () => {
    const log = new PartitionLog(limits);
    append(log);
    append(log, { values: ['a', 'b'], timestamps: [2_000, 3_000], attributes: 1, compress: gzipSync });
    // As a disk may have it; a producer's would be refused.
    log.read(1, 1_000, true)[0]?.fill(0x5a, 61);
    expect(offsetForTimestamp(log, 2_500)).toMatchObject({ offset: 1, timestamp: 2_000 });
  });

  it('finds the first record that has the highest time', () => {
    const log = new PartitionLog(limits);
    expect(offsetOfMaxTimestamp(log)).toBeUndefined();
    append(log, { values: ['a', 'b'], timestamps: [10, 50] });
    append(log, { values: ['c', 'd'], timestamps: [50, 20] });
    expect(offsetOfMaxTimestamp(log)).toEqual({ offset: 1, timestamp: 50, leaderEpoch: 0 });
  });
});

describe('reading records', () => {
  it.each([
    ['an unknown compression', { attributes: 2 }, /snappy/],
    ['bytes that are not gzip', { attributes: 1 }, /cannot be decompressed/],
    ['fewer records than it claims', { recordCount: 2, lastOffsetDelta: 1 }, /middle of a number/],
  ])('tells what is wrong with %s', (_, init, message) => {
    expect(() => readRecords(new RecordBatch(buildBatch(init)))).toThrow(message);
  });

  it('has null values and times', () => {
    const batch = new RecordBatch(buildBatch({ values: [null, 'b'], timestamps: [5, 3] }));
    expect(readRecords(batch)).toEqual([
      { offset: 0, timestamp: 5, key: null, value: null, headers: [] },
      { offset: 1, timestamp: 3, key: null, value: Buffer.from('b'), headers: [] },
    ]);
  });
});

describe('error codes', () => {
  it('are told by name', () => {
    expect(errorName(ErrorCode.UNKNOWN_TOPIC_ID)).toBe('UNKNOWN_TOPIC_ID');
    expect(errorName(9_999)).toBe('unknown error code 9999');
  });
});
