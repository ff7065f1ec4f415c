import { describe, expect, it } from 'vitest';
import { logConfigs } from '../../../test/support/log-configs.js';
import { recordBatch, THEN, type BatchSpec, type RecordSpec } from '../../../test/differential/record-batches.js';
import { PartitionLog } from '../partition-log.js';
import { RecordBatch } from '../record-batch.js';
import { readRecords } from '../record-reader.js';

const NOW = THEN + 1_000_000;
const DELETE_RETENTION = 60_000;
const gate = { startsAtZero: false, admit: () => undefined };

const compacted = (more: Parameters<typeof logConfigs>[0] = {}): PartitionLog =>
  new PartitionLog(
    logConfigs({
      isCompacted: true,
      isDeleted: false,
      requiresKeys: true,
      deleteRetentionMs: DELETE_RETENTION,
      ...more,
    }),
  );

/** `k=v`, or `k` for a tombstone. */
const record = (text: string): RecordSpec => {
  const [key = '', value = null] = text.split('=');
  return { key, value };
};

function append(log: PartitionLog, texts: string[], spec: Partial<BatchSpec> = {}): void {
  expect(log.append(recordBatch({ records: texts.map(record), ...spec }), 0, NOW, gate)).toHaveProperty('baseOffset');
}

const end = (log: PartitionLog, producerId: number, committed: boolean): void => {
  log.appendMarker({ producerId, producerEpoch: 0, committed, coordinatorEpoch: 0 }, 0, NOW);
};

function batchesOf(log: PartitionLog): RecordBatch[] {
  const bytes = Buffer.concat(log.read(log.startOffset, Infinity, true));
  const batches: RecordBatch[] = [];
  for (let at = 0; at < bytes.length; at += 12 + bytes.readInt32BE(at + 8)) {
    batches.push(new RecordBatch(bytes.subarray(at, at + 12 + bytes.readInt32BE(at + 8))));
  }
  for (const batch of batches) expect(batch.hasValidCrc()).toBe(true);
  return batches;
}

/** `offset:k=v` of every record. */
const contents = (log: PartitionLog): string[] =>
  Array.from(log.dataBatches(), readRecords)
    .flat()
    .map(({ offset, key, value }) => `${offset}:${String(key)}${value === null ? '' : `=${String(value)}`}`);

