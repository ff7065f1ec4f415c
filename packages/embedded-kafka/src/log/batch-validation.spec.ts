import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { ErrorCode, errorName } from '../protocol/errors.js';
import type { BatchLimits } from './batch-rules.js';
import { validateBatch } from './batch-validation.js';
import { RecordBatch } from './record-batch.js';

const NOW = 50_000_000;
const limits: BatchLimits = {
  maxMessageBytes: 1_000,
  timestampAfterMaxMs: 3_600_000,
  timestampBeforeMaxMs: 49_999_100,
  logAppendTime: false,
  requiresKeys: false,
};

const corrupt = (at: number): Buffer => {
  const batch = buildBatch();
  batch[at] = (batch[at] ?? 0) ^ 0x01;
  return batch;
};

const shortBatch = (): Buffer => {
  const bytes = buildBatch().subarray(0, 40);
  bytes.writeInt32BE(28, 8);
  return bytes;
};

const ownOffset = (): Buffer => {
  const bytes = buildBatch();
  bytes.writeBigInt64BE(5n, 0);
  return bytes;
};

const cases: [string, Buffer | null, number][] = [
  ['null', null, ErrorCode.INVALID_RECORD],
  ['no bytes', Buffer.alloc(0), ErrorCode.INVALID_RECORD],
  ['less than a header', Buffer.alloc(60), ErrorCode.CORRUPT_MESSAGE],
  ['a length smaller than a header', shortBatch(), ErrorCode.CORRUPT_MESSAGE],
  ['magic 3', buildBatch({ magic: 3 }), ErrorCode.CORRUPT_MESSAGE],
  ['magic 1', buildBatch({ magic: 1 }), ErrorCode.INVALID_RECORD],
  ['a length beyond what was sent', buildBatch().subarray(0, -1), ErrorCode.INVALID_RECORD],
  ['two batches', Buffer.concat([buildBatch(), buildBatch()]), ErrorCode.INVALID_RECORD],
  ['more than max.message.bytes', buildBatch({ values: ['x'.repeat(1_000)] }), ErrorCode.MESSAGE_TOO_LARGE],
  ['a flipped bit in the records', corrupt(65), ErrorCode.CORRUPT_MESSAGE],
  ['a flipped bit in the attributes', corrupt(22), ErrorCode.CORRUPT_MESSAGE],
  ['an offset of its own', ownOffset(), ErrorCode.INVALID_RECORD],
  ['no records', buildBatch({ recordCount: 0, lastOffsetDelta: -1 }), ErrorCode.INVALID_RECORD],
  ['a count that its last offset denies', buildBatch({ lastOffsetDelta: 5 }), ErrorCode.INVALID_RECORD],
  [
    'more records than its bytes can hold',
    buildBatch({ recordCount: 1_000_000, lastOffsetDelta: 999_999 }),
    ErrorCode.INVALID_RECORD,
  ],
  ['compression type 5', buildBatch({ attributes: 5 }), ErrorCode.UNKNOWN_SERVER_ERROR],
  ['a control batch', buildBatch({ attributes: 0x20 }), ErrorCode.INVALID_RECORD],
  ['a producer without a sequence', buildBatch({ producerId: 1, producerEpoch: 0 }), ErrorCode.INVALID_RECORD],
  ['a time far in the future', buildBatch({ timestamps: [NOW + 3_600_001] }), ErrorCode.INVALID_TIMESTAMP],
  ['a time far in the past', buildBatch({ timestamps: [NOW - 49_999_101] }), ErrorCode.INVALID_TIMESTAMP],
];

describe('a produced batch', () => {
  it('is accepted if it is whole', () => {
    expect(validateBatch(buildBatch(), limits, NOW)).toBeInstanceOf(RecordBatch);
  });

  it.each(cases)('is refused for %s', (_, records, errorCode) => {
    const result = validateBatch(records, limits, NOW);
    if (result instanceof RecordBatch) throw new Error('It was accepted');
    expect(errorName(result.errorCode)).toBe(errorName(errorCode));
    expect(result.reason).not.toBe('');
  });

  it('may have a few bytes behind it, which are no batch', () => {
    const records = Buffer.concat([buildBatch(), Buffer.alloc(16)]);
    expect(validateBatch(records, limits, NOW)).toMatchObject({ bytes: buildBatch() });
  });

  it('is refused by a compacted topic for records without a key, which are named', () => {
    const result = validateBatch(buildBatch({ values: ['a', 'b'] }), { ...limits, requiresKeys: true }, NOW);
    if (result instanceof RecordBatch) throw new Error('It was accepted');
    expect(errorName(result.errorCode)).toBe('INVALID_RECORD');
    expect(result.recordErrors?.map(error => error.batchIndex)).toEqual([0, 1]);
  });

  it('is refused with the records named whose times are off', () => {
    const result = validateBatch(buildBatch({ values: ['a', 'b'], timestamps: [NOW, NOW * 2] }), limits, NOW);
    expect(result).toMatchObject({ recordErrors: [{ batchIndex: 1 }] });
  });

  it('may have any time if the broker stamps it', () => {
    const stamped = { ...limits, logAppendTime: true };
    expect(validateBatch(buildBatch({ timestamps: [NOW * 2] }), stamped, NOW)).toBeInstanceOf(RecordBatch);
  });

  it('may have no time', () => {
    expect(validateBatch(buildBatch({ timestamps: [-1] }), limits, NOW)).toBeInstanceOf(RecordBatch);
  });
});
