import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EmbeddedKafka } from 'embedded-kafka';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { ClientKafka, EventPattern, kafkaServer, type KafkaTransportOptions, Payload } from '../src/index.js';

const PATIENCE = { timeout: 20_000 };

it('tells all five states, in order, through a broker that goes and comes back', { timeout: 60_000 }, async () => {
  const topic = 'watched';
  let kafka = await EmbeddedKafka.start({ topics: [topic] });
  const port = Number(kafka.brokers[0]?.split(':').at(-1));
  const handled: string[] = [];

  @Controller()
  class WatchedController {
    @EventPattern(topic)
    handle(@Payload() payload: string): void {
      if (payload === 'poison') {
        throw new Error('poison');
      }
      handled.push(payload);
    }
  }
  class WatchedModule {}
  const client = { brokers: kafka.brokers, retry: { initialRetryTime: 50, maxRetryTime: 200 } };
  const options: KafkaTransportOptions = {
    client,
    subscribe: { fromBeginning: true },
    consumer: {
      groupId: 'watched',
      heartbeatInterval: 200,
      // The one way to an end: an application that asks for it.
      retry: { retries: 1, restartOnFailure: () => Promise.resolve(false) },
    },
  };
  const { strategy } = kafkaServer(options);
  const app = await NestFactory.createMicroservice(
    { module: WatchedModule, controllers: [WatchedController] },
    { strategy, logger: false },
  );
  const serverStates: string[] = [];
  strategy.status.subscribe(status => serverStates.push(status));
  const producer = new ClientKafka({ client });
  const clientStates: string[] = [];
  producer.status.subscribe(status => clientStates.push(status));

  await app.listen();
  await firstValueFrom(producer.emit(topic, 'before'));
  await expect.poll(() => handled, PATIENCE).toEqual(['before']);
  expect(serverStates).toEqual(['connected']);

  await kafka.stop();
  kafka = await EmbeddedKafka.start({ topics: [topic], port });
  await expect.poll(() => serverStates, PATIENCE).toEqual(['connected', 'rebalancing', 'connected']);
  await firstValueFrom(producer.emit(topic, 'after'));
  await expect.poll(() => handled, PATIENCE).toEqual(['before', 'after']);

  await firstValueFrom(producer.emit(topic, 'poison'));
  const all = ['connected', 'rebalancing', 'connected', 'crashed', 'stopped', 'disconnected'];
  await expect.poll(() => serverStates, PATIENCE).toEqual(all);
  await app.close();
  await producer.close();
  await kafka.stop();
  expect(serverStates).toEqual(all);
  expect(clientStates[0]).toBe('connected');
  expect(clientStates.at(-1)).toBe('disconnected');
});
