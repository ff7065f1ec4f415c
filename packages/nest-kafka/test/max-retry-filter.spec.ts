import { Controller, type INestMicroservice, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Kafka as KafkaJS } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  ClientKafka,
  Ctx,
  EventPattern,
  InvalidOptionsError,
  KafkaContext,
  KafkaMaxRetryExceptionFilter,
  type KafkaMaxRetryOptions,
  KafkaRecordBuilder,
  KafkaRetriableException,
  kafkaServer,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
} from '../src/index.js';
import { startService } from './service.js';
import { specGround } from './spec-ground.js';

const PATIENCE = { timeout: 15_000 };

const ground = specGround();

async function emitter(): Promise<ClientKafka> {
  const client = new ClientKafka(ground.options(ground.unique('emitter'), { producerOnlyMode: true }));
  ground.keep(client);
  await client.connect();
  return client;
}

const engines: [string, KafkaTransportOptions][] = [
  ['the default engine', {}],
  [
    'driver kafkajs',
    {
      driver: config => new KafkaJS({ ...config, logLevel: 0 }),
      // A KafkaJS consumer stops only after its fetch in flight.
      consumer: { groupId: '', maxWaitTimeInMs: 50 },
    },
  ],
];

describe.each(engines)('KafkaMaxRetryExceptionFilter on %s', (_name, engine) => {
  async function service(controller: new () => object, group = ground.unique('group')): Promise<INestMicroservice> {
    const app = await startService([controller], ground.options(group, engine));
    ground.keep(app);
    return app;
  }

  /** A service whose handler fails for payloads that begin with "bad", and what it and its skip handler saw. */
  async function failing(
    maxRetries: number,
    options: KafkaMaxRetryOptions = {},
    skipHandler?: (value: unknown) => Promise<void>,
  ) {
    const topic = ground.unique('filtered');
    await ground.createTopic(topic, 2);
    const seen: string[] = [];
    const skipped: string[] = [];
    const filter = new KafkaMaxRetryExceptionFilter(
      maxRetries,
      async ({ value }) => {
        await skipHandler?.(value);
        skipped.push(String(value));
      },
      options,
    );

    @UseFilters(filter)
    @Controller()
    class FailingController {
      @EventPattern(topic)
      handle(@Payload() payload: string): void {
        seen.push(payload);
        if (payload.startsWith('bad')) {
          throw new Error('bad payload');
        }
      }
    }
    const group = ground.unique('filtered-group');
    const app = await service(FailingController, group);
    const client = await emitter();
    const emit = (value: string, partition = 0): Promise<unknown> =>
      firstValueFrom(client.emit(topic, new KafkaRecordBuilder(value).setPartition(partition).build()));
    return { app, controller: FailingController, group, emit, seen, skipped };
  }

  it('skips an event at its last allowed failure, hands it over, and commits it', async () => {
    const { app, controller, group, emit, seen, skipped } = await failing(3);
    await emit('bad');
    await emit('good');
    await expect.poll(() => seen.at(-1), PATIENCE).toBe('good');
    expect(seen).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(skipped).toEqual(['bad']);
    await app.close();
    await service(controller, group);
    await emit('after');
    await expect.poll(() => seen.at(-1), PATIENCE).toBe('after');
    expect(seen.slice(4)).toEqual(['after']);
  });

  it('skips at once while its circuit is open, and retries again after a success', async () => {
    const { emit, seen, skipped } = await failing(2);
    for (const value of ['bad 1', 'bad 2', 'good', 'bad 3', 'end']) {
      await emit(value);
    }
    await expect.poll(() => seen.at(-1), PATIENCE).toBe('end');
    expect(seen).toEqual(['bad 1', 'bad 1', 'bad 2', 'good', 'bad 3', 'bad 3', 'end']);
    expect(skipped).toEqual(['bad 1', 'bad 2', 'bad 3']);
  });

  it('retries again when the reset timeout has passed', async () => {
    const { emit, seen } = await failing(2, { circuitResetTimeout: 0 });
    await emit('bad 1');
    await emit('bad 2');
    await emit('end');
    await expect.poll(() => seen.at(-1), PATIENCE).toBe('end');
    expect(seen).toEqual(['bad 1', 'bad 1', 'bad 2', 'bad 2', 'end']);
  });

  it('keeps the circuits of partitions apart', async () => {
    const { emit, seen, skipped } = await failing(2);
    await emit('bad on 0', 0);
    await expect.poll(() => skipped, PATIENCE).toEqual(['bad on 0']);
    await emit('bad on 1', 1);
    await expect.poll(() => skipped, PATIENCE).toEqual(['bad on 0', 'bad on 1']);
    expect(seen).toEqual(['bad on 0', 'bad on 0', 'bad on 1', 'bad on 1']);
  });

  it('delivers again what its skip handler could not take', async () => {
    let failures = 0;
    const { emit, seen, skipped } = await failing(2, {}, () =>
      ++failures < 2 ? Promise.reject(new Error('the dead letter topic is away')) : Promise.resolve(),
    );
    await emit('bad');
    await expect.poll(() => skipped, PATIENCE).toEqual(['bad']);
    expect(seen).toEqual(['bad', 'bad', 'bad']);
  });

  it('skips all the same what its skip handler could not take, where it is told to', async () => {
    const { emit, seen, skipped } = await failing(2, { onSkipHandlerError: 'skip' }, () =>
      Promise.reject(new Error('the dead letter topic is away')),
    );
    await emit('bad');
    await emit('good');
    await expect.poll(() => seen.at(-1), PATIENCE).toBe('good');
    expect(seen).toEqual(['bad', 'bad', 'good']);
    expect(skipped).toEqual([]);
  });

  it('has a number of its own on each method', async () => {
    const topics = [ground.unique('two'), ground.unique('four')] as const;
    for (const topic of topics) {
      await ground.createTopic(topic, 1);
    }
    const seen: string[] = [];

    @Controller()
    class MyEventHandler {
      @UseFilters(new KafkaMaxRetryExceptionFilter(2))
      @EventPattern<string>(topics[0])
      two(@Payload() payload: string): void {
        seen.push(`two ${payload}`);
        throw new Error('test');
      }

      @UseFilters(new KafkaMaxRetryExceptionFilter(4))
      @EventPattern<string>(topics[1])
      four(@Payload() payload: string): void {
        seen.push(`four ${payload}`);
        throw new Error('test');
      }
    }
    await service(MyEventHandler);
    const client = await emitter();
    for (const topic of topics) {
      await firstValueFrom(client.emit(topic, 'a'));
      await firstValueFrom(client.emit(topic, 'b'));
    }
    await expect
      .poll(() => seen.toSorted(), PATIENCE)
      .toEqual(['four a', 'four a', 'four a', 'four a', 'four b', 'two a', 'two a', 'two b']);
  });

  it('bounds the events of a whole application where it is a global filter', async () => {
    const topic = ground.unique('global');
    await ground.createTopic(topic, 1);
    const seen: string[] = [];

    @Controller()
    class UnfilteredController {
      @EventPattern(topic)
      handle(@Payload() payload: string): void {
        seen.push(payload);
        throw new Error('bad');
      }
    }
    class GlobalModule {}
    const app = await NestFactory.createMicroservice(
      { module: GlobalModule, controllers: [UnfilteredController] },
      {
        logger: false,
        ...kafkaServer(ground.options(ground.unique('global'), { subscribe: { fromBeginning: true }, ...engine })),
      },
    );
    ground.keep(app);
    app.useGlobalFilters(new KafkaMaxRetryExceptionFilter(2));
    await app.listen();
    const client = await emitter();
    await firstValueFrom(client.emit(topic, 'first'));
    await firstValueFrom(client.emit(topic, 'second'));
    await expect.poll(() => seen, PATIENCE).toEqual(['first', 'first', 'second']);
  });

  it('answers a request whose KafkaRetriableExceptions are too many, and other errors as without it', async () => {
    const topic = ground.unique('filtered-request');
    await ground.createTopic(topic, 1);
    await ground.createTopic(`${topic}.reply`, 1);
    const attempts: number[] = [];

    @UseFilters(new KafkaMaxRetryExceptionFilter(3))
    @Controller()
    class RequestsController {
      @MessagePattern(topic)
      handle(@Payload() payload: string, @Ctx() context: KafkaContext): never {
        attempts.push(context.getAttempt());
        throw payload === 'retriable' ? new KafkaRetriableException('later') : new Error('secret');
      }
    }
    await service(RequestsController);
    const client = new ClientKafka(ground.options(ground.unique('caller')));
    ground.keep(client);
    client.subscribeToResponseOf(topic);
    await expect(firstValueFrom(client.send(topic, 'retriable'))).rejects.toEqual({
      status: 'error',
      message: 'later',
    });
    expect(attempts).toEqual([1, 2, 3]);
    await expect(firstValueFrom(client.send(topic, 'other'))).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    });
    expect(attempts).toEqual([1, 2, 3, 1]);
  });
});

const makeWithFaults = (): unknown =>
  new KafkaMaxRetryExceptionFilter(0, 'no function' as never, {
    circuitResetTimeout: -1,
    onSkipHandlerError: 'x' as never,
  });

it('arguments that cannot be meant are refused, all at once', () => {
  expect(makeWithFaults).toThrow(InvalidOptionsError);
  expect(makeWithFaults).toThrow(/maxRetries[^]*skipHandler[^]*circuitResetTimeout[^]*onSkipHandlerError/);
});
