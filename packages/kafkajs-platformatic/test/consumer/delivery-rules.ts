import { expect, it } from 'vitest';
import { until, wait } from './ground.js';
import { numbers, text, type RuleContext } from './rule-context.js';

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? Infinity;

/** How messages reach handlers. */
export function deliveryRules(context: RuleContext): void {
  it('handles every message once, in order by partition, and commits them all', async () => {
    const topic = await context.ground.topic(3);
    const groupId = context.ground.name('group');
    for (const partition of [0, 1, 2]) {
      await context.ground.produce(topic, partition, numbers(100));
    }
    const seen: string[][] = [[], [], []];
    const consumer = await context.started(groupId, topic, (value, partition) => void seen[partition]?.push(value));
    await until(() => seen.flat().length === 300, 'all messages handled');
    await consumer.disconnect();
    expect(seen).toEqual([numbers(100), numbers(100), numbers(100)]);
    expect(await context.ground.committed(groupId, topic)).toEqual([100, 100, 100]);
  });

  it('does not let a blocked partition delay another one', async () => {
    const topic = await context.ground.topic(2);
    const { promise: blocked, resolve: release } = Promise.withResolvers<void>();
    const latencies: number[] = [];
    await context.started(context.ground.name('group'), topic, async (value, partition) => {
      if (partition === 0) {
        await blocked;
      } else {
        latencies.push(performance.now() - Number(value));
      }
    });
    /** Milliseconds from before the produce to the handler, of messages of partition 1 in this long. */
    const latenciesFor = async (milliseconds: number): Promise<number[]> => {
      const earlier = latencies.length;
      let sent = 0;
      for (const end = performance.now() + milliseconds; performance.now() < end; sent++) {
        await context.ground.produce(topic, 1, [String(performance.now())]);
        await wait(25);
      }
      await until(() => latencies.length === earlier + sent, 'all messages of the other partition');
      return latencies.slice(earlier).sort((left, right) => left - right);
    };
    try {
      const free = await latenciesFor(context.pace.blockade / 3);
      await context.ground.produce(topic, 0, numbers(50));
      const besides = await latenciesFor(context.pace.blockade);
      // Whoever waited for the other partition would have waited for the rest of its blockade: half of it in the median.
      expect(median(besides)).toBeLessThan(median(free) * 2 + 50);
      expect(besides.at(-1)).toBeLessThan(context.pace.blockade);
    } finally {
      release();
    }
  }, 60_000);

  it('never falls asleep, however its partitions change between busy and idle', async () => {
    const topic = await context.ground.topic(3);
    let handled = 0;
    await context.started(context.ground.name('group'), topic, async () => {
      await wait(1);
      handled++;
    });
    let sent = 0;
    for (let round = 0; round < 12; round++) {
      // Not waiting for the handlers: partitions fill up, are left out of a fetch and come back, in every order.
      for (let i = 0; i < 40; i++) {
        await context.ground.produce(topic, sent++ % 3, [String(i)]);
      }
      await until(() => handled === sent, `all of round ${round}`, 4_000);
    }
    expect(handled).toBe(480);
  }, 60_000);

  it('delivers a failed message again in place, with its attempt, while other partitions go on', async () => {
    const topic = await context.ground.topic(2);
    const order: string[] = [];
    const attempts: number[] = [];
    const others: string[] = [];
    const failures: number[] = [];
    const consumer = await context.started(context.ground.name('group'), topic, (value, partition, attempt) => {
      if (partition === 1) {
        others.push(value);
        return;
      }
      order.push(value);
      if (value === '1') {
        attempts.push(attempt);
        if (attempt < 3) {
          throw new Error('not yet');
        }
      }
    });
    consumer.on(consumer.events.HANDLER_FAILED, ({ payload }) => failures.push(payload.attempt));
    await context.ground.produce(topic, 0, numbers(3));
    await until(() => attempts.length === 1, 'first failure');
    await context.ground.produce(topic, 1, numbers(5));
    await until(() => others.length === 5, 'the other partition');
    expect(attempts).toEqual([1]);
    await until(() => order.at(-1) === '2', 'the failing partition goes on');
    expect(order).toEqual(['0', '1', '1', '1', '2']);
    expect(attempts).toEqual([1, 2, 3]);
    expect(failures).toEqual([1, 2]);
  });

  it('gives the retried handler a message that the failed one has not touched', async () => {
    const topic = await context.ground.topic(1);
    const seen: unknown[] = [];
    const consumer = context.ground.consumer({ groupId: context.ground.name('group'), ...context.timing });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(message.value);
        Object.assign(message, { value: 'mangled' });
        if (seen.length === 1) {
          throw new Error('once');
        }
      },
    });
    await context.ground.produce(topic, 0, ['original']);
    await until(() => seen.length === 2, 'second delivery');
    expect(seen).toEqual([Buffer.from('original'), Buffer.from('original')]);
  });

  it('gives eachBatch what it has not resolved again, and resolves what it leaves', async () => {
    const topic = await context.ground.topic(1);
    const groupId = context.ground.name('group');
    await context.ground.produce(topic, 0, numbers(10));
    const batches: string[][] = [];
    const consumer = context.ground.consumer({ groupId, ...context.timing });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, isRunning, isStale, uncommittedOffsets }) => {
        batches.push(batch.messages.map(text));
        expect([isRunning(), isStale()]).toEqual([true, false]);
        expect([batch.topic, batch.partition, batch.highWatermark, batch.lastOffset()]).toEqual([topic, 0, '10', '9']);
        const part = batch.messages.slice(0, 6);
        for (const message of part) {
          resolveOffset(message.offset);
        }
        expect(uncommittedOffsets().topics[0]?.partitions[0]?.offset).toBe(String(Number(part.at(-1)?.offset) + 1));
      },
    });
    await until(() => batches.length === 2, 'both deliveries');
    await consumer.disconnect();
    expect(batches).toEqual([numbers(10), numbers(4, 6)]);
    expect(await context.ground.committed(groupId, topic)).toEqual([10]);
  });

  it('bounds concurrency when told to', async () => {
    const topic = await context.ground.topic(4);
    for (const partition of [0, 1, 2, 3]) {
      await context.ground.produce(topic, partition, numbers(5));
    }
    const measure = async (concurrency?: number): Promise<number> => {
      let running = 0;
      let most = 0;
      let handled = 0;
      const consumer = context.ground.consumer({ groupId: context.ground.name('group'), ...context.timing });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        ...(concurrency === undefined ? {} : { partitionsConsumedConcurrently: concurrency }),
        eachMessage: async () => {
          most = Math.max(most, ++running);
          await wait(20);
          running--;
          handled++;
        },
      });
      await until(() => handled === 20, 'all handled');
      await consumer.disconnect();
      return most;
    };
    expect(await measure(2)).toBe(2);
    expect(await measure()).toBe(4);
  });
}
