import { randomUUID } from 'node:crypto';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { openBroker, type Broker } from '../broker.js';
import { GatewayModule } from '../gateway/gateway.module.js';
import { HeroesGateway } from '../gateway/heroes.gateway.js';
import { Chronicle } from '../service/chronicle.js';
import { HeroesModule } from '../service/heroes.module.js';
import type { Narrator } from './narrator.js';
import { Stopwatch } from './stopwatch.js';

const CONCURRENT_REQUESTS = 1_000;

/** Starts the two applications, plays every scene, and closes what it started, also when a scene fails. */
export async function tellStory(narrator: Narrator): Promise<void> {
  await using stage = new AsyncDisposableStack();
  narrator.heading('Heroes: the NestJS Kafka page on nest-kafka');

  const brokerWatch = Stopwatch.start();
  const broker = await openBroker();
  stage.defer(() => broker.stop());
  narrator.tell('broker', broker.description, `up in ${brokerWatch}`);

  const serviceWatch = Stopwatch.start();
  const service = await startService(broker);
  stage.defer(() => service.close());
  narrator.tell('service', 'group hero-consumer-server listens', `up in ${serviceWatch}`);

  const gatewayWatch = Stopwatch.start();
  const application = await NestFactory.createApplicationContext(GatewayModule.to(broker.brokers), { logger: false });
  stage.defer(() => application.close());
  narrator.tell('gateway', 'ready to send, emit and receive replies', `up in ${gatewayWatch}`);

  const gateway = application.get(HeroesGateway);
  const chronicle = service.get(Chronicle);

  await requestAndReply(narrator, gateway);
  await readContext(narrator, gateway);
  await handleEvent(narrator, gateway, chronicle);
  await redeliverEvent(narrator, gateway, chronicle);
  await answerConcurrently(narrator, gateway);

  const shutdownWatch = Stopwatch.start();
  await stage.disposeAsync();
  narrator.tell('shutdown', 'gateway closed, service drained and left its group', shutdownWatch.toString());
}

async function startService({ brokers }: Broker): Promise<INestMicroservice> {
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(HeroesModule, {
    transport: Transport.KAFKA,
    options: {
      client: { clientId: 'hero', brokers },
      consumer: { groupId: 'hero-consumer' },
    },
    logger: false,
  });
  await service.listen();
  return service;
}

async function requestAndReply(narrator: Narrator, gateway: HeroesGateway): Promise<void> {
  const message = { heroId: 'frodo', dragonId: 7 };
  const first = Stopwatch.start();
  const items = await gateway.killDragon(message);
  const firstTook = first.toString();
  const second = Stopwatch.start();
  await gateway.killDragon(message);
  const isRight = narrator.expect('request → reply', items, [
    { id: 1, name: 'Mythical Sword' },
    { id: 2, name: 'Key to Dungeon' },
  ]);
  if (isRight) {
    const names = items.map(item => item.name).join(', ');
    narrator.tell('request → reply', `hero.kill.dragon → ${names}`, `${firstTook}, then ${second}`);
  }
}

async function readContext(narrator: Narrator, gateway: HeroesGateway): Promise<void> {
  const watch = Stopwatch.start();
  const report = await gateway.describeContext('frodo', 'Middle-earth');
  const took = watch.toString();
  const { topic, key, realm } = report;
  if (
    narrator.expect('context', { topic, key, realm }, { topic: 'hero.context', key: 'frodo', realm: 'Middle-earth' }) &&
    narrator.expect('context', /^\d+$/.test(report.offset) && Number.isInteger(report.partition), true)
  ) {
    const place = `${topic}[${report.partition}]@${report.offset}`;
    narrator.tell('context', `${place}, key ${key}, header realm: ${realm}`, took);
  }
}

async function handleEvent(narrator: Narrator, gateway: HeroesGateway, chronicle: Chronicle): Promise<void> {
  const id = randomUUID();
  const watch = Stopwatch.start();
  await gateway.dragonKilled({ id, dragonId: 7 });
  const acknowledged = watch.toString();
  await chronicle.whenHandled(id);
  const handled = watch.toString();
  if (narrator.expect('event', chronicle.timesHandled(id), 1)) {
    narrator.tell(
      'event',
      'hero.dragon.killed was handled once',
      `acknowledged in ${acknowledged}, handled in ${handled}`,
    );
  }
}

async function redeliverEvent(narrator: Narrator, gateway: HeroesGateway, chronicle: Chronicle): Promise<void> {
  const id = randomUUID();
  const watch = Stopwatch.start();
  await gateway.startQuest({ id, goal: 'find the ring' });
  await chronicle.whenHandled(id);
  const attempts = chronicle.attemptsOf(id);
  if (narrator.expect('redelivery', attempts, 3)) {
    narrator.remark('failing event', `hero.quest threw ${attempts - 1} times and was redelivered in place`);
    narrator.tell('redelivery', `hero.quest was handled at attempt ${attempts}`, watch.toString());
  }
}

async function answerConcurrently(narrator: Narrator, gateway: HeroesGateway): Promise<void> {
  const ids = Array.from({ length: CONCURRENT_REQUESTS }, (_, id) => id);
  const watch = Stopwatch.start();
  const heroes = await Promise.all(ids.map(id => gateway.getHero(id)));
  const took = watch.milliseconds;
  const wrong = heroes.filter(({ heroId, name }, id) => heroId !== id || name !== `Hero ${id}`).length;
  if (narrator.expect('concurrency', wrong, 0)) {
    const rate = Math.round((CONCURRENT_REQUESTS / took) * 1000).toLocaleString('en-US');
    const count = CONCURRENT_REQUESTS.toLocaleString('en-US');
    narrator.tell('concurrency', `${count} requests at once, each its own answer`, `${Math.round(took)} ms, ${rate}/s`);
  }
}