describe('Compaction', () => {
  it('leaves of each key the last record, at its offset, with its time', () => {
    const log = compacted();
    append(log, ['a=1', 'b=1', 'a=2']);
    append(log, ['c=1', 'b=2'], { baseTimestamp: THEN + 500 });
    log.compact(NOW);
    expect(contents(log)).toEqual(['2:a=2', '3:c=1', '4:b=2']);
    expect([log.startOffset, log.endOffset]).toEqual([0, 5]);
    expect(Array.from(log.dataBatches(), readRecords).flat()[1]).toMatchObject({ timestamp: THEN + 500 });
    const [first] = batchesOf(log);
    expect([first?.baseOffset, first?.lastOffset, first?.recordCount]).toEqual([0, 2, 1]);
  });

  it('goes on where it has stopped: old and new records of a key are told apart by offset', () => {
    const log = compacted();
    append(log, ['a=1', 'b=1']);
    log.compact(NOW);
    append(log, ['a=2', 'c=1']);
    log.compact(NOW);
    append(log, ['c=2']);
    log.compact(NOW);
    expect(contents(log)).toEqual(['1:b=1', '2:a=2', '4:c=2']);
    append(log, ['d=1']);
    expect(contents(log).at(-1)).toBe('5:d=1');
  });

  it('lets tombstones go when delete.retention.ms has passed since they were first seen', () => {
    const log = compacted();
    append(log, ['a=1', 'b=1']);
    append(log, ['a']);
    append(log, ['c=1']);
    log.compact(NOW);
    expect(contents(log)).toEqual(['1:b=1', '2:a', '3:c=1']);
    // The horizon stands where the base timestamp was; the record's own time has not changed.
    expect(batchesOf(log)[1]?.deleteHorizon).toBe(NOW + DELETE_RETENTION);
    expect(Array.from(log.dataBatches(), readRecords).flat()[1]).toMatchObject({ timestamp: THEN });
    log.compact(NOW + DELETE_RETENTION - 1);
    expect(contents(log)).toContain('2:a');
    log.compact(NOW + DELETE_RETENTION);
    expect(contents(log)).toEqual(['1:b=1', '3:c=1']);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('rewrites batches compressed with %s', compression => {
    const log = compacted();
    append(log, ['a=1', 'b=1', 'c=1'], { compression });
    append(log, ['a=2'], { compression });
    log.compact(NOW);
    expect(contents(log)).toEqual(['1:b=1', '2:c=1', '3:a=2']);
    const [first] = batchesOf(log);
    expect(first?.compression).toBe({ gzip: 1, snappy: 2, lz4: 3, zstd: 4 }[compression]);
  });

  it('removes what aborted transactions wrote, and what they wrote supersedes nothing', () => {
    const log = compacted();
    append(log, ['a=1']);
    append(log, ['a=2'], { producerId: 7n, producerEpoch: 0, baseSequence: 0, attributes: 0x10 });
    end(log, 7, false);
    append(log, ['b=1']);
    log.compact(NOW);
    expect(contents(log)).toEqual(['0:a=1', '3:b=1']);
    expect([...log.committedBatches()].flatMap(readRecords)).toHaveLength(2);
  });

  it('lets a marker go when nothing of its transaction is left and its time is over, and then its abort is forgotten', () => {
    const log = compacted();
    const of7 = { producerId: 7n, producerEpoch: 0, attributes: 0x10 };
    append(log, ['a=2'], { ...of7, baseSequence: 0 });
    end(log, 7, false);
    append(log, ['a=3'], { ...of7, baseSequence: 1 });
    end(log, 7, true);
    const markers = (): number[] => batchesOf(log).flatMap(batch => (batch.isControl ? [batch.baseOffset] : []));
    log.compact(NOW); // the records go
    expect(markers()).toEqual([1, 3]);
    log.compact(NOW); // the marker is found to be alone
    expect(log.abortedTransactionsIn(0, log.read(0, Infinity, true))).toHaveLength(1);
    log.compact(NOW + DELETE_RETENTION);
    expect(markers()).toEqual([3]);
    expect(contents(log)).toEqual(['2:a=3']);
    expect(log.abortedTransactionsIn(0, log.read(0, Infinity, true))).toEqual([]);
  });

  it('touches nothing from the first open transaction on', () => {
    const log = compacted();
    append(log, ['a=1']);
    append(log, ['a=2']);
    append(log, ['b=1'], { producerId: 7n, producerEpoch: 0, baseSequence: 0, attributes: 0x10 });
    append(log, ['a=3']);
    append(log, ['a=4']);
    log.compact(NOW);
    expect(contents(log)).toEqual(['1:a=2', '2:b=1', '3:a=3', '4:a=4']);
    end(log, 7, true);
    log.compact(NOW);
    expect(contents(log)).toEqual(['2:b=1', '4:a=4']);
  });

  it("keeps a producer's last batch, without records, so that its sequence is known from the log", () => {
    const log = compacted();
    append(log, ['a=1'], { producerId: 7n, producerEpoch: 0, baseSequence: 0 });
    append(log, ['a=2'], { producerId: 7n, producerEpoch: 0, baseSequence: 1 });
    append(log, ['a=3']);
    log.compact(NOW);
    expect(contents(log)).toEqual(['2:a=3']);
    expect(batchesOf(log).map(batch => [batch.baseOffset, batch.recordCount, batch.lastSequence])).toEqual([
      [1, 0, 1],
      [2, 1, -1],
    ]);
  });

  it('keeps a batch that it cannot read', () => {
    const log = compacted({ requiresKeys: false });
    const broken = recordBatch({ records: [record('a=1')], recordCount: 2, lastOffsetDelta: 1 });
    log.append(recordBatch({ records: [record('a=0')] }), 0, NOW);
    const size = log.bytes;
    log.append(broken, 0, NOW);
    log.compact(NOW);
    expect(log.bytes).toBeGreaterThanOrEqual(size);
    expect(contents(log).slice(0, 1)).toEqual(['0:a=0']);
  });
});

const fill = (log: PartitionLog): void => {
  for (const text of ['a=1', 'a=2', 'a=3']) append(log, [text]);
};

describe('Compaction by time', () => {
  it('leaves the segment that is written to alone', () => {
    const log = compacted({ segmentMs: -1 });
    fill(log);
    log.compactIfDirty(NOW);
    // Each record is a segment: the first two are compared, the third is not looked at.
    expect(contents(log)).toEqual(['1:a=2', '2:a=3']);
  });

  it.each([
    ['too little is new', { minCleanableDirtyRatio: 1.1 }],
    ['all is too young', { minCompactionLagMs: NOW }],
    ['the topic is not compacted', { isCompacted: false, requiresKeys: false }],
  ])('does nothing while %s', (_, configs) => {
    const log = compacted({ segmentMs: -1, ...configs });
    fill(log);
    log.compactIfDirty(NOW);
    expect(contents(log)).toHaveLength(3);
  });

  it('does not wait for more when something is older than max.compaction.lag.ms', () => {
    const log = compacted({ segmentMs: -1, minCleanableDirtyRatio: 1.1, maxCompactionLagMs: 1_000 });
    fill(log);
    log.compactIfDirty(NOW);
    expect(contents(log)).toEqual(['1:a=2', '2:a=3']);
  });
});
