import { Controller, type Type } from '@nestjs/common';
import { Kafka as KafkaJS } from 'kafkajs';
import { expect, it } from 'vitest';
import { Delivery, EventPattern, type KafkaDriver, type KafkaTransportOptions, Payload } from '../../src/index.js';
import { startService } from '../service.js';
import { specGround } from '../spec-ground.js';
import { transactionRules } from './transaction-rules.js';

const kafkaJS = (config: object): KafkaDriver =>
  new KafkaJS({ ...config, logLevel: 0 } as never) as unknown as KafkaDriver;
const ground = specGround();

transactionRules(ground);

async function startWith(options: (groupId: string) => KafkaTransportOptions): Promise<unknown> {
  const topic = ground.unique('refused');
  await ground.createTopic(topic, 1);

  @Controller()
  class Orders {
    @EventPattern(topic)
    @Delivery({ transaction: true })
    handle(@Payload() _order: unknown): void {}
  }
  return startService([Orders as Type], options(ground.unique('refused')));
}

it('refuses transactions at the start on an engine that commits by itself', async () => {
  const start = startWith(groupId => ({ ...ground.options(groupId), driver: kafkaJS }));
  await expect(start).rejects.toThrow('"transaction" needs a driver that leaves the offsets of a partition');
});

it('refuses transactions at the start for a consumer that reads what is not committed', async () => {
  const start = startWith(groupId => ({
    ...ground.options(groupId),
    consumer: { groupId, readUncommitted: true },
  }));
  await expect(start).rejects.toThrow('"transaction" cannot hold with "consumer.readUncommitted"');
});
