import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../logger/logger.js';
import { DEFAULT_RETRY_POLICY } from '../retry/retry-policy.js';
import { ErrorCode } from './error-codes.js';
import type { CommittedPartition, OffsetToCommit } from './group-coordinator.js';
import { OffsetManager } from './offset-manager.js';
import { PartitionOffsets } from './partition-offsets.js';

type Answer = (offsets: readonly OffsetToCommit[]) => Promise<CommittedPartition[]> | CommittedPartition[];

const accept: Answer = offsets => offsets.map(({ topic, partition }) => ({ topic, partition, errorCode: 0 }));
const refuse =
  (errorCode: number): Answer =>
  offsets =>
    offsets.map(({ topic, partition }) => ({ topic, partition, errorCode }));

function manager(...answers: Answer[]): { offsets: OffsetManager; sent: string[][]; partition: PartitionOffsets } {
  const sent: string[][] = [];
  const offsets = new OffsetManager({
    commit: async list => {
      sent.push(list.map(({ partition, offset }) => `${partition}@${offset}`));
      return (answers.shift() ?? accept)(list);
    },
    logger: createLogger({ level: 0 }),
    retry: { ...DEFAULT_RETRY_POLICY, initialRetryTime: 1 },
  });
  const partition = new PartitionOffsets('t', 0, 10n);
  offsets.track(partition);
  return { offsets, sent, partition };
}

describe('OffsetManager', () => {
  it('coalesces requests and commits nothing that is committed already', async () => {
    const { offsets, sent, partition } = manager();
    offsets.requestCommit();
    await sleep(5);
    expect(sent).toEqual([]);
    for (let offset = 10; offset < 60; offset++) {
      partition.handled(String(offset));
      offsets.requestCommit();
    }
    await sleep(60);
    expect(sent).toEqual([['0@60']]);
    expect(offsets.uncommitted()).toEqual([]);
    offsets.stop();
  });

  it('has one commit on its way at a time, manual ones included', async () => {
    let running = 0;
    const slow: Answer = async list => {
      expect(++running).toBe(1);
      await sleep(10);
      running--;
      return accept(list);
    };
    const { offsets, sent, partition } = manager(slow, slow, slow);
    partition.resolve(11n);
    offsets.requestCommit();
    const manual = offsets.commit([{ topic: 't', partition: 0, offset: 7n, metadata: null }]);
    await Promise.all([manual, offsets.flush(AbortSignal.timeout(1_000))]);
    expect(sent).toEqual([['0@11'], ['0@7'], ['0@11']]);
    offsets.stop();
  });

  it('tries again after errors that pass, until the offsets are committed', async () => {
    const { offsets, sent, partition } = manager(
      refuse(ErrorCode.NOT_COORDINATOR),
      refuse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS),
    );
    partition.resolve(12n);
    expect(await offsets.flush(AbortSignal.timeout(5_000))).toBe(true);
    expect(sent).toHaveLength(3);
    expect(offsets.uncommitted()).toEqual([]);
  });

  it('stops trying when the group has moved on, and keeps the offsets for afterwards', async () => {
    const { offsets, sent, partition } = manager(refuse(ErrorCode.ILLEGAL_GENERATION));
    partition.resolve(12n);
    expect(await offsets.flush(AbortSignal.timeout(5_000))).toBe(false);
    expect(sent).toHaveLength(1);
    expect(offsets.uncommitted()).toEqual([{ topic: 't', partition: 0, offset: 12n, metadata: null }]);
  });

  it('commits nothing for a partition that was given up, and refuses it by name when asked to', async () => {
    const { offsets, sent, partition } = manager();
    partition.resolve(12n);
    offsets.untrack(partition);
    expect(await offsets.flush(AbortSignal.timeout(100))).toBe(true);
    await expect(offsets.commit([{ topic: 't', partition: 0, offset: 12n, metadata: null }])).rejects.toThrow(
      'Offset of t[0] not committed: the partition is not assigned to this consumer (any more).',
    );
    expect(sent).toEqual([]);
  });

  it('keeps what one partition committed when another one of the same request failed', async () => {
    const { offsets, sent, partition } = manager(list =>
      list.map(({ topic, partition }) => ({
        topic,
        partition,
        errorCode: partition === 1 ? ErrorCode.ILLEGAL_GENERATION : 0,
      })),
    );
    const second = new PartitionOffsets('t', 1, null);
    offsets.track(second);
    partition.resolve(12n);
    second.resolve(3n);
    expect(await offsets.flush(AbortSignal.timeout(100))).toBe(false);
    expect(sent).toEqual([['0@12', '1@3']]);
    expect(offsets.uncommitted()).toEqual([{ topic: 't', partition: 1, offset: 3n, metadata: null }]);
  });

  it('commits without metadata where brokers take less than it has, and says so no second time', async () => {
    const { offsets, sent, partition } = manager(refuse(ErrorCode.OFFSET_METADATA_TOO_LARGE));
    let told = 0;
    partition.describeBy(resolved => `kafkajs-platformatic:1r:${String(resolved)}${told++}`, null);
    partition.resolve(12n);
    expect(offsets.uncommitted()[0]?.metadata).toContain('kafkajs-platformatic');
    expect(await offsets.flush(AbortSignal.timeout(5_000))).toBe(true);
    expect(sent).toEqual([['0@12'], ['0@12']]);
    partition.resolve(13n);
    expect(offsets.uncommitted()).toEqual([{ topic: 't', partition: 0, offset: 13n, metadata: null }]);
    await offsets.flush(AbortSignal.timeout(5_000));
    expect(sent).toHaveLength(3);
  });

  it('commits again when only what is done beyond the offset has changed', async () => {
    const { offsets, sent, partition } = manager();
    let beyond: string | null = null;
    partition.describeBy(() => beyond, 'written by hand');
    await offsets.flush(AbortSignal.timeout(5_000));
    expect(sent).toEqual([]);
    beyond = 'kafkajs-platformatic:1r:AQE=';
    await offsets.flush(AbortSignal.timeout(5_000));
    await offsets.flush(AbortSignal.timeout(5_000));
    expect(sent).toEqual([['0@10']]);
  });

  it('does not take back what was committed by hand, until more than that is done or the position has changed', async () => {
    const { offsets, sent, partition } = manager();
    await offsets.commit([{ topic: 't', partition: 0, offset: 20n, metadata: null }]);
    partition.resolve(15n);
    expect(offsets.uncommitted()).toEqual([]);
    partition.resolve(21n);
    await offsets.flush(AbortSignal.timeout(5_000));
    await offsets.commit([{ topic: 't', partition: 0, offset: 40n, metadata: null }]);
    partition.reset();
    partition.resolve(5n);
    await offsets.flush(AbortSignal.timeout(5_000));
    expect(sent).toEqual([['0@20'], ['0@21'], ['0@40'], ['0@5']]);
  });
});
