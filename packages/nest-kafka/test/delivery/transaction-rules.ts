import { Controller, type Type } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka } from 'kafkajs-platformatic';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  BatchItemFailure,
  ClientKafka,
  type Consumer,
  Ctx,
  Delivery,
  type DeliveryPolicy,
  EventPattern,
  KafkaBatchTransactionContext,
  KafkaTransactionContext,
  Payload,
} from '../../src/index.js';
import { startService } from '../service.js';
import type { SpecGround } from '../spec-ground.js';

const PATIENCE = { timeout: 15_000 };

interface Order {
  readonly id: number;
}

type Act = (order: Order, context: KafkaTransactionContext) => void | Promise<void>;

const ids = (from: number, to: number): Order[] => Array.from({ length: to - from }, (_, i) => ({ id: from + i }));

/** A controller whose handler does `act` and then emits the order to `output`. */
function copying(input: string, output: string, act: Act = () => undefined, policy: DeliveryPolicy = {}): Type {
  @Controller()
  class Orders {
    @EventPattern(input)
    @Delivery({ transaction: true, ...policy })
    async handle(@Payload() order: Order, @Ctx() context: KafkaTransactionContext): Promise<void> {
      await context.emit(output, order);
      await act(order, context);
    }
  }
  return Orders as Type;
}

