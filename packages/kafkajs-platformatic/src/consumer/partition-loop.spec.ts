import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { KafkaJSCorruptBatchError } from '../errors/client-errors.js';
import { createLogger } from '../logger/logger.js';
import { AssignedPartition } from './assigned-partition.js';
import type { EachMessageHandler } from './consumer-types.js';
import { DEFAULT_DEFERRAL_LIMITS } from './deferred-messages.js';
import { DispatchGate } from './dispatch-gate.js';
import { fetchedRecords } from './fetched-records.fixture.js';
import { MessageDelivery } from './message-delivery.js';
import { PartitionLoop, type HandlerFailure } from './partition-loop.js';
import { PartitionSet } from './partition-set.js';

const RETRY = { initialRetryTime: 30, maxRetryTime: 30, factor: 0, multiplier: 1, retries: 5 };

const deliver = async (partition: AssignedPartition, from: number, count: number): Promise<void> =>
  partition.deliver(await fetchedRecords(from, count), partition.epoch);

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !condition(); await sleep(1)) {
    if (Date.now() > deadline) {
      throw new Error(`Not within 5 s: ${String(condition)}`);
    }
  }
}

describe('PartitionLoop', () => {
  const gate = new DispatchGate();
  const held: AssignedPartition[] = [];
  afterEach(() => held.splice(0).forEach(partition => partition.revoke()));

  function start(
    eachMessage: EachMessageHandler,
    set = new PartitionSet(),
    deferral = DEFAULT_DEFERRAL_LIMITS,
  ): { partition: AssignedPartition; set: PartitionSet; failures: HandlerFailure[]; rooms: () => number } {
    const partition = new AssignedPartition('t', 0, { committed: 0n, start: 'earliest', paused: false, deferral });
    held.push(partition);
    const failures: HandlerFailure[] = [];
    let rooms = 0;
    const loop = new PartitionLoop(partition, {
      gate,
      semaphore: null,
      delivery: new MessageDelivery(eachMessage, {
        gate,
        heartbeat: async () => {},
        pause: () => () => {},
        onHandled: () => {},
      }),
      retry: RETRY,
      logger: createLogger({ level: 0 }),
      observesBatches: () => false,
      onBatchStart: () => {},
      onBatchEnd: () => {},
      onRoom: () => rooms++,
      onProgress: () => {},
      onHandled: () => {},
      onFailure: failure => void failures.push(failure),
    });
    set.add(partition, loop);
    gate.open();
    return { partition, set, failures, rooms: () => rooms };
  }
  it('has room for the next fetch as soon as it has taken the last one', async () => {
    const release = Promise.withResolvers<void>();
    const { partition, rooms } = start(() => release.promise);
    await deliver(partition, 0, 3);
    await sleep(1);
    expect(rooms()).toBe(1);
    await deliver(partition, 3, 3);
    await sleep(1);
    expect([rooms(), partition.hasRecords]).toEqual([1, true]);
    release.resolve();
    await sleep(5);
    expect([rooms(), partition.hasRecords, partition.offsets.resolved]).toEqual([2, false, 6n]);
  });

  it('hands over nothing while the gate is closed, and goes on in the middle of a batch', async () => {
    const handled: string[] = [];
    const { partition, set } = start(async ({ message }) => {
      handled.push(message.offset);
      if (message.offset === '1') {
        gate.close();
      }
    });
    await deliver(partition, 0, 4);
    await sleep(5);
    expect([handled, partition.offsets.resolved]).toEqual([['0', '1'], 2n]);
    gate.open();
    set.wake();
    await sleep(5);
    expect(handled).toEqual(['0', '1', '2', '3']);
  });

  it('counts nothing as in flight while it waits to deliver a failed message again', async () => {
    let failing = true;
    const { partition, failures } = start(async () => {
      if (failing) {
        throw new Error('not yet');
      }
    });
    await deliver(partition, 0, 1);
    await sleep(5);
    expect([failures[0]?.offset, gate.running, partition.busy]).toEqual(['0', 0, false]);
    failing = false;
    await sleep(60);
    expect(partition.offsets.resolved).toBe(1n);
  });

  it('lets the handler of a partition that has to go end, counts its message, and starts no other', async () => {
    const release = Promise.withResolvers<void>();
    const handled: string[] = [];
    const { partition } = start(async ({ message }) => {
      handled.push(message.offset);
      await release.promise;
    });
    await deliver(partition, 0, 3);
    await sleep(1);
    partition.leave();
    let idle = false;
    const whenIdle = partition.whenIdle().then(() => (idle = true));
    await sleep(5);
    expect(idle).toBe(false);
    release.resolve();
    await whenIdle;
    expect([handled, partition.offsets.resolved]).toEqual([['0'], 1n]);
    expect(partition.isFetchable).toBe(false);
  });

  it('begins for a partition that came back only when the loop before has ended', async () => {
    const release = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const handler = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await release.promise;
      running--;
    };
    const { partition, set } = start(handler);
    await deliver(partition, 0, 1);
    await sleep(1);
    set.remove(partition);
    const again = start(handler, set);
    await deliver(again.partition, 0, 1);
    await sleep(5);
    expect([running, most]).toEqual([1, 1]);
    release.resolve();
    await sleep(5);
    expect([running, most, again.partition.offsets.resolved]).toEqual([0, 1, 1n]);
    expect(partition.offsets.resolved).toBe(0n);
  });

  it('fetches again what was corrupt, while what was deferred before goes on and is not passed', async () => {
    const first = Promise.withResolvers<void>();
    const handled: string[] = [];
    const { partition } = start(async payload => {
      handled.push(payload.message.offset);
      if (payload.message.offset === '0') {
        payload.defer(first.promise);
      }
    });
    await deliver(partition, 0, 2);
    await until(() => handled.length === 2);
    const corrupt = await fetchedRecords(2, 2);
    corrupt.messages = () => {
      throw new KafkaJSCorruptBatchError('corrupt on its way');
    };
    partition.deliver(corrupt, partition.epoch);
    await until(() => partition.position === 2n);
    await deliver(partition, 2, 2);
    await until(() => handled.length === 4);
    expect([partition.offsets.resolved, partition.isIdle]).toEqual([0n, false]);
    first.resolve();
    await until(() => partition.isIdle);
    expect(partition.offsets.resolved).toBe(4n);
  });

  it('takes no further fetch while those that are deferred keep as much memory as they may', async () => {
    const waiting: (() => void)[] = [];
    const { partition, rooms } = start(
      async payload => payload.defer(new Promise<void>(resolve => waiting.push(resolve))),
      new PartitionSet(),
      { messages: 100, bytes: 1 },
    );
    await deliver(partition, 0, 3);
    await until(() => waiting.length === 3);
    await deliver(partition, 3, 3);
    await sleep(5);
    expect([waiting.length, rooms(), partition.hasRecords]).toEqual([3, 1, true]);
    waiting.splice(0).forEach(done => done());
    await until(() => waiting.length === 3);
    expect([rooms(), partition.offsets.resolved]).toEqual([2, 3n]);
    waiting.forEach(done => done());
  });

  it('holds an AbortSignal that is made only for those who ask, and is new after an interruption', async () => {
    const signals: AbortSignal[] = [];
    const tenures = new Set<object>();
    const { partition, set } = start(async payload => {
      signals.push(payload.signal);
      tenures.add(payload.tenure);
      gate.close();
    });
    await deliver(partition, 0, 3);
    await until(() => signals.length === 1);
    partition.interrupt('is to be given up');
    expect(signals[0]?.aborted).toBe(true);
    expect(String(signals[0]?.reason)).toContain('Partition t[0] is to be given up');
    gate.open();
    set.wake();
    await until(() => signals.length === 2);
    expect(signals[1]?.aborted).toBe(false);
    expect(tenures.size).toBe(1);
    partition.reposition(0n);
    expect([signals[1]?.aborted, tenures.has(partition.interruption.tenure)]).toEqual([true, false]);
  });
});
