import { type DynamicModule, type INestApplicationContext, Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka as KafkaJS } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClientKafka, KafkaRecordBuilder, ServerKafka } from '../../src/index.js';

const PATIENCE = { timeout: 15_000 };
const ITEMS = [
  { id: 1, name: 'Mythical Sword' },
  { id: 2, name: 'Key to Dungeon' },
];
const REQUESTS = [
  'hero.kill.dragon',
  'hero.kill.dragon.keyed',
  'hero.kill.dragon.headed',
  'hero.topic',
  'hero.original',
  'hero.heartbeat',
  'hero.bound',
  'hero.bound.original',
  'hero.retriable',
  'hero.get',
];
const EVENTS = ['your-topic', 'test', 'test2', 'user.created'];
const SERVER_GROUPS = ['nestjs-group-server', 'hero-consumer-server'];

interface Closable {
  close(): Promise<unknown>;
}

/** A listening application, or what becomes one. */
interface Microservice extends Closable {
  listen(): Promise<unknown>;
}

type Bootstrap = (module: unknown) => Promise<Microservice>;

interface Sample {
  readonly bootstrap: Bootstrap;
  readonly [name: string]: unknown;
}

const loadSample = async (way: string, name: string): Promise<Sample> =>
  (await import(/* @vite-ignore */ new URL(`./${way}/${name}.mts`, import.meta.url).pathname)) as Sample;

/**
 * Runs the samples of the NestJS Kafka page, one after the other, as an application would: those in `register/`, or
 * those in `import/`. The broker is this repository's, so that even the page's topics are called what they are there.
 */