/** What transactions do; on every ground. */
export function transactionRules(ground: SpecGround): void {
  async function newTopic(name: string, partitions = 1): Promise<string> {
    const topic = ground.unique(name);
    await ground.createTopic(topic, partitions);
    return topic;
  }

  async function produce(topic: string, orders: readonly Order[], partitions = 1): Promise<void> {
    const client = ground.keep(new ClientKafka(ground.options(ground.unique('emitter'), { producerOnlyMode: true })));
    const messages = orders.map(order => ({ value: JSON.stringify(order), partition: order.id % partitions }));
    await lastValueFrom(client.emitBatch(topic, { messages }), { defaultValue: undefined });
  }

  /** What readers of committed messages see of a topic, by and by. */
  async function committedIn(topic: string): Promise<number[]> {
    const seen: number[] = [];
    const consumer = new Kafka({ brokers: ground.brokers }).consumer({ groupId: ground.unique('reader') });
    ground.keep({ close: () => consumer.disconnect() });
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      async eachMessage({ message }) {
        seen.push((JSON.parse(String(message.value)) as Order).id);
        await Promise.resolve();
      },
    });
    return seen;
  }

  async function committedOffset(groupId: string, topic: string): Promise<string | undefined> {
    const admin = new Kafka({ brokers: ground.brokers }).admin();
    await admin.connect();
    try {
      // Nest has it that the group of a server ends so.
      const [offsets] = await admin.fetchOffsets({ groupId: `${groupId}-server`, topics: [topic] });
      return offsets?.partitions[0]?.offset;
    } finally {
      await admin.disconnect();
    }
  }

  const start = async (
    controller: Type,
    groupId = ground.unique('orders'),
    consumer = {},
    clientId = groupId,
  ): Promise<string> => {
    const options = ground.options(groupId, { consumer: { groupId, ...consumer }, client: { clientId } as never });
    ground.keep(await startService([controller], options));
    return groupId;
  };

  describe('a handler with a transaction', () => {
    it('has what it emits and its offset committed together, and the engine commits nothing behind its back', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 5));
      const groupId = ground.unique('together');
      const contexts: KafkaTransactionContext[] = [];
      const service = await startService([copying(input, output, (_, context) => void contexts.push(context))], {
        ...ground.options(groupId),
      });
      ground.keep(service);
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0, 1, 2, 3, 4]);
      await expect.poll(() => committedOffset(groupId, input), PATIENCE).toBe('5');
      expect(contexts[0]).toBeInstanceOf(KafkaTransactionContext);
      const consumer = contexts[0]?.getConsumer() as Consumer;
      const commits: unknown[] = [];
      consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => void commits.push(payload));
      await produce(input, ids(5, 10));
      await expect.poll(() => committedOffset(groupId, input), PATIENCE).toBe('10');
      await service.close();
      expect(commits).toEqual([]);
    });

    it('has nothing of a failed attempt seen, and is delivered again', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 3));
      const attempts: number[] = [];
      await start(
        copying(input, output, ({ id }, context) => {
          attempts.push(id);
          if (id === 1 && context.getAttempt() < 3) {
            throw new Error('no');
          }
        }),
      );
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0, 1, 2]);
      expect(attempts).toEqual([0, 1, 1, 1, 2]);
    });

    it('waits for what its handler has not awaited, and fails with it', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 3));
      let attempts = 0;

      @Controller()
      class Orders {
        @EventPattern(input)
        @Delivery({ transaction: true })
        handle(@Payload() order: Order, @Ctx() context: KafkaTransactionContext): void {
          attempts++;
          // Too large on its first attempt.
          const filler = order.id === 1 && context.getAttempt() === 1 ? 'x'.repeat(2_000_000) : '';
          void context.emit(output, { ...order, filler });
          void context.emitBatch(output, { messages: [{ id: order.id + 100 }] });
        }
      }
      await start(Orders as Type);
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0, 100, 1, 101, 2, 102]);
      expect(attempts).toBe(4);
    });

    it('is not left by what its handler emits when it is over: that is refused', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 1));
      const contexts: KafkaTransactionContext[] = [];
      await start(copying(input, output, (_, context) => void contexts.push(context)));
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0]);
      await expect(contexts[0]?.emit(output, { id: 1 })).rejects.toThrow('the transaction of its handler is over');
    });

    it('is done again when its producer is fenced in the middle: the output has it once', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 3));
      const groupId = ground.unique('fenced');
      let runs = 0;
      await start(
        copying(input, output, async ({ id }, context) => {
          expect(context.getAttempt()).toBe(1);
          if (id === 1 && ++runs === 1) {
            const zombie = new Kafka({ brokers: ground.brokers }).producer({
              transactionalId: `${groupId}-server.${input}.0`,
            });
            await zombie.connect();
            await (await zombie.transaction()).abort();
            await zombie.disconnect();
          }
        }),
        groupId,
      );
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0, 1, 2]);
      expect(runs).toBe(2);
    });

    it('is aborted by a broker when it takes too long, and that is a failed attempt', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 2));
      const attempts: number[] = [];
      await start(
        copying(
          input,
          output,
          async (_, context) => {
            attempts.push(context.getAttempt());
            if (attempts.length === 1) {
              // Brokers look for what has expired every 10 s (transaction.abort.timed.out.transaction.cleanup.interval.ms).
              await sleep(ground.isEmbedded ? 1_000 : 12_000);
            }
          },
          { transaction: { timeout: 400 } },
        ),
      );
      const seen = await committedIn(output);
      await expect.poll(() => seen, { timeout: 30_000 }).toEqual([0, 1]);
      expect(attempts.slice(0, 2)).toEqual([1, 2]);
    }, 40_000);

    it.each([
      ['classic', { rebalanceTimeout: 3_000, heartbeatInterval: 100 }],
      ['consumer', { rebalanceTimeout: 3_000, groupProtocol: 'consumer' }],
    ])(
      'is aborted by a rebalance that takes its partition away, and done by the new owner: the output has all once (%s protocol)',
      async (_protocol, consumer) => {
        const [input, output] = [await newTopic('in', 2), await newTopic('out')];
        await produce(input, ids(0, 40), 2);
        const groupId = ground.unique('rebalanced');
        const controller = copying(input, output, async () => sleep(20));
        await start(controller, groupId, consumer);
        const seen = await committedIn(output);
        await expect.poll(() => seen.length, PATIENCE).toBeGreaterThan(2);
        await start(controller, groupId, consumer);
        await expect
          .poll(() => seen.toSorted((one, other) => one - other), PATIENCE)
          .toEqual(ids(0, 40).map(({ id }) => id));
      },
    );

    it('has its message given up in a transaction of its own: one dead letter, nothing of the attempts, and the next is handled', async () => {
      const [input, output, dlt] = [await newTopic('in'), await newTopic('out'), await newTopic('dlt')];
      await produce(input, ids(0, 3));
      const groupId = await start(
        copying(
          input,
          output,
          ({ id }) => {
            if (id === 1) {
              throw new Error('never');
            }
          },
          { retry: { attempts: 2, delay: 20 }, deadLetter: dlt },
        ),
      );
      const [seen, dead] = [await committedIn(output), await committedIn(dlt)];
      await expect.poll(() => [seen, dead], PATIENCE).toEqual([[0, 2], [1]]);
      await expect.poll(() => committedOffset(groupId, input), PATIENCE).toBe('3');
    });

    it('is not committed in the name of a generation that is over', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 1));
      const groupId = ground.unique('zombie');
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      let begun = 0;
      const controller = copying(input, output, async () => {
        if (++begun === 1) {
          await released;
        }
      });
      // It outlasts the rebalance; the partition goes to the first member by id, which is the second to come.
      const consumer = { rebalanceTimeout: 600, heartbeatInterval: 100 };
      await start(controller, groupId, consumer, 'z');
      await expect.poll(() => begun, PATIENCE).toBe(1);
      await start(controller, groupId, consumer, 'a');
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0]);
      expect(begun).toBe(2);
      release();
      await produce(input, ids(1, 2));
      await expect.poll(() => seen.at(-1), PATIENCE).toBe(1);
      expect(seen).toEqual([0, 1]);
    });
  });

  describe('a batch handler with a transaction', () => {
    it('has one transaction a batch; what stands before a BatchItemFailure is done again without it', async () => {
      const [input, output] = [await newTopic('in'), await newTopic('out')];
      await produce(input, ids(0, 5));
      const batches: number[][] = [];

      @Controller()
      class Orders {
        @EventPattern(input)
        @Delivery({ transaction: true, batch: { size: 10, flushAfter: 100 } })
        async handle(@Payload() orders: Order[], @Ctx() context: KafkaBatchTransactionContext): Promise<void> {
          batches.push(orders.map(({ id }) => id));
          for (const [index, order] of orders.entries()) {
            await context.emit(output, order);
            if (order.id === 3 && context.getAttempt() < 2) {
              throw new BatchItemFailure(index, new Error('no'));
            }
          }
        }
      }
      await start(Orders as Type);
      const seen = await committedIn(output);
      await expect.poll(() => seen, PATIENCE).toEqual([0, 1, 2, 3, 4]);
      expect(batches).toEqual([[0, 1, 2, 3, 4], [0, 1, 2], [3], [4]]);
    });
  });
}
