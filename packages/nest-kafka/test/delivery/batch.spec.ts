import { Controller, type Type } from '@nestjs/common';
import { Kafka as KafkaJS } from 'kafkajs';
import { expect, it } from 'vitest';
import { Delivery, EventPattern, type KafkaDriver, Payload } from '../../src/index.js';
import { startService } from '../service.js';
import { specGround } from '../spec-ground.js';
import { batchRules } from './batch-rules.js';

const kafkaJS = (config: object): KafkaDriver =>
  new KafkaJS({ ...config, logLevel: 0 } as never) as unknown as KafkaDriver;
const ground = specGround();

batchRules(ground);

it('refuses a batch handler at the start on an engine that cannot defer messages, and says why', async () => {
  const topic = ground.unique('refused');
  await ground.createTopic(topic, 1);

  @Controller()
  class Orders {
    @EventPattern(topic)
    @Delivery({ batch: true })
    handle(@Payload() _orders: unknown[]): void {}
  }
  const options = { ...ground.options(ground.unique('refused')), driver: kafkaJS };
  await expect(startService([Orders as Type], options)).rejects.toThrow(
    `${topic}: "batch" needs a driver whose payload.defer() lets messages of a partition overlap`,
  );
});
