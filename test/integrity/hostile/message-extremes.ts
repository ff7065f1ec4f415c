import { Controller, type INestMicroservice } from '@nestjs/common';
import { EmbeddedKafka } from 'embedded-kafka';
import { Kafka, type Admin, type Producer } from 'kafkajs-platformatic';
import {
  ClientKafka,
  Ctx,
  EventPattern,
  type KafkaContext,
  kafkaServer,
  type KafkaTransportOptions,
  MessagePattern,
  Payload,
} from 'nest-kafka';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MEGABYTE = 1024 * 1024;
/** More than a topic takes by default (1,048,588 bytes), and more than a connection's buffers. */
const TOO_LARGE = 10 * MEGABYTE;
/** Nearly all that a topic takes by default. */
const LARGE = MEGABYTE - 8 * 1024;
const DEEP = 100_000;

interface Received {
  key: unknown;
  value: unknown;
  headers: Record<string, unknown>;
}

/** What messages can be like at their worst, end to end; the same on every ground. */
export function messageExtremes(external?: string[]): void {
  const run = `hostile.${process.pid}.${Date.now().toString(36)}`;
  const [events, requests] = [`${run}.events`, `${run}.requests`];
  const received: Received[] = [];
  let embedded: EmbeddedKafka | undefined;
  let service: INestMicroservice;
  let client: ClientKafka;
  let producer: Producer;
  let admin: Admin;

  @Controller()
  class ExtremesController {
    @EventPattern(events)
    event(@Payload() value: unknown, @Ctx() context: KafkaContext): void {
      const { key, headers } = context.getMessage();
      received.push({ key, value, headers: headers as Record<string, unknown> });
    }

    @MessagePattern(requests)
    request(@Payload() value: unknown): unknown {
      return value === 'reply with 10 MB' ? 'x'.repeat(TOO_LARGE) : value;
    }
  }

  beforeAll(async () => {
    embedded = external === undefined ? await EmbeddedKafka.start() : undefined;
    const brokers = external ?? embedded?.brokers ?? [];
    const kafka = new Kafka({ brokers, logLevel: 0 });
    producer = kafka.producer();
    admin = kafka.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    const topics = [events, requests, `${requests}.reply`].map(topic => ({ topic, numPartitions: 1 }));
    await admin.createTopics({ topics, waitForLeaders: true });
    const options: KafkaTransportOptions = {
      client: { brokers },
      consumer: { groupId: run },
      subscribe: { fromBeginning: true },
      requestTimeout: 15_000,
    };
    class ExtremesModule {}
    service = await NestFactory.createMicroservice(
      { module: ExtremesModule, controllers: [ExtremesController] },
      { ...kafkaServer(options), logger: false },
    );
    await service.listen();
    client = new ClientKafka(options);
    await client.connect();
  });

  afterAll(async () => {
    await client?.close();
    await service?.close();
    await admin?.deleteTopics({ topics: [events, requests, `${requests}.reply`] });
    await Promise.all([producer?.disconnect(), admin?.disconnect()]);
    await embedded?.stop();
  });

  /** What the handler got for one raw message. */
  async function through(message: Parameters<Producer['send']>[0]['messages'][number]): Promise<Received> {
    const before = received.length;
    await producer.send({ topic: events, messages: [message] });
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(before + 1);
    return received[before] as Received;
  }

  const ask = (value: unknown): Promise<unknown> => firstValueFrom(client.send(requests, value));

  describe('A message over the limit', () => {
    it('is refused to its sender with the topic and the setting, event and request alike, and nothing hangs', async () => {
      const refusal = new RegExp(`${run}.*max\\.message\\.bytes`);
      const value = 'x'.repeat(TOO_LARGE);
      await expect(producer.send({ topic: events, messages: [{ value }] })).rejects.toThrow(refusal);
      await expect(firstValueFrom(client.emit(events, value))).rejects.toThrow(refusal);
      await expect(ask(value)).rejects.toThrow(refusal);
      expect((await through({ value: 'after' })).value).toBe('after');
    });

    it('as a reply is replaced by an error that says so, and the requests behind it are answered', async () => {
      const answers = await Promise.allSettled([ask('reply with 10 MB'), ask('small')]);
      expect(answers[0]).toMatchObject({ status: 'rejected' });
      expect(String((answers[0] as PromiseRejectedResult).reason?.message ?? JSON.stringify(answers[0]))).toMatch(
        /max\.message\.bytes/,
      );
      expect(answers[1]).toEqual({ status: 'fulfilled', value: 'small' });
    });
  });

  describe('Keys and headers', () => {
    it.each<[string, string | Buffer | null, unknown]>([
      ['null', null, null],
      ['empty', '', ''],
      ['of text', 'clé', 'clé'],
      ['of a megabyte', 'k'.repeat(LARGE), 'k'.repeat(LARGE)],
    ])('a key %s arrives as it was', async (_name, key, arrives) => {
      expect((await through({ key, value: 'v' })).key).toEqual(arrives);
    });

    it('of bytes that are no text arrive without an error', async () => {
      const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]);
      const { key, headers } = await through({ key: bytes, value: 'v', headers: { binary: bytes } });
      expect(String(key)).toBe(bytes.toString());
      expect(String(headers['binary'])).toBe(bytes.toString());
    });

    it('that are empty, null, repeated, a megabyte, or have names of the language arrive, and pollute nothing', async () => {
      const names = JSON.parse('{"__proto__":"p","constructor":"c","hasOwnProperty":"h","toString":"t"}') as object;
      const { headers } = await through({
        value: 'v',
        headers: {
          ...names,
          ['__proto__']: 'p',
          '': 'nameless',
          empty: '',
          twice: ['a', 'b'],
          large: 'h'.repeat(LARGE),
        },
      });
      expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
      expect(Object.entries(headers).filter(([name]) => name !== 'large')).toEqual(
        expect.arrayContaining([
          ['__proto__', 'p'],
          ['constructor', 'c'],
          ['hasOwnProperty', 'h'],
          ['toString', 't'],
          ['', 'nameless'],
          ['empty', ''],
          // As Nest's own parser makes text of a repeated header.
          ['twice', 'a,b'],
        ]),
      );
      expect(headers['large']).toHaveLength(LARGE);
    });
  });

  describe('Values', () => {
    it.each<[string, string | Buffer | null, unknown]>([
      ['null (a tombstone)', null, null],
      ['that are empty', '', ''],
      ['that only look like JSON', '{"a":', '{"a":'],
      [
        'with numbers beyond 64 bits',
        '{"n":1e400,"i":123456789012345678901234567890}',
        { n: Infinity, i: 1.2345678901234568e29 },
      ],
      ['with lone surrogates', '{"s":"\\ud800"}', { s: '\ud800' }],
      ['that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), '{\ufffd\ufffd}'],
      ['with repeated fields', '{"a":1,"a":2}', { a: 2 }],
    ])('%s reach the handler', async (_name, value, arrives) => {
      expect((await through({ value })).value).toEqual(arrives);
    });

    it('with __proto__ and constructor pollute nothing, there and back', async () => {
      const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
      const { value } = await through({ value: text });
      expect(JSON.stringify(value)).toBe(text);
      expect(JSON.stringify(await ask(JSON.parse(text)))).toBe(text);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    });

    it('a hundred thousand levels deep are handled or refused, and never end the process', async () => {
      const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
      const { value } = await through({ value: deep });
      expect(Array.isArray(value) || value === deep).toBe(true);
      // As text: what a caller sends is not parsed before it leaves, but its echo is an object of so many levels.
      await expect(ask(deep)).rejects.toMatchObject({
        message: expect.stringMatching(/serializ|stack|deep/i) as string,
      });
      await expect(ask('after')).resolves.toBe('after');
    });

    it('a lone surrogate of the caller comes back as it left in JSON, as U+FFFD in plain text', async () => {
      await expect(ask({ s: '\ud800' })).resolves.toEqual({ s: '\ud800' });
      await expect(ask('\ud800')).resolves.toBe('\ufffd');
    });
  });
}
