import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EmbeddedKafka } from 'embedded-kafka';
import { Ctx, Delivery, EventPattern, KafkaContext, kafkaServer } from 'nest-kafka';
import { afterEach, expect, it, vi } from 'vitest';

const attempts: number[] = [];

@Controller()
class OrdersController {
  @EventPattern('order.paid')
  @Delivery({ retry: { attempts: 3, delay: 600_000, maxDelay: 600_000, jitter: 0 }, deadLetter: 'order.dead' })
  orderPaid(@Ctx() context: KafkaContext): void {
    attempts.push(context.getAttempt());
    if (context.getAttempt() < 3) throw new Error('the bank does not answer');
  }
}

afterEach(() => vi.useRealTimers());

it('tries again after ten minutes, twice', async () => {
  await using kafka = await EmbeddedKafka.start({ worker: true, topics: ['order.paid'] });
  await kafka.produce('order.paid', [{ value: '{}' }]);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true });
  const module = await Test.createTestingModule({ controllers: [OrdersController] }).compile();
  const transport = kafkaServer({
    client: { brokers: kafka.brokers },
    consumer: { groupId: 'billing' },
    subscribe: { fromBeginning: true },
    postfixId: '',
  });
  const app = module.createNestMicroservice({ ...transport, logger: false });
  await app.listen();

  await vi.waitUntil(() => attempts.length === 1, { timeout: 10_000 });
  await vi.advanceTimersByTimeAsync(600_000);
  await vi.waitUntil(() => attempts.length === 2, { timeout: 10_000 });
  await vi.advanceTimersByTimeAsync(600_000);
  await kafka.untilConsumed('billing', { topics: ['order.paid'] });

  expect(attempts).toEqual([1, 2, 3]);
  await app.close();
});
