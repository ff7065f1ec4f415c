'use strict';
// An application on Nest 11, CommonJS, as the Nest 11 starter compiles one: everything by require().
require('nest-kafka/register');
require('reflect-metadata');
const { Controller, Module, UseFilters } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const nest = require('@nestjs/microservices');
const ours = require('nest-kafka');
const { firstValueFrom } = require('rxjs');

const { ClientsModule, Ctx, EventPattern, KafkaContext, MessagePattern, Payload, Transport } = nest;
const brokers = [process.env.BROKER];
const handled = [];

class HeroesController {
  killDragon(message, context) {
    return {
      items: [{ id: 1, name: 'Mythical Sword' }],
      dragonId: message.dragonId,
      nests: context instanceof KafkaContext,
      ours: context instanceof ours.KafkaContext,
      attempt: context.getAttempt(),
    };
  }

  moved(payload) {
    handled.push(payload);
    if (payload === 'poison') {
      throw new Error('poison');
    }
  }
}

/** What the compiler makes of decorators. */
function decorate(method, decorators, ...parameters) {
  const { prototype } = HeroesController;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  parameters.forEach((decorator, index) => decorator(prototype, method, index));
  decorators.forEach(decorator => decorator(prototype, method, descriptor));
}

decorate('killDragon', [MessagePattern('hero.kill.dragon')], Payload(), Ctx());
decorate('moved', [EventPattern('hero.moved'), UseFilters(new ours.KafkaMaxRetryExceptionFilter(2))], Payload());
Controller()(HeroesController);

class AppModule {}
Module({
  imports: [ClientsModule.register([{ name: 'HEROES', transport: Transport.KAFKA, options: { client: { brokers } } }])],
  controllers: [HeroesController],
})(AppModule);

async function main() {
  const app = await NestFactory.createMicroservice(AppModule, {
    transport: Transport.KAFKA,
    options: { client: { brokers }, subscribe: { fromBeginning: true } },
    logger: false,
  });
  await app.listen();
  const client = app.get('HEROES');
  const reply = await firstValueFrom(client.send('hero.kill.dragon', { dragonId: 7 }));
  for (const event of ['first', 'poison', 'last']) {
    await firstValueFrom(client.emit('hero.moved', event));
  }
  while (handled.at(-1) !== 'last') {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await app.close();
  console.log(
    JSON.stringify({
      nest: require('@nestjs/core/package.json').version,
      client: client instanceof ours.ClientKafka && client instanceof nest.ClientProxy,
      reply,
      handled,
    }),
  );
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