export function tellPage(way: 'register' | 'import'): void {
  const load = (name: string): Promise<Sample> => loadSample(way, name);

  describe(`the NestJS Kafka page, through ${way === 'register' ? 'nest-kafka/register' : 'the import path'}`, () => {
    let kafka: EmbeddedKafka;
    let driver: KafkaJS;
    let caller: ClientKafka;
    const open: Closable[] = [];

    beforeAll(async () => {
      Logger.overrideLogger(false);
      kafka = await EmbeddedKafka.start({
        topics: [...REQUESTS, ...REQUESTS.map(topic => `${topic}.reply`), ...EVENTS],
      });
      process.env['PAGE_BROKER'] = kafka.brokers[0];
      driver = new KafkaJS({ brokers: kafka.brokers, logLevel: 0 });
      await positionGroups();
      caller = new ClientKafka({ client: { brokers: kafka.brokers, clientId: 'caller' } });
      await caller.connect();
    });

    afterEach(async () => {
      for (const closable of open.splice(0).toReversed()) {
        await closable.close();
      }
    });

    afterAll(async () => {
      await caller?.close();
      await kafka?.stop();
    });

    /** Has the servers' groups begin at the beginning: the page's options leave it to chance what a first start sees. */
    async function positionGroups(): Promise<void> {
      const topics = [...REQUESTS, ...EVENTS];
      for (const groupId of SERVER_GROUPS) {
        const consumer = driver.consumer({ groupId, maxWaitTimeInMs: 50 });
        await consumer.connect();
        await consumer.subscribe({ topics });
        const joined = new Promise(resolve => {
          consumer.on(consumer.events.GROUP_JOIN, resolve);
        });
        await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
        await joined;
        await consumer.commitOffsets(topics.map(topic => ({ topic, partition: 0, offset: '0' })));
        await consumer.disconnect();
      }
    }

    async function serve(bootstrap: Bootstrap, ...controllers: unknown[]): Promise<Microservice> {
      class AppModule {}
      const app = await bootstrap({ module: AppModule, controllers });
      open.push(app);
      await app.listen();
      return app;
    }

    async function serveWithOverview(...controllers: unknown[]): Promise<Microservice> {
      return serve((await load('overview')).bootstrap, ...controllers);
    }

    const ask = (topic: string, data: unknown = { heroId: 'hero-1', dragonId: '7' }): Promise<unknown> =>
      firstValueFrom(caller.send(topic, data));

    const emit = (topic: string, data: unknown): Promise<unknown> => firstValueFrom(caller.emit(topic, data));

    async function context(module: Type | DynamicModule): Promise<INestApplicationContext> {
      const app = await NestFactory.createApplicationContext(module, { logger: false });
      open.push(app);
      return app;
    }

    const lastReply = async (topic: string) => (await kafka.records(`${topic}.reply`)).at(-1);

    it('Overview: an application with these options serves', async () => {
      const { HeroesController } = await load('outgoing');
      await serveWithOverview(HeroesController);
      expect(await ask('hero.kill.dragon')).toEqual(ITEMS);
    });

    it('Client: ClientsModule.register() gives a ClientKafkaProxy to whoever injects it', async () => {
      const [{ HeroesController }, { HeroesModule, HeroesService }] = [
        await load('outgoing'),
        await load('clients-module'),
      ];
      await serveWithOverview(HeroesController);
      const { client } = (await context(HeroesModule as Type)).get<{ client: ClientKafka }>(HeroesService as Type);
      expect(client).toBeInstanceOf(ClientKafka);
      expect(await firstValueFrom(client.send('hero.kill.dragon', { dragonId: '7' }))).toEqual(ITEMS);
    });

    it('Client, Naming conventions, Status, Underlying: @Client() makes a client that is named, watched and opened up', async () => {
      const { HeroesGateway } = await load('client-decorator');
      class GatewayModule {}
      // Nest fills in what @Client() decorates where an application has microservices.
      const app = await NestFactory.create({ module: GatewayModule, providers: [HeroesGateway as Type] });
      open.push(app);
      app.connectMicroservice({ strategy: new ServerKafka({ client: { brokers: kafka.brokers } }) });
      await app.init();
      const gateway = app.get<{
        client: ClientKafka;
        watch(print: (status: string) => void): void;
        underlying(): { producer: unknown; consumer: { connect(): Promise<void> } };
      }>(HeroesGateway as Type);
      const seen: string[] = [];
      gateway.watch(status => seen.push(status));
      await gateway.client.connect();
      expect(seen).toEqual(['connected']);
      expect(Object.keys(gateway.client.getConsumerAssignments())).toEqual(['hero.get.reply']);
      const { producer, consumer } = gateway.underlying();
      expect(producer).toHaveProperty('send');
      expect(consumer).toHaveProperty('commitOffsets');
      expect(gateway.client).toMatchObject({ clientId: 'hero-client', groupId: 'hero-consumer-client' });
    });

    it('Message response subscription: onModuleInit() as the page writes it, both ways', async () => {
      const { HeroesController } = await load('outgoing');
      await serveWithOverview(HeroesController);
      const subscription = await load('response-subscription');
      for (const name of ['HeroesController', 'AsyncHeroesController']) {
        class SubscribingModule {}
        const client = new ClientKafka({ client: { brokers: kafka.brokers } });
        const app = await context({
          module: SubscribingModule,
          controllers: [subscription[name] as Type],
          providers: [{ provide: 'HERO_SERVICE', useValue: client }],
        });
        const controller = app.get<{ client: ClientKafka }>(subscription[name] as Type);
        expect(await firstValueFrom(controller.client.send('hero.kill.dragon', { dragonId: '7' }))).toEqual(ITEMS);
        expect(controller.client.getConsumerAssignments()).toEqual({ 'hero.kill.dragon.reply': 0 });
        await client.close();
      }
    });

    it('Outgoing: an answer with key and headers is written so, and the caller gets its value', async () => {
      const { KeyedHeroesController, HeadedHeroesController } = await load('outgoing');
      await serveWithOverview(KeyedHeroesController, HeadedHeroesController);
      expect(await ask('hero.kill.dragon.keyed')).toEqual(ITEMS);
      expect(String((await lastReply('hero.kill.dragon.keyed'))?.key)).toBe('hero-1');
      expect(await ask('hero.kill.dragon.headed')).toEqual(ITEMS);
      const reply = await lastReply('hero.kill.dragon.headed');
      const realm = reply?.headers.find(({ key }) => key === 'kafka_nestRealm');
      expect(String(realm?.value)).toBe('Nest');
    });

    it('Context: topic, original message, partition and heartbeat, with decorators and with @Bind()', async () => {
      const sample = await load('context');
      const controllers = [
        'TopicController',
        'OriginalController',
        'HeartbeatController',
        'BoundController',
        'BoundOriginalController',
      ];
      await serveWithOverview(...controllers.map(name => sample[name]));
      const request = new KafkaRecordBuilder({ dragonId: '7' }).setKey('k').setHeaders({ realm: 'Nest' }).build();
      await ask('hero.topic');
      await ask('hero.bound');
      expect(sample['lines']).toEqual(['Topic: hero.topic', 'Topic: hero.bound']);
      const original = await ask('hero.original', request);
      expect(original).toMatchObject({ timestamp: expect.stringMatching(/^\d{13}$/) as string });
      expect((original as { headers: string[] }).headers).toContain('realm');
      expect(sample['last']).toMatchObject({
        partition: 0,
        message: {
          topic: 'hero.original',
          partition: 0,
          attributes: 0,
          offset: '0',
          key: 'k',
          value: { dragonId: '7' },
          headers: { realm: 'Nest' },
        },
      });
      expect(await ask('hero.bound.original')).toMatchObject({ partition: 0 });
      await ask('hero.heartbeat');
      expect(sample['work']).toEqual(['part 1', 'part 2']);
    });

    it('Naming conventions: the group and the client of a server get "-server"', async () => {
      const { HeroesController } = await load('outgoing');
      await serve((await load('naming')).bootstrap, HeroesController);
      const admin = driver.admin();
      await admin.connect();
      const members = async (): Promise<string[]> =>
        (await admin.describeGroups(['hero-consumer-server'])).groups[0]?.members.map(({ clientId }) => clientId) ?? [];
      await expect.poll(members, PATIENCE).toEqual(['hero-server']);
      await admin.disconnect();
    });

    it('Retriable exceptions: KafkaRetriableException has the request delivered again', async () => {
      const sample = await load('retriable');
      await serveWithOverview(sample['RetriableController']);
      expect(await ask('hero.retriable')).toEqual({ attempts: 3 });
    });

    it('Connection-level retry, Status: a hybrid application connects with a retry policy, and shows its status', async () => {
      const connect = (await load('connection-retry'))['connect'] as (app: unknown, print: (s: string) => void) => void;
      const { HeroesController } = await load('outgoing');
      class AppModule {}
      const app = await NestFactory.create(
        { module: AppModule, controllers: [HeroesController as Type] },
        { logger: false },
      );
      open.push(app);
      const seen: string[] = [];
      connect(app, status => seen.push(status));
      await app.startAllMicroservices();
      expect(await ask('hero.kill.dragon')).toEqual(ITEMS);
      expect(seen[0]).toBe('connected');
      const [server] = app.getMicroservices().map(service => service.unwrap<[unknown]>());
      expect(server).toHaveLength(3);
      await app.close();
      expect(seen.at(-1)).toBe('disconnected');
    });

    it.each([
      ['retry-filter', 'as an application writes it'],
      ['ready-filter', 'as this package has it'],
    ])('Message-level retry with Circuit Breaker: the filter on class and method (%s)', async name => {
      const sample = await load(name);
      const deliveries = sample['deliveries'] as string[];
      await serveWithOverview(sample['MyClassHandler'], sample['MyEventHandler']);
      const delivered = () => Object.groupBy(deliveries, topic => topic);
      for (const topic of ['your-topic', 'test', 'test2']) {
        await emit(topic, { first: true });
        await emit(topic, { second: true });
      }
      // The last of the allowed failures skips the first event; the circuit is open then, and skips the second at once.
      await expect.poll(() => deliveries.length, PATIENCE).toBe(5 + 1 + 2 + 1 + 4 + 1);
      const counts = Object.entries(delivered()).map(([topic, all]) => [topic, all?.length]);
      expect(Object.fromEntries(counts)).toEqual({ 'your-topic': 6, test: 3, test2: 5 });
    });

    it('Commit offsets: with autoCommit off a handler commits through its context', async () => {
      const sample = await load('commit');
      const created = sample['created'] as unknown[];
      const first = await serve(sample.bootstrap, sample['UsersController']);
      await emit('user.created', { id: '1' });
      await emit('user.created', { id: '2' });
      await expect.poll(() => created, PATIENCE).toEqual([{ id: '1' }, { id: '2' }]);
      await first.close();
      created.length = 0;
      // The sample commits the offset of the message, not the one after it: the last one comes again.
      await serve(sample.bootstrap, sample['BoundUsersController']);
      await expect.poll(() => created, PATIENCE).toEqual([{ id: '2' }]);
    });
  });
}
