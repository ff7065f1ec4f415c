import { Controller, Inject, Injectable, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Client,
  ClientKafka as NestClientKafka,
  ClientProxy,
  ClientProxyFactory,
  ClientsModule,
  KafkaContext as NestKafkaContext,
  Server,
  ServerKafka as NestServerKafka,
  Transport,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientKafka, Ctx, kafkaClient, KafkaContext, kafkaServer, MessagePattern, ServerKafka } from '../src/index.js';
import { registerTransport } from '../src/register-transport.js';
import { type Ground, startGround } from './ground.js';

let ground: Ground;
let topic: string;

beforeAll(async () => {
  ground = await startGround();
  topic = ground.unique('ways-in');
  await ground.createTopic(topic, 1);
  await ground.createTopic(`${topic}.reply`, 3);
});

afterAll(() => ground?.stop());

describe('nest-kafka/register', () => {
  it('leaves Nest as it was until it is imported, even when nest-kafka is', () => {
    expect(ClientProxyFactory.create({ transport: Transport.KAFKA, options: {} })).toBeInstanceOf(NestClientKafka);
  });

  it('makes Transport.KAFKA ours in every way of Nest to create a client', async () => {
    await import('../src/register.js');
    registerTransport();

    @Injectable()
    class Heroes {
      @Client({ transport: Transport.KAFKA, options: {} })
      decorated!: ClientProxy;

      constructor(
        @Inject('SYNC') readonly registered: ClientProxy,
        @Inject('ASYNC') readonly registeredAsync: ClientProxy,
      ) {}
    }
    const module = await Test.createTestingModule({
      imports: [
        ClientsModule.register([{ name: 'SYNC', transport: Transport.KAFKA, options: {} }]),
        ClientsModule.registerAsync([
          { name: 'ASYNC', useFactory: () => ({ transport: Transport.KAFKA, options: {} }) },
        ]),
      ],
      providers: [Heroes],
    }).compile();
    const app = module.createNestMicroservice({ transport: Transport.KAFKA, options: {}, logger: false });
    await app.init();
    const heroes = module.get(Heroes);
    expect(heroes.registered).toBeInstanceOf(ClientKafka);
    expect(heroes.registeredAsync).toBeInstanceOf(ClientKafka);
    expect(heroes.decorated).toBeInstanceOf(ClientKafka);
    expect(ClientProxyFactory.create({ transport: Transport.KAFKA })).toBeInstanceOf(ClientKafka);
    expect((app as unknown as { serverInstance: unknown }).serverInstance).toBeInstanceOf(ServerKafka);
    await module.close();
  });

  it('leaves other transports and custom classes to Nest', () => {
    expect(ClientProxyFactory.create({ transport: Transport.TCP })).not.toBeInstanceOf(ClientKafka);
    expect(ClientProxyFactory.create({ customClass: NestClientKafka as never, options: {} })).toBeInstanceOf(
      NestClientKafka,
    );
  });
});

describe('the classes', () => {
  it("are Nest's ClientProxy and Server by instanceof", () => {
    expect(new ClientKafka({})).toBeInstanceOf(ClientProxy);
    expect(new ServerKafka({})).toBeInstanceOf(Server);
    expect(new ServerKafka({})).not.toBeInstanceOf(NestServerKafka);
  });
});

describe('kafkaServer() and kafkaClient()', () => {
  let app: INestMicroservice;

  afterAll(() => app?.close());

  it("run through Nest's own extension points, and hand a KafkaContext that is Nest's", async () => {
    @Controller()
    class HeroesController {
      @MessagePattern(topic)
      context(@Ctx() context: KafkaContext): unknown {
        return { nests: context instanceof NestKafkaContext, ours: context instanceof KafkaContext };
      }
    }
    class ServiceModule {}
    app = await NestFactory.createMicroservice(
      { module: ServiceModule, controllers: [HeroesController] },
      {
        logger: false,
        ...kafkaServer(ground.options(ground.unique('service'), { subscribe: { fromBeginning: true } })),
      },
    );
    await app.listen();

    const module = await Test.createTestingModule({
      imports: [ClientsModule.register([{ name: 'HEROES', ...kafkaClient(ground.options(ground.unique('gateway'))) }])],
    }).compile();
    const client = module.get<ClientKafka>('HEROES');
    client.subscribeToResponseOf(topic);
    await expect(firstValueFrom(client.send(topic, 'hello'))).resolves.toEqual({ nests: true, ours: true });
    await module.close();
  });
});
