import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Delivery, EventPattern, type KafkaBatchTransactionContext, kafkaServer, Payload } from 'nest-kafka';

/*
 * A process that copies one topic to another exactly once, to be killed. Node runs this file as it is, so decorators are called
 * and not written.
 */
const [brokers = '', input = '', output = '', groupId = '', size = '100', instance = ''] = process.argv.slice(2);

class CopyController {
  async copy(values: readonly unknown[], context: KafkaBatchTransactionContext): Promise<void> {
    await context.emitBatch(output, { messages: values });
  }
}

const { prototype } = CopyController;
const descriptor = Object.getOwnPropertyDescriptor(prototype, 'copy') as PropertyDescriptor;
Payload()(prototype, 'copy', 0);
Ctx()(prototype, 'copy', 1);
Delivery({ transaction: true, batch: { size: Number(size), flushAfter: 50 } })(prototype, 'copy', descriptor);
EventPattern(input)(prototype, 'copy', descriptor);
Controller()(CopyController);

class CopyModule {}
Module({ controllers: [CopyController] })(CopyModule);

const service = await NestFactory.createMicroservice(CopyModule, {
  ...kafkaServer({
    client: { clientId: 'copying', brokers: brokers.split(',') },
    consumer: {
      groupId,
      sessionTimeout: 6_000,
      heartbeatInterval: 500,
      ...(instance === '' ? {} : { groupInstanceId: instance }),
    },
    subscribe: { fromBeginning: true },
  }),
  logger: false,
});
const listening = service.listen();
process.on('message', () => {
  // One that was started just before is asked to end while it still joins its group.
  void listening.then(() => service.close()).then(() => process.disconnect());
});
await listening;
