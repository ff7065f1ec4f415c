import { Controller, type Type, ValidationPipe } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  BatchItemFailure,
  ClientKafka,
  Ctx,
  Delivery,
  type DeliveryPolicy,
  EventPattern,
  ItemsPipe,
  KafkaBatchContext,
  ManualAckBatchContext,
  Payload,
} from '../../src/index.js';
import { startService } from '../service.js';
import type { SpecGround } from '../spec-ground.js';

const PATIENCE = { timeout: 15_000 };
const QUICK = { delay: 20, jitter: 0 };
class Order {
  @IsInt()
  id!: number;
}

/** A batch as its handler saw it. */
interface Seen {
  readonly ids: readonly unknown[];
  readonly offsets: readonly string[];
  readonly attempt: number;
  readonly partition: number;
}

const ids = (from: number, to: number): Order[] => Array.from({ length: to - from }, (_, i) => ({ id: from + i }));

/** What batches do; on every ground. */
export function batchRules(ground: SpecGround): void {
  async function produce(topic: string, values: readonly unknown[], partition = 0): Promise<void> {
    const client = ground.keep(new ClientKafka(ground.options(ground.unique('emitter'), { producerOnlyMode: true })));
    const messages = values.map(value => ({
      value: typeof value === 'string' ? value : JSON.stringify(value),
      partition,
    }));
    await lastValueFrom(client.emitBatch(topic, { messages }), { defaultValue: undefined });
  }

  /** A service whose batch handler notes what it sees, and then does `act`. */
  async function serve(
    topic: string,
    policy: DeliveryPolicy,
    act: (seen: Seen) => void | Promise<void> = () => undefined,
    pipes: ItemsPipe[] = [],
  ): Promise<Seen[]> {
    const all: Seen[] = [];

    @Controller()
    class Orders {
      @EventPattern(topic)
      @Delivery({ batch: { size: 10, flushAfter: 100 }, ...policy })
      async handle(@Payload(...pipes) orders: Order[], @Ctx() context: KafkaBatchContext): Promise<void> {
        const seen = {
          ids: orders.map(order => order?.id ?? order),
          offsets: context.getOffsets(),
          attempt: context.getAttempt(),
          partition: context.getPartition(),
        };
        expect(context.getMessages()).toHaveLength(orders.length);
        all.push(seen);
        await act(seen);
      }
    }
    ground.keep(await startService([Orders as Type], ground.options(ground.unique('orders'))));
    return all;
  }

  async function newTopic(name: string, partitions = 1): Promise<string> {
    const topic = ground.unique(name);
    await ground.createTopic(topic, partitions);
    return topic;
  }

  describe('a batch handler', () => {
    it('gets arrays of one partition, in order, of at most the size, and the rest when it has waited', async () => {
      const topic = await newTopic('batches', 2);
      await produce(topic, ids(0, 25), 0);
      await produce(topic, ids(100, 103), 1);
      const seen = await serve(topic, {});
      await expect.poll(() => seen.flatMap(each => each.ids).length, PATIENCE).toBe(28);
      const first = seen.filter(({ partition }) => partition === 0);
      expect(first.map(each => each.ids.length)).toEqual([10, 10, 5]);
      expect(first.flatMap(each => each.ids)).toEqual(ids(0, 25).map(({ id }) => id));
      expect(first[0]?.offsets).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      expect(seen.find(({ partition }) => partition === 1)?.ids).toEqual([100, 101, 102]);
    });

    it('counts what stands before a BatchItemFailure as done, and gets the item again, then those after it', async () => {
      const topic = await newTopic('item');
      await produce(topic, ids(0, 6));
      const seen = await serve(topic, {}, ({ ids: batch, attempt }) => {
        if (batch.includes(3) && attempt < 3) {
          throw new BatchItemFailure(batch.indexOf(3), new Error('no'));
        }
      });
      await expect.poll(() => seen.flatMap(each => each.ids).at(-1), PATIENCE).toBe(5);
      await expect
        .poll(() => seen.map(({ ids: batch, attempt }) => [attempt, batch]), PATIENCE)
        .toEqual([
          [1, [0, 1, 2, 3, 4, 5]],
          [2, [3]],
          [3, [3]],
          [1, [4, 5]],
        ]);
    });

    it('gets the whole batch again after any other exception', async () => {
      const topic = await newTopic('whole');
      await produce(topic, ids(0, 4));
      const seen = await serve(topic, {}, ({ attempt }) => {
        if (attempt === 1) {
          throw new Error('the database is away');
        }
      });
      await expect
        .poll(() => seen.map(({ ids: batch, attempt }) => [attempt, batch]), PATIENCE)
        .toEqual([
          [1, [0, 1, 2, 3]],
          [2, [0, 1, 2, 3]],
        ]);
    });

    it('loses nothing over a restart: what failed and what stood behind it is delivered again', async () => {
      const topic = await newTopic('restart');
      await produce(topic, ids(0, 5));
      const groupId = ground.unique('restarted');
      const handled: number[] = [];
      let isBroken = true;

      @Controller()
      class Orders {
        @EventPattern(topic)
        @Delivery({ batch: true })
        handle(@Payload() orders: Order[]): void {
          for (const [index, { id }] of orders.entries()) {
            if (isBroken && id === 2) {
              throw new BatchItemFailure(index, new Error('broken'));
            }
            handled.push(id);
          }
        }
      }
      const first = await startService([Orders as Type], ground.options(groupId));
      await expect.poll(() => handled, PATIENCE).toEqual([0, 1]);
      isBroken = false;
      await first.close();
      ground.keep(await startService([Orders as Type], ground.options(groupId)));
      await expect.poll(() => handled, PATIENCE).toEqual([0, 1, 2, 3, 4]);
    });

    it('sends the item to the dead letter topic when its attempts are used up, and goes on behind it', async () => {
      const topic = await newTopic('dead');
      const dlt = await newTopic('dead.dlt');
      await produce(topic, ids(0, 5));
      const dead: unknown[] = [];

      @Controller()
      class Dead {
        @EventPattern(dlt)
        handle(@Payload() order: Order): void {
          dead.push(order.id);
        }
      }
      const seen = await serve(topic, { retry: { ...QUICK, attempts: 2 }, deadLetter: dlt }, ({ ids: batch }) => {
        if (batch.includes(1)) {
          throw new BatchItemFailure(batch.indexOf(1), new Error('never'));
        }
      });
      ground.keep(await startService([Dead as Type], ground.options(ground.unique('dead'))));
      await expect.poll(() => dead, PATIENCE).toEqual([1]);
      await expect.poll(() => seen.map(each => each.ids), PATIENCE).toEqual([[0, 1, 2, 3, 4], [1], [2, 3, 4]]);
    });

    it('gives a batch up that fails as a whole: each of its messages has a dead letter, and the next batch is handled', async () => {
      const topic = await newTopic('all-dead');
      const dlt = await newTopic('all-dead.dlt');
      await produce(topic, ids(0, 12));
      const dead: unknown[] = [];

      @Controller()
      class Dead {
        @EventPattern(dlt)
        handle(@Payload() order: Order): void {
          dead.push(order.id);
        }
      }
      const seen = await serve(topic, { retry: { ...QUICK, attempts: 2 }, deadLetter: dlt }, ({ ids: batch }) => {
        if (batch.includes(4)) {
          throw new Error('never');
        }
      });
      ground.keep(await startService([Dead as Type], ground.options(ground.unique('dead'))));
      await expect.poll(() => dead, PATIENCE).toEqual(ids(0, 10).map(({ id }) => id));
      await expect.poll(() => seen.map(each => each.ids.length), PATIENCE).toEqual([10, 10, 2]);
    });

    it('has each item validated by an ItemsPipe, and only the one that is not valid fails', async () => {
      const topic = await newTopic('valid');
      await produce(topic, [{ id: 0 }, { id: 1 }, { id: 'two' }, { id: 3 }]);
      const seen = await serve(topic, { retry: { ...QUICK, attempts: 1 }, deadLetter: false }, undefined, [
        new ItemsPipe(Order, new ValidationPipe({ transform: true })),
      ]);
      await expect.poll(() => seen.map(each => each.ids), PATIENCE).toEqual([[0, 1], [3]]);
    });

    it('does not fail with an item that cannot be deserialized', async () => {
      const topic = await newTopic('unreadable');
      await produce(topic, [{ id: 0 }, { poison: true }, { id: 2 }]);
      const seen: unknown[] = [];

      @Controller()
      class Orders {
        @EventPattern(topic)
        @Delivery({ batch: true, retry: { ...QUICK, attempts: 2 }, deadLetter: false })
        handle(@Payload() orders: Order[]): void {
          seen.push(orders.map(({ id }) => id));
        }
      }
      const deserializer = {
        deserialize(message: { value: Record<string, unknown> }, options: { channel: string }) {
          if ('poison' in message.value) {
            throw new Error('unreadable');
          }
          return { pattern: options.channel, data: message.value };
        },
      };
      const options = ground.options(ground.unique('reader'), { deserializer: deserializer as never });
      ground.keep(await startService([Orders as Type], options));
      await expect.poll(() => seen, PATIENCE).toEqual([[0], [2]]);
    });

    it('with manual acknowledgement has those done that it says so of; one that it refuses comes again, then the others', async () => {
      const topic = await newTopic('manual');
      await produce(topic, ids(0, 5));
      const groupId = ground.unique('manual');
      const batches: number[][] = [];

      @Controller()
      class Orders {
        @EventPattern(topic)
        @Delivery({ batch: { size: 5, flushAfter: 100 }, ack: 'manual' })
        handle(@Payload() orders: Order[], @Ctx() context: ManualAckBatchContext): void {
          batches.push(orders.map(({ id }) => id));
          if (batches.length > 1) {
            context.ackAll();
            return;
          }
          context.ack(0);
          context.ack(3);
          // Later than the handler, too.
          setTimeout(() => {
            context.nack(1, { delay: 10 });
            context.nack(2);
            context.ack(4);
          }, 20);
        }
      }
      const service = await startService([Orders as Type], ground.options(groupId));
      await expect.poll(() => batches, PATIENCE).toEqual([[0, 1, 2, 3, 4], [1], [2]]);
      await service.close();
      await produce(topic, ids(5, 6));
      ground.keep(await startService([Orders as Type], ground.options(groupId)));
      await expect.poll(() => batches.at(-1), PATIENCE).toEqual([5]);
    });

    it('on receipt is not delivered again: what failed is lost, and the next batch is handled', async () => {
      const topic = await newTopic('receipt');
      await produce(topic, ids(0, 25));
      const seen = await serve(topic, { ack: 'receipt' }, ({ ids: batch }) => {
        if (batch.includes(0)) {
          throw new Error('lost');
        }
        if (batch.includes(12)) {
          throw new BatchItemFailure(batch.indexOf(12), new Error('lost'));
        }
      });
      await expect.poll(() => seen.flatMap(each => each.ids).at(-1), PATIENCE).toBe(24);
      expect(seen.map(({ attempt }) => attempt).every(attempt => attempt === 1)).toBe(true);
      expect(seen.flatMap(each => each.ids).filter(id => id === 0 || id === 12)).toEqual([0, 12]);
    });

    it('is drained by a close: the batch in flight ends and is committed, what was gathered comes again', async () => {
      const topic = await newTopic('closing');
      await produce(topic, ids(0, 15));
      const groupId = ground.unique('closing');
      const batches: number[][] = [];
      const { promise: released, resolve: release } = Promise.withResolvers<void>();

      @Controller()
      class Orders {
        @EventPattern(topic)
        @Delivery({ batch: { size: 10, flushAfter: 60_000 } })
        async handle(@Payload() orders: Order[]): Promise<void> {
          batches.push(orders.map(({ id }) => id));
          await released;
        }
      }
      const service = await startService([Orders as Type], ground.options(groupId));
      await expect.poll(() => batches.length, PATIENCE).toBe(1);
      const closing = service.close();
      release();
      await closing;
      expect(batches).toHaveLength(1);
      ground.keep(await startService([Orders as Type], ground.options(groupId)));
      await produce(topic, ids(15, 20));
      await expect.poll(() => batches.length, PATIENCE).toBe(2);
      expect(batches[1]).toEqual(ids(10, 20).map(({ id }) => id));
    });
  });
}
