import { Controller, type INestMicroservice } from '@nestjs/common';
import { firstValueFrom, lastValueFrom, of, timer, toArray, concatWith, ignoreElements } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ClientKafka,
  Ctx,
  EventPattern,
  KafkaContext,
  KafkaRecordBuilder,
  MessagePattern,
  Payload,
  RpcException,
} from '../src/index.js';
import { type Ground, startGround } from './ground.js';
import { startService } from './service.js';

let ground: Ground;
let app: INestMicroservice;
let client: ClientKafka;
let topics: Record<'sum' | 'fail' | 'stream' | 'late' | 'context' | 'event' | 'echo', string>;
const events: unknown[] = [];

beforeAll(async () => {
  ground = await startGround();
  topics = {
    sum: ground.unique('sum'),
    fail: ground.unique('fail'),
    stream: ground.unique('stream'),
    late: ground.unique('late'),
    context: ground.unique('context'),
    event: ground.unique('event'),
    echo: ground.unique('echo'),
  };
  for (const topic of Object.values(topics)) {
    await ground.createTopic(topic, 3);
    await ground.createTopic(`${topic}.reply`, 3);
  }

  @Controller()
  class HeroesController {
    @MessagePattern(topics.sum)
    sum(@Payload() numbers: number[]): number {
      return numbers.reduce((a, b) => a + b, 0);
    }

    @MessagePattern(topics.echo)
    echo(@Payload() payload: unknown): unknown {
      return payload;
    }

    @MessagePattern(topics.fail)
    fail(): never {
      throw new RpcException('the dragon is away');
    }

    @MessagePattern(topics.stream)
    stream() {
      return of(1, 2, 3);
    }

    @MessagePattern(topics.late)
    late() {
      return of('only').pipe(concatWith(timer(50).pipe(ignoreElements())));
    }

    @MessagePattern(topics.context)
    context(@Payload() _payload: unknown, @Ctx() context: KafkaContext): unknown {
      const { headers, key, offset, timestamp } = context.getMessage();
      return {
        topic: context.getTopic(),
        partition: context.getPartition(),
        attempt: context.getAttempt(),
        key,
        offset,
        realm: headers?.['realm'],
        timestamp,
      };
    }

    @EventPattern<string>(topics.event)
    event(@Payload() payload: unknown): void {
      events.push(payload);
    }
  }

  app = await startService([HeroesController], ground.options(ground.unique('heroes')));
  client = new ClientKafka(ground.options('heroes-gateway'));
  for (const topic of [topics.sum, topics.fail, topics.stream, topics.late, topics.context, topics.echo]) {
    client.subscribeToResponseOf(topic);
  }
  await client.connect();
});

afterAll(async () => {
  await client?.close();
  await app?.close();
  await ground?.stop();
});

describe('requests and events, end to end', () => {
  it('answers a request with what the handler returns', async () => {
    await expect(firstValueFrom(client.send(topics.sum, [1, 2, 3, 4, 5]))).resolves.toBe('15');
  });

  it('sends an envelope as key and value', async () => {
    await expect(firstValueFrom(client.send(topics.sum, { key: '100', value: [1, 2] }))).resolves.toBe('3');
  });

  it('sends a domain object that has a field "value" whole', async () => {
    const price = Object.freeze({ value: 3, currency: 'EUR' });
    await expect(firstValueFrom(client.send(topics.echo, price))).resolves.toEqual(price);
  });

  it('gives the caller the error of the handler, in the shape of Nest', async () => {
    await expect(firstValueFrom(client.send(topics.fail, {}))).rejects.toEqual({
      status: 'error',
      message: 'the dragon is away',
    });
  });

  it('gives the caller every value of a stream', async () => {
    await expect(lastValueFrom(client.send(topics.stream, {}).pipe(toArray()))).resolves.toEqual(['1', '2', '3']);
  });

  it('ends a stream that completes later than its last value without an extra null', async () => {
    await expect(lastValueFrom(client.send(topics.late, {}).pipe(toArray()))).resolves.toEqual(['only']);
  });

  it('answers a hundred requests at once', async () => {
    const sums = await Promise.all(
      Array.from({ length: 100 }, (_, i) => firstValueFrom(client.send<string>(topics.sum, [i, 1]))),
    );
    expect(sums).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 1)));
  });

  it('shows topic, partition, key, headers, timestamp and attempt in the context', async () => {
    const record = new KafkaRecordBuilder('x')
      .setKey('dragon')
      .setHeaders({ realm: 'Nest' })
      .setPartition(2)
      .setTimestamp(1_700_000_000_000)
      .build();
    await expect(firstValueFrom(client.send(topics.context, record))).resolves.toMatchObject({
      topic: topics.context,
      partition: 2,
      key: 'dragon',
      realm: 'Nest',
      attempt: 1,
      timestamp: '1700000000000',
    });
  });

  it('hands events to their handler, a tombstone as null', async () => {
    await firstValueFrom(client.emit(topics.event, { name: 'Zoe' }));
    await firstValueFrom(client.emit(topics.event, { key: 'Zoe', value: null }));
    await firstValueFrom(client.emitBatch(topics.event, { messages: [1, { a: 2 }] }));
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(4);
    expect(events).toEqual(expect.arrayContaining([{ name: 'Zoe' }, null, '1', { a: 2 }]));
  });
});
