import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { logConfigs } from '../../test/support/log-configs.js';
import type { LogConfigs } from './log-configs.js';
import { offsetForTimestamp } from './offset-lookup.js';
import { PartitionLog } from './partition-log.js';

const NOW = 10_000_000;
const KIB = 'x'.repeat(1_024);

/** A log whose every record is a segment of its own. */
function logOf(configs: Partial<LogConfigs>, timestamps: readonly number[]): PartitionLog {
  const log = new PartitionLog(logConfigs({ segmentMs: 0, ...configs }));
  for (const timestamp of timestamps) log.append(buildBatch({ values: [KIB], timestamps: [timestamp] }), 0, NOW);
  return log;
}

describe('Retention', () => {
  it('deletes segments whose newest record is older than retention.ms, and moves the start offset', () => {
    const log = logOf({ retentionMs: 1_000 }, [NOW - 3_000, NOW - 2_000, NOW - 500, NOW]);
    expect(log.nextExpiry).toBe(NOW - 3_000 + 1_001);
    expect(log.applyRetention(NOW)).toBe(true);
    expect([log.startOffset, log.endOffset]).toEqual([2, 4]);
    expect(log.applyRetention(NOW)).toBe(false);
    expect(log.read(2, 1 << 20, true)).toHaveLength(2);
  });

  it('stops at the first segment that has not expired, whatever comes after it', () => {
    const log = logOf({ retentionMs: 1_000 }, [NOW - 2_000, NOW, NOW - 2_000]);
    log.applyRetention(NOW);
    expect(log.startOffset).toBe(1);
  });

  it('deletes the last segment too when all has expired, and goes on with the next offset', () => {
    const log = logOf({ retentionMs: 1_000 }, [NOW - 3_000, NOW - 2_000]);
    log.applyRetention(NOW);
    expect([log.startOffset, log.endOffset, log.bytes]).toEqual([2, 2, 0]);
    expect(log.append(buildBatch(), 0, NOW)).toMatchObject({ baseOffset: 2 });
  });

  it('keeps a segment as long as its newest record is kept', () => {
    const log = logOf({ retentionMs: 1_000, segmentMs: 10_000 }, [NOW - 2_000, NOW]);
    expect(log.applyRetention(NOW)).toBe(false);
    expect(log.startOffset).toBe(0);
  });

  it('counts the age of records without a time from their arrival', () => {
    const log = logOf({ retentionMs: 1_000 }, [-1]);
    expect(log.applyRetention(NOW + 1_000)).toBe(false);
    expect(log.applyRetention(NOW + 1_001)).toBe(true);
  });

  it('deletes the oldest segments that exceed retention.bytes', () => {
    const log = logOf({ retentionBytes: 2_500 }, [1, 2, 3, 4]);
    log.applyRetention(NOW);
    // Without the third one it would be less than asked for.
    expect(log.startOffset).toBe(1);
    expect(log.bytes).toBeGreaterThan(2_500);
  });

  it('deletes nothing by either rule from a topic that is compacted only', () => {
    const log = logOf({ retentionMs: 1, retentionBytes: 0, isDeleted: false }, [1, 2]);
    expect(log.applyRetention(NOW)).toBe(false);
    expect(log.nextExpiry).toBe(Infinity);
  });

  it('keeps what is stored near retention.bytes while it is written, without being told to', () => {
    const log = new PartitionLog(logConfigs({ retentionBytes: 3_000_000 }));
    const batch = buildBatch({ values: ['x'.repeat(100_000)] });
    for (let count = 0; count < 200; count++) {
      log.append(Buffer.from(batch), 0, NOW);
      // One segment more than is kept, and one that is being filled.
      expect(log.bytes).toBeLessThan(3_000_000 + 2 * 1_048_576);
    }
    expect(log.startOffset).toBeGreaterThan(150);
  });
});

describe('Deleting records', () => {
  it('hides the first records of a batch, and serves the batch whole', () => {
    const log = new PartitionLog(logConfigs());
    log.append(buildBatch({ values: ['a', 'b', 'c'], timestamps: [10, 20, 30] }), 0, NOW);
    log.deleteBefore(2);
    expect(log.startOffset).toBe(2);
    expect(log.read(2, 1 << 20, true)).toHaveLength(1);
    expect(offsetForTimestamp(log, 5)).toMatchObject({ offset: 2, timestamp: 30 });
  });

  it('never moves the start down', () => {
    const log = logOf({}, [1, 2, 3]);
    log.deleteBefore(2);
    log.deleteBefore(1);
    expect(log.startOffset).toBe(2);
  });

  it('forgets aborted transactions with their records, and lifts the last stable offset', () => {
    const log = new PartitionLog(logConfigs());
    const gate = { startsAtZero: false, admit: () => undefined };
    const write = (producerId: number): void => {
      const init = { producerId, producerEpoch: 0, baseSequence: 0, attributes: 0x10 };
      expect(log.append(buildBatch(init), 0, NOW, gate)).toHaveProperty('baseOffset');
    };
    write(1);
    log.appendMarker({ producerId: 1, producerEpoch: 0, committed: false, coordinatorEpoch: 0 }, 0, NOW);
    write(2);
    const all = log.read(0, 1 << 20, true);
    expect(log.abortedTransactionsIn(0, all)).toHaveLength(1);
    log.deleteBefore(2);
    expect(log.abortedTransactionsIn(0, all)).toHaveLength(0);
    log.deleteBefore(3);
    expect(log.lastStableOffset).toBe(3);
  });
});
