import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { ErrorCode } from '../protocol/errors.js';
import { RecordBatch } from './record-batch.js';
import { validateRecords } from './record-validation.js';

const limits = {
  maxMessageBytes: 1_000_000,
  timestampAfterMaxMs: 1_000_000,
  timestampBeforeMaxMs: 1_000_000,
  logAppendTime: false,
  requiresKeys: false,
};
const ZSTD = 4;

// What Kafka answers to records that are wrong is compared in test/differential: 00-produce-compressed.
describe('the records of a batch', () => {
  it('have a greatest timestamp, whatever the header says', () => {
    for (const [attributes, compress] of [[0], [1, gzipSync], [ZSTD, zstdCompressSync]] as const) {
      const bytes = buildBatch({
        values: ['a', 'b', 'c'],
        timestamps: [10, 40, 20],
        attributes,
        ...(compress && { compress: (records: Buffer) => compress(records) }),
      });
      expect(validateRecords(new RecordBatch(bytes), limits, 0)).toBe(40);
    }
  });

  it('may not become more than eleven hundred times as much, so that a small one cannot fill the memory', () => {
    const values = [Buffer.alloc(8 * 1024 * 1024).toString('latin1')];
    const bytes = buildBatch({ values, attributes: ZSTD, compress: records => zstdCompressSync(records) });
    expect(bytes.length).toBeLessThan(2_000);
    expect(validateRecords(new RecordBatch(bytes), limits, 0)).toMatchObject({
      errorCode: ErrorCode.INVALID_RECORD,
      reason: expect.stringMatching(/would be more than 1048576 bytes/) as unknown,
    });
  });

  it('may be as dense as gzip can make them', () => {
    const values = ['x'.repeat(4 * 1024 * 1024)];
    const bytes = buildBatch({ values, attributes: 1, compress: records => gzipSync(records, { level: 9 }) });
    expect(validateRecords(new RecordBatch(bytes), limits, 0)).toBe(1_000);
  });
});
