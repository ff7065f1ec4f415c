import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { kafkaServer } from 'nest-kafka';

/*
 * A replica of the service under test in a process of its own, to be killed. Node runs this file as it is, so decorators are
 * called and not written. A message counts as handled when the parent has been told of it: only then may it be committed.
 */
const [brokers = '', event = '', request = ''] = process.argv.slice(2);

async function tell(message: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

class IntegrityController {
  async event({ id }: { id: string }): Promise<void> {
    await tell({ handled: id });
  }

  request({ id }: { id: string }): { id: string } {
    return { id };
  }
}

const { prototype } = IntegrityController;
const descriptorOf = (name: 'event' | 'request') =>
  Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
Payload()(prototype, 'event', 0);
Payload()(prototype, 'request', 0);
(EventPattern as (pattern: string) => MethodDecorator)(event)(prototype, 'event', descriptorOf('event'));
MessagePattern(request)(prototype, 'request', descriptorOf('request'));
Controller()(IntegrityController);

class IntegrityModule {}
Module({ controllers: [IntegrityController] })(IntegrityModule);

const service = await NestFactory.createMicroservice(IntegrityModule, {
  ...kafkaServer({
    client: { clientId: 'integrity', brokers: brokers.split(',') },
    consumer: { groupId: 'integrity', sessionTimeout: 6_000, heartbeatInterval: 500 },
    subscribe: { fromBeginning: true },
  }),
  logger: false,
});
await service.listen();
process.on('message', () => {
  void service.close().then(() => process.disconnect());
});
await tell({ listening: true });
