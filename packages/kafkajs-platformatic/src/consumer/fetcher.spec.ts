import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../cluster/cluster.js';
import type { FetchRequest, FetchResponse } from '../wire/fetch-api.js';
import { createLogger } from '../logger/logger.js';
import { AssignedPartition } from './assigned-partition.js';
import { fetchedRecords } from './fetched-records.fixture.js';
import { Fetcher } from './fetcher.js';

interface Pending {
  readonly node: number;
  readonly channel: string;
  readonly partitions: number[];
  answer(): void;
  /** With the advice to read from a replica (KIP-392). */
  advise(replica: number): void;
  fail(): void;
}

function advice(partitions: readonly number[], replica: number): FetchResponse {
  const empty = { errorCode: 0, highWatermark: 0n, lastStableOffset: 0n, logStartOffset: 0n, abortedTransactions: [] };
  const answers = partitions.map(partition => ({
    ...empty,
    partition,
    preferredReadReplica: replica,
    records: Buffer.alloc(0),
  }));
  return { throttleTimeMs: 0, errorCode: 0, topics: [{ topic: 't', partitions: answers }] };
}

/** A node whose answers come when the test says so: the order of answers is what these tests are about. */
class ScriptedNode {
  readonly pending: Pending[] = [];
  readonly closed: string[] = [];
  /** As metadata has it. */
  leader = 1;
  private readonly watching = new Set<() => void>();

  /** Metadata names another leader from now on. */
  moveLeader(to: number): void {
    this.leader = to;
    this.watching.forEach(onMoved => onMoved());
  }

  readonly cluster = {
    closeChannel: async (channel: string): Promise<void> => {
      this.closed.push(channel);
      this.pending.filter(entry => entry.channel === channel).forEach(entry => entry.fail());
    },
    request: (node: number, channel: string, _api: unknown, request: FetchRequest) =>
      new Promise<FetchResponse>((resolve, reject) => {
        const partitions = request.topics.flatMap(topic => topic.partitions.map(({ partition }) => partition));
        const settle = (act: () => void) => (): void => {
          const index = this.pending.indexOf(entry);
          if (index >= 0) {
            this.pending.splice(index, 1);
          }
          act();
        };
        const entry: Pending = {
          node,
          channel,
          partitions: partitions.sort(),
          answer: settle(() => resolve({ throttleTimeMs: 0, errorCode: 0, topics: [] })),
          advise: replica => settle(() => resolve(advice(partitions, replica)))(),
          fail: settle(() => reject(new Error('connection lost'))),
        };
        this.pending.push(entry);
      }),
    topicId: () => undefined,
    metadata: async () => undefined,
    leaderOf: () => this.leader,
    watchLeader: (_topic: string, _partition: number, _from: number | undefined, onMoved: () => void) => {
      this.watching.add(onMoved);
      return () => this.watching.delete(onMoved);
    },
    findTopicPartitionMetadata: () => [{ partitionId: 0 }],
  };

  on(channel: string): Pending {
    const found = this.pending.find(entry => entry.channel === channel);
    if (found === undefined) {
      throw new Error(`No fetch on channel ${channel}; pending: ${JSON.stringify(this.pending)}`);
    }
    return found;
  }
}

const OPTIONS = {
  maxWaitTimeInMs: 5_000,
  minBytes: 1,
  maxBytes: 1_000,
  maxBytesPerPartition: 1_000,
  metadataMaxAge: 1_000,
  isolationLevel: 1 as const,
  rackId: '',
  patience: 60_000,
};

