'use strict';
// A signal arrives while a handler runs: which of the two is told of its end first?
require('nest-kafka/register');
require('reflect-metadata');
const { Controller, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ClientProxyFactory, EventPattern, Transport } = require('@nestjs/microservices');
const { firstValueFrom } = require('rxjs');

const client = { brokers: [process.env.BROKER] };

class SlowController {
  async slow() {
    process.kill(process.pid, 'SIGTERM');
    await new Promise(resolve => setTimeout(resolve, 300));
    console.log('handler ended');
  }

  onModuleDestroy() {
    console.log('module destroyed');
  }
}
const { prototype } = SlowController;
EventPattern('hero.slow')(prototype, 'slow', Object.getOwnPropertyDescriptor(prototype, 'slow'));
Controller()(SlowController);

class AppModule {}
Module({ controllers: [SlowController] })(AppModule);

async function main() {
  const app = await NestFactory.createMicroservice(AppModule, {
    transport: Transport.KAFKA,
    options: { client, consumer: { groupId: 'slow' }, subscribe: { fromBeginning: true } },
    logger: false,
  });
  app.enableShutdownHooks();
  await app.listen();
  const emitter = ClientProxyFactory.create({
    transport: Transport.KAFKA,
    options: { client, producerOnlyMode: true },
  });
  await firstValueFrom(emitter.emit('hero.slow', 'event'));
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
