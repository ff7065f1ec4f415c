import 'reflect-metadata';
import { openSync, writeSync } from 'node:fs';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Delivery, EventPattern, type KafkaContext, kafkaServer, Payload } from 'nest-kafka';
import { parseMessage } from './load-message.ts';

/*
 * A process that handles a topic with retry topics and writes down what it has handled, to be killed. Node runs this file as it is,
 * so decorators are called and not written.
 */
const [brokers = '', topic = '', groupId = '', deadLetter = '', record = '', delay = '200'] = process.argv.slice(2);
// Written before the message counts as done, and by the system when it is killed.
const file = openSync(record, 'a');

// Whoever takes the place of a static member need not wait for its session to end.
const membership = { groupInstanceId: 'retrying' };

class LoadController {
  async handle(value: string, context: KafkaContext): Promise<void> {
    const now = performance.timeOrigin + performance.now();
    const { id, at, failures } = parseMessage(value);
    const attempt = context.getAttempt();
    if (attempt <= failures) {
      throw new Error('away');
    }
    writeSync(file, `${id} ${attempt} ${(now - at).toFixed(3)}\n`);
    await Promise.resolve();
  }
}

const { prototype } = LoadController;
const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle') as PropertyDescriptor;
Payload()(prototype, 'handle', 0);
Ctx()(prototype, 'handle', 1);
Delivery({ retry: { attempts: 3, delay: Number(delay), in: 'topics' }, deadLetter })(prototype, 'handle', descriptor);
EventPattern(topic)(prototype, 'handle', descriptor);
Controller()(LoadController);

class LoadModule {}
Module({ controllers: [LoadController] })(LoadModule);

const service = await NestFactory.createMicroservice(LoadModule, {
  ...kafkaServer({
    client: { clientId: 'retrying', brokers: brokers.split(',') },
    consumer: { groupId, sessionTimeout: 6_000, heartbeatInterval: 500, ...membership },
    subscribe: { fromBeginning: true },
  }),
  logger: false,
});
const listening = service.listen();
process.on('message', () => {
  void listening.then(() => service.close()).then(() => process.disconnect());
});
await listening;
process.send?.('listening');
