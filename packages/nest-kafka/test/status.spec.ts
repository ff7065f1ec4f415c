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

it(
  'is disconnected in an outage that outlasts its session, and connected again after it',
  { timeout: 60_000 },
  async () => {
    const topic = 'outage';
    let kafka = await EmbeddedKafka.start({ topics: [topic, `${topic}.reply`] });
    const port = Number(kafka.brokers[0]?.split(':').at(-1));
    const options: KafkaTransportOptions = {
      client: { brokers: kafka.brokers, retry: { initialRetryTime: 50, maxRetryTime: 200 } },
      consumer: { groupId: 'outage', heartbeatInterval: 100, sessionTimeout: 600, rebalanceTimeout: 600 },
      reply: { routing: 'group' },
    };

    @Controller()
    class OutageController {
      @EventPattern(topic)
      handle(): void {
        expect.unreachable('nothing is emitted');
      }
    }
    class OutageModule {}
    const { strategy } = kafkaServer(options);
    const app = await NestFactory.createMicroservice(
      { module: OutageModule, controllers: [OutageController] },
      { strategy, logger: false },
    );
    const member = new ClientKafka(options);
    member.subscribeToResponseOf(topic);
    const states = { server: [] as string[], client: [] as string[] };
    strategy.status.subscribe(status => states.server.push(status));
    member.status.subscribe(status => states.client.push(status));
    await app.listen();
    await member.connect();

    await kafka.stop();
    await expect.poll(() => states.server, PATIENCE).toContain('disconnected');
    await expect.poll(() => states.client, PATIENCE).toContain('disconnected');
    kafka = await EmbeddedKafka.start({ topics: [topic, `${topic}.reply`], port });
    const through = ['connected', 'disconnected', 'rebalancing', 'connected'];
    await expect.poll(() => states, PATIENCE).toEqual({ server: through, client: through });
    await member.close();
    await app.close();
    await kafka.stop();
    expect(states.server).toEqual([...through, 'stopped', 'disconnected']);
  },
);