describe('Fetcher', () => {
  let fetcher: Fetcher;
  afterEach(() => fetcher.stop());

  function start(options = OPTIONS): { node: ScriptedNode; add: (partition: number) => AssignedPartition } {
    const node = new ScriptedNode();
    fetcher = new Fetcher(node.cluster as unknown as Cluster, options, {
      emit: () => {},
      onPositioned: () => {},
      logger: createLogger({ level: 0 }),
    });
    const add = (partition: number): AssignedPartition => {
      const assigned = new AssignedPartition('t', partition, { committed: 0n, start: 'latest', paused: false });
      assigned.leader = 1;
      fetcher.add([assigned]);
      return assigned;
    };
    return { node, add };
  }

  it('fetches at once what becomes fetchable while the long poll waits', async () => {
    const { node, add } = start();
    add(0);
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0]);
    add(1);
    await sleep(5);
    expect(node.on('catch-up').partitions).toEqual([1]);
  });

  it('does not wait for the backoff of a node that failed once the partition has another leader', async () => {
    vi.useFakeTimers();
    try {
      const { node, add } = start();
      add(0);
      await vi.advanceTimersByTimeAsync(0);
      node.on('fetch').fail();
      await vi.advanceTimersByTimeAsync(0);
      expect(node.pending).toEqual([]);
      node.moveLeader(2);
      await vi.advanceTimersByTimeAsync(0);
      expect(node.on('fetch')).toMatchObject({ node: 2, partitions: [0] });
    } finally {
      vi.useRealTimers();
    }
  });

  it('unites all partitions in the long poll again', async () => {
    const { node, add } = start();
    add(0);
    await sleep(5);
    add(1);
    await sleep(5);
    node.on('fetch').answer();
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0]);
    node.on('catch-up').answer();
    await sleep(5);
    node.on('fetch').answer();
    node.on('catch-up').answer();
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0, 1]);
  });

  it('begins anew, on new connections and where it stood, when neither an answer nor an error comes', async () => {
    const { node, add } = start({ ...OPTIONS, patience: 160 });
    const stuck = add(0);
    await sleep(5);
    const [frozen] = node.pending.splice(0);
    expect(frozen?.partitions).toEqual([0]);
    await expect.poll(() => node.pending.length, { timeout: 10_000 }).toBe(1);
    expect(node.closed).toEqual(expect.arrayContaining(['fetch', 'catch-up']));
    // What the old one brings after all is nobody's.
    frozen?.answer();
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0]);
    expect(stuck.answers).toBe(0);
  });

  it('says which partition stands still, where, and why; one that is paused or full does not', async () => {
    const { node, add } = start({ ...OPTIONS, patience: 800 });
    const [standing, paused] = [add(7), add(8)];
    paused.paused = true;
    await sleep(5);
    const failing = setInterval(() => node.pending.forEach(fetch => fetch.fail()), 5);
    await expect.poll(() => fetcher.standstills(150), { timeout: 10_000 }).toHaveLength(1);
    expect(fetcher.standstills(150)).toEqual([
      { topic: 't', partition: 7, offset: '0', silence: expect.any(Number), reason: 'connection lost' },
    ]);
    clearInterval(failing);
    standing.answered();
    await expect.poll(() => fetcher.standstills(150), { timeout: 10_000 }).toEqual([]);
  });

  it('leaves no partition without a fetch, whichever lane is answered first', async () => {
    for (const order of [
      ['catch-up', 'fetch'],
      ['fetch', 'catch-up'],
    ]) {
      const { node, add } = start();
      add(0);
      await sleep(5);
      add(1);
      await sleep(5);
      for (let round = 0; round < 6; round++) {
        for (const channel of order) {
          node.pending.find(entry => entry.channel === channel)?.answer();
        }
        await sleep(5);
        expect(node.pending.flatMap(({ partitions }) => partitions).sort()).toEqual([0, 1]);
      }
      fetcher.stop();
    }
  });

  it('takes no answer twice, after an error in one lane while the other one waits', async () => {
    const { node, add } = start();
    add(0);
    await sleep(5);
    add(1);
    await sleep(5);
    node.on('fetch').fail();
    await sleep(200);
    const fetched = node.pending.flatMap(({ partitions }) => partitions).sort();
    expect(fetched).toEqual([0, 1]);
  });

  it('goes to the replica that the leader names, and back to the leader when that advice is too old', async () => {
    const { node, add } = start({ ...OPTIONS, metadataMaxAge: 40 });
    add(0);
    await sleep(5);
    expect(node.on('fetch').node).toBe(1);
    node.on('fetch').advise(2);
    await sleep(5);
    expect(node.pending.map(({ node: at, partitions }) => [at, partitions])).toEqual([[2, [0]]]);
    await sleep(50);
    node.on('fetch').answer();
    await sleep(5);
    expect(node.pending.map(({ node: at, partitions }) => [at, partitions])).toEqual([[1, [0]]]);
  });

  it('fetches nothing for a partition that is paused', async () => {
    const { node, add } = start();
    const partition = add(0);
    await sleep(5);
    partition.paused = true;
    node.on('fetch').answer();
    await sleep(5);
    expect(node.pending).toEqual([]);
    partition.paused = false;
    fetcher.wake();
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0]);
  });

  it('fetches nothing more for a partition whose last batch nobody took yet', async () => {
    const { node, add } = start();
    const partition = add(0);
    await sleep(5);
    partition.position = 0n;
    partition.deliver(await fetchedRecords(0, 10), partition.epoch);
    node.on('fetch').answer();
    fetcher.wake();
    await sleep(5);
    expect(node.pending).toEqual([]);
    expect(partition.take()?.nextOffset).toBe(10n);
    fetcher.wake();
    await sleep(5);
    expect(node.on('fetch').partitions).toEqual([0]);
  });

  it('leaves no fetch on its way when it is stopped', async () => {
    const { node, add } = start();
    add(0);
    await sleep(5);
    add(1);
    await sleep(5);
    expect(node.pending.map(({ channel }) => channel)).toEqual(['fetch', 'catch-up']);
    fetcher.stop();
    fetcher.stop();
    await sleep(5);
    expect(node.pending).toEqual([]);
    expect(node.closed).toEqual(['fetch', 'catch-up']);
  });
});
