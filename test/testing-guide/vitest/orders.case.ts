import 'reflect-metadata';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EmbeddedKafka } from 'embedded-kafka';
import { EventPattern, kafkaServer, Payload } from 'nest-kafka';
import { afterAll, beforeAll, expect, it } from 'vitest';

const paid: unknown[] = [];

@Controller()
class OrdersController {
  @EventPattern('order.paid')
  orderPaid(@Payload() order: unknown): void {
    paid.push(order);
  }
}

let kafka: EmbeddedKafka;
let app: INestMicroservice;

beforeAll(async () => {
  kafka = await EmbeddedKafka.start({ topics: [{ name: 'order.paid', partitions: 3 }] });
  const module = await Test.createTestingModule({ controllers: [OrdersController] }).compile();
  const transport = kafkaServer({
    client: { brokers: kafka.brokers },
    consumer: { groupId: 'billing' },
    subscribe: { fromBeginning: true },
    postfixId: '',
  });
  app = module.createNestMicroservice({ ...transport, logger: false });
  await app.listen();
});

afterAll(async () => {
  await app.close();
  await kafka.stop();
});

it('handles each order', async () => {
  await kafka.produce('order.paid', [
    { key: '42', value: JSON.stringify({ id: 42 }) },
    { key: '43', value: JSON.stringify({ id: 43 }) },
  ]);
  await kafka.untilConsumed('billing', { topics: ['order.paid'] });
  expect(paid).toEqual(expect.arrayContaining([{ id: 42 }, { id: 43 }]));
  expect(kafka.lag('billing').every(({ lag }) => lag === 0)).toBe(true);
});
