import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GroupCoordinator } from '../../src/consumer/group-coordinator.js';
import { Cluster } from '../../src/cluster/cluster.js';
import { resolveClientConfig } from '../../src/config/client-config.js';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { KafkaMessage } from '../../src/consumer/consumer-types.js';
import { Ground, until, wait } from './ground.js';

export interface Pace {
  /** Shortest session that the broker grants, in milliseconds. */
  readonly session: number;
  /** How long a handler blocks its partition, in milliseconds. */
  readonly blockade: number;
}

const numbers = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => String(from + i));
const text = (message: KafkaMessage): string => String(message.value);

const sockets = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length;

/** The rules of design section 2, on any broker. */
export function describeConsumerRules(name: string, brokers: () => Promise<string[]> | string[], pace: Pace): void {
  describe(`A consumer on ${name}`, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await Ground.on(await brokers());
    });
    afterEach(() => ground.closeConsumers());
    afterAll(() => ground.close());

    const timing = {
      sessionTimeout: pace.session,
      heartbeatInterval: Math.min(200, pace.session / 3),
      rebalanceTimeout: 10_000,
    };

    async function started(
      groupId: string,
      topic: string,
      handle: (value: string, partition: number, attempt: number, consumer: Consumer) => Promise<void> | void,
    ): Promise<Consumer> {
      const consumer = ground.consumer({ groupId, ...timing });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message, partition, attempt }) => handle(text(message), partition, attempt, consumer),
      });
      return consumer;
    }

    it('handles every message once, in order by partition, and commits them all', async () => {
      const topic = await ground.topic(3);
      const groupId = ground.name('group');
      for (const partition of [0, 1, 2]) {
        await ground.produce(topic, partition, numbers(100));
      }
      const seen: string[][] = [[], [], []];
      const consumer = await started(groupId, topic, (value, partition) => void seen[partition]?.push(value));
      await until(() => seen.flat().length === 300, 'all messages handled');
      await consumer.disconnect();
      expect(seen).toEqual([numbers(100), numbers(100), numbers(100)]);
      expect(await ground.committed(groupId, topic)).toEqual([100, 100, 100]);
    });

    async function rebalanceTest(
      join: (groupId: string, topic: string, handle: (id: string) => void) => Promise<() => Promise<void>>,
    ): Promise<number[]> {
      const topic = await ground.topic(4);
      const groupId = ground.name('group');
      const handled = new Map<string, number>();
      const count = (id: string): void => void handled.set(id, (handled.get(id) ?? 0) + 1);
      for (const partition of [0, 1, 2, 3]) {
        await ground.produce(topic, partition, numbers(100));
      }
      let byFirst = 0;
      await started(groupId, topic, async (value, partition) => {
        await wait(20);
        byFirst++;
        count(`${partition}/${value}`);
      });
      await wait(500);
      let bySecond = 0;
      const leave = await join(groupId, topic, id => {
        bySecond++;
        count(id);
      });
      await until(() => bySecond > 20, 'the second member takes part', 25_000);
      await leave();
      await until(() => handled.size === 400, 'all 400 messages handled', 25_000);
      await wait(300);
      expect(byFirst + bySecond).toBe([...handled.values()].reduce((sum, times) => sum + times, 0));
      return [...handled.values()];
    }

    it('hands over partitions without handling a message twice when a member comes and goes', async () => {
      const times = await rebalanceTest(async (groupId, topic, handle) => {
        const second = await started(groupId, topic, async (value, partition) => {
          await wait(20);
          handle(`${partition}/${value}`);
        });
        return () => second.disconnect();
      });
      expect(times).toEqual(Array.from({ length: 400 }, () => 1));
    }, 60_000);

    it('hands over partitions to and from a kafkajs member without handling a message twice', async () => {
      const times = await rebalanceTest(async (groupId, topic, handle) => {
        const second = ground.kafkajsConsumer(groupId);
        await second.connect();
        await second.subscribe({ topics: [topic], fromBeginning: true });
        await second.run({
          partitionsConsumedConcurrently: 4,
          eachMessage: async ({ message, partition }) => {
            await wait(20);
            handle(`${partition}/${String(message.value)}`);
          },
        });
        return () => second.disconnect();
      });
      expect(times).toEqual(Array.from({ length: 400 }, () => 1));
    }, 60_000);

    it('does not let a blocked partition delay another one', async () => {
      const topic = await ground.topic(2);
      const { promise: blocked, resolve: release } = Promise.withResolvers<void>();
      const latencies: number[] = [];
      await started(ground.name('group'), topic, async (value, partition) => {
        if (partition === 0) {
          await blocked;
        } else {
          latencies.push(Date.now() - Number(value));
        }
      });
      try {
        await ground.produce(topic, 0, numbers(50));
        const end = Date.now() + pace.blockade;
        let sent = 0;
        while (Date.now() < end) {
          await ground.produce(topic, 1, [String(Date.now())]);
          sent++;
          await wait(25);
        }
        await until(() => latencies.length === sent, 'all messages of the other partition');
      } finally {
        release();
      }
      expect(Math.max(...latencies)).toBeLessThan(400);
    }, 60_000);

    it('never falls asleep, however its partitions change between busy and idle', async () => {
      const topic = await ground.topic(3);
      let handled = 0;
      await started(ground.name('group'), topic, async () => {
        await wait(1);
        handled++;
      });
      let sent = 0;
      for (let round = 0; round < 12; round++) {
        // Not waiting for the handlers: partitions fill up, are left out of a fetch and come back, in every order.
        for (let i = 0; i < 40; i++) {
          await ground.produce(topic, sent++ % 3, [String(i)]);
        }
        await until(() => handled === sent, `all of round ${round}`, 4_000);
      }
      expect(handled).toBe(480);
    }, 60_000);

    it('keeps its partition through a handler of three session timeouts', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      const handled: string[] = [];
      const consumer = await started(groupId, topic, async value => {
        if (value === '0') {
          await wait(3 * pace.session);
        }
        handled.push(value);
      });
      let joins = 0;
      consumer.on(consumer.events.GROUP_JOIN, () => joins++);
      await ground.produce(topic, 0, numbers(3));
      await until(() => handled.length === 3, 'all handled', 4 * pace.session + 10_000);
      await consumer.disconnect();
      expect(handled).toEqual(['0', '1', '2']);
      expect(joins).toBe(0);
      expect(await ground.committed(groupId, topic)).toEqual([3]);
    }, 60_000);

    it('delivers a failed message again in place, with its attempt, while other partitions go on', async () => {
      const topic = await ground.topic(2);
      const order: string[] = [];
      const attempts: number[] = [];
      const others: string[] = [];
      const failures: number[] = [];
      const consumer = await started(ground.name('group'), topic, (value, partition, attempt) => {
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
      await ground.produce(topic, 0, numbers(3));
      await until(() => attempts.length === 1, 'first failure');
      await ground.produce(topic, 1, numbers(5));
      await until(() => others.length === 5, 'the other partition');
      expect(attempts).toEqual([1]);
      await until(() => order.at(-1) === '2', 'the failing partition goes on');
      expect(order).toEqual(['0', '1', '1', '1', '2']);
      expect(attempts).toEqual([1, 2, 3]);
      expect(failures).toEqual([1, 2]);
    });

    it('gives the retried handler a message that the failed one has not touched', async () => {
      const topic = await ground.topic(1);
      const seen: unknown[] = [];
      const consumer = ground.consumer({ groupId: ground.name('group'), ...timing });
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
      await ground.produce(topic, 0, ['original']);
      await until(() => seen.length === 2, 'second delivery');
      expect(seen).toEqual([Buffer.from('original'), Buffer.from('original')]);
    });

    it('commits nothing by itself with autoCommit false, and what it is told to, with metadata', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      await ground.produce(topic, 0, numbers(10));
      const handled: string[] = [];
      const consumer = ground.consumer({ groupId, ...timing });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message, partition }) => {
          handled.push(text(message));
          if (text(message) === '4') {
            await consumer.commitOffsets([{ topic, partition, offset: '5', metadata: 'half' }]);
          }
        },
      });
      await until(() => handled.length === 10, 'all handled');
      await expect(consumer.commitOffsets([{ topic, partition: 7, offset: '1' }])).rejects.toThrow(
        /not assigned to this consumer/,
      );
      await consumer.disconnect();
      const [offsets] = await ground.admin.fetchOffsets({ groupId, topics: [topic] });
      expect(offsets?.partitions).toEqual([{ partition: 0, offset: '5', metadata: 'half' }]);
    });

    it('goes on where it was told to seek', async () => {
      const topic = await ground.topic(1);
      await ground.produce(topic, 0, numbers(5));
      const handled: string[] = [];
      const consumer = await started(ground.name('group'), topic, value => void handled.push(value));
      await until(() => handled.length === 5, 'all handled');
      consumer.seek({ topic, partition: 0, offset: '3' });
      await until(() => handled.length === 7, 'the rest again');
      consumer.seek({ topic, partition: 0, offset: '-2' });
      await until(() => handled.length === 12, 'all again');
      expect(handled).toEqual(['0', '1', '2', '3', '4', '3', '4', '0', '1', '2', '3', '4']);
    });

    it('drops the rest of the batch when its own handler seeks', async () => {
      const topic = await ground.topic(1);
      await ground.produce(topic, 0, numbers(10));
      const handled: string[] = [];
      await started(ground.name('group'), topic, (value, partition, _attempt, consumer) => {
        handled.push(value);
        if (value === '2') {
          consumer.seek({ topic, partition, offset: '8' });
        }
      });
      await until(() => handled.at(-1) === '9', 'the end');
      expect(handled).toEqual(['0', '1', '2', '8', '9']);
    });

    it('hands over nothing of a paused partition, says so, and loses nothing when resumed', async () => {
      const topic = await ground.topic(2);
      const handled: string[] = [];
      const consumer = await started(
        ground.name('group'),
        topic,
        (value, partition) => void handled.push(`${partition}/${value}`),
      );
      consumer.pause([{ topic, partitions: [0] }]);
      await ground.produce(topic, 0, numbers(3));
      await ground.produce(topic, 1, numbers(3));
      await until(() => handled.length === 3, 'the other partition');
      expect(consumer.paused()).toEqual([{ topic, partitions: [0] }]);
      await wait(200);
      expect(handled).toEqual(['1/0', '1/1', '1/2']);
      consumer.resume([{ topic }]);
      expect(consumer.paused()).toEqual([]);
      await until(() => handled.length === 6, 'the paused partition');
    });

    it('stops, and runs again from where it was', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      await ground.produce(topic, 0, numbers(20));
      const handled: string[] = [];
      const handle = async (value: string): Promise<void> => {
        await wait(10);
        handled.push(value);
      };
      const consumer = await started(groupId, topic, handle);
      await until(() => handled.length >= 5, 'some handled');
      await consumer.stop();
      const atStop = handled.length;
      await wait(100);
      expect(handled).toHaveLength(atStop);
      expect(await ground.committed(groupId, topic)).toEqual([atStop]);
      const again = Date.now();
      await consumer.run({ eachMessage: async ({ message }) => handle(text(message)) });
      await until(() => handled.length > atStop, 'the first one of the second run');
      // Not the 5 s that the long poll of the first run would have stayed on the fetch connection.
      expect(Date.now() - again).toBeLessThan(500);
      await until(() => handled.length >= 20, 'the rest');
      expect(handled).toEqual(numbers(20));
    });

    it('joins again by itself when the coordinator has thrown it out', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      const handled: string[] = [];
      const consumer = await started(groupId, topic, value => void handled.push(value));
      const { members } = await consumer.describeGroup();
      const cluster = new Cluster(resolveClientConfig({ brokers: ground.brokers, logLevel: 0 }));
      const rejoined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
      await new GroupCoordinator(cluster, groupId, null).leave(members[0]?.memberId ?? '');
      await cluster.disconnect();
      await rejoined;
      await ground.produce(topic, 0, numbers(3));
      await until(() => handled.length === 3, 'messages after the rejoin');
      expect(handled).toEqual(['0', '1', '2']);
    });

    it('takes in new topics that match its RegExp', async () => {
      const prefix = ground.name('re');
      await ground.admin.createTopics({ topics: [{ topic: `${prefix}.a` }], waitForLeaders: true });
      const handled: string[] = [];
      const consumer = ground.consumer({ groupId: ground.name('group'), metadataMaxAge: 200, ...timing });
      await consumer.connect();
      await consumer.subscribe({
        topic: new RegExp(`^${prefix.replaceAll('.', '\\.')}\\..*$`, 'g'),
        fromBeginning: true,
      });
      await consumer.run({ eachMessage: async ({ topic, message }) => void handled.push(`${topic}/${text(message)}`) });
      await ground.produce(`${prefix}.a`, 0, ['1']);
      await until(() => handled.length === 1, 'the first topic');
      await ground.admin.createTopics({ topics: [{ topic: `${prefix}.b` }], waitForLeaders: true });
      await ground.produce(`${prefix}.b`, 0, ['2']);
      await until(() => handled.length === 2, 'the second topic');
      expect(handled).toEqual([`${prefix}.a/1`, `${prefix}.b/2`]);
    });

    it('gives eachBatch what it has not resolved again, and resolves what it leaves', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      await ground.produce(topic, 0, numbers(10));
      const batches: string[][] = [];
      const consumer = ground.consumer({ groupId, ...timing });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        eachBatchAutoResolve: false,
        eachBatch: async ({ batch, resolveOffset, isRunning, isStale, uncommittedOffsets }) => {
          batches.push(batch.messages.map(text));
          expect([isRunning(), isStale()]).toEqual([true, false]);
          expect([batch.topic, batch.partition, batch.highWatermark, batch.lastOffset()]).toEqual([
            topic,
            0,
            '10',
            '9',
          ]);
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
      expect(await ground.committed(groupId, topic)).toEqual([10]);
    });

    it('bounds concurrency when told to', async () => {
      const topic = await ground.topic(4);
      for (const partition of [0, 1, 2, 3]) {
        await ground.produce(topic, partition, numbers(5));
      }
      const measure = async (concurrency?: number): Promise<number> => {
        let running = 0;
        let most = 0;
        let handled = 0;
        const consumer = ground.consumer({ groupId: ground.name('group'), ...timing });
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

    it("keeps a static member's partitions over a restart, without a rebalance for the others", async () => {
      const topic = await ground.topic(2);
      const groupId = ground.name('group');
      const start = async (groupInstanceId: string): Promise<{ consumer: Consumer; joins: () => number }> => {
        const consumer = ground.consumer({ groupId, groupInstanceId, ...timing, sessionTimeout: 6_000 });
        let joins = 0;
        consumer.on(consumer.events.GROUP_JOIN, () => joins++);
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({ eachMessage: async () => {} });
        return { consumer, joins: () => joins };
      };
      const first = await start('one');
      const second = await start('two');
      await until(async () => (await first.consumer.describeGroup()).state === 'Stable', 'a stable group');
      await wait(500);
      const before = first.joins();
      await second.consumer.disconnect();
      await start('two');
      await wait(700);
      expect(first.joins()).toBe(before);
      await first.consumer.disconnect();
    }, 40_000);

    it('ends with a crash event when its instance id is used by another member', async () => {
      const topic = await ground.topic(1);
      const groupId = ground.name('group');
      const crashed = new Promise<string>(resolve => {
        const consumer = ground.consumer({ groupId, groupInstanceId: 'same', ...timing, sessionTimeout: 6_000 });
        consumer.on(consumer.events.CRASH, ({ payload }) => resolve(`${payload.error.message} ${payload.restart}`));
        void (async () => {
          await consumer.connect();
          await consumer.subscribe({ topics: [topic] });
          await consumer.run({ eachMessage: async () => {} });
          const twin = ground.consumer({ groupId, groupInstanceId: 'same', ...timing, sessionTimeout: 6_000 });
          await twin.connect();
          await twin.subscribe({ topics: [topic] });
          await twin.run({ eachMessage: async () => {} });
        })();
      });
      expect(await crashed).toMatch(/same group\.instance\.id.* false$/);
    }, 30_000);

    it('leaves no socket open after disconnect, and may disconnect twice', async () => {
      const topic = await ground.topic(1);
      await wait(200);
      const before = sockets();
      const consumer = await started(ground.name('group'), topic, () => {});
      expect(sockets()).toBeGreaterThan(before);
      const began = Date.now();
      await Promise.all([consumer.disconnect(), consumer.disconnect()]);
      await consumer.disconnect();
      expect(Date.now() - began).toBeLessThan(2_500);
      await until(() => sockets() <= before, 'all sockets closed');
    });
  });
}
