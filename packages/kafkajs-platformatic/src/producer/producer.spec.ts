import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyProxy } from '../../test/support/faulty-proxy.js';
import { quickKafka } from '../../test/support/clients.js';
import { CompressionTypes } from '../codec/compression.js';
import type { Message } from '../codec/kafka-message.js';
import type { KafkaJSError } from '../errors/kafkajs-error.js';
import type { Producer, ProducerConfig } from './producer-types.js';

const PRODUCE = 0;

let broker: EmbeddedKafka;
let proxy: FaultyProxy;
const producers: Producer[] = [];

beforeEach(async () => {
  broker = await EmbeddedKafka.start({
    topics: [
      { name: 'orders', partitions: 3 },
      { name: 'single', partitions: 1 },
      { name: 'narrow', partitions: 1, configs: { 'max.message.bytes': 1000 } },
    ],
  });
  proxy = await FaultyProxy.start(broker.brokers[0] as string);
});

afterEach(async () => {
  await Promise.all(producers.splice(0).map(producer => producer.disconnect()));
  await proxy.stop();
  await broker.stop();
});

async function connected(config: ProducerConfig = {}): Promise<Producer> {
  const producer = quickKafka(proxy.brokers).producer(config);
  producers.push(producer);
  await producer.connect();
  return producer;
}

function produceRequests(): number {
  return proxy.requests.filter(({ apiKey }) => apiKey === PRODUCE).length;
}

async function valuesOf(topic: string): Promise<(string | null)[]> {
  return (await broker.records(topic)).map(({ value }) => value?.toString() ?? null);
}

describe('Concurrent sends', () => {
  it('travel in few requests, and each learns where its own message lies', async () => {
    const producer = await connected();
    const results = await Promise.all(
      Array.from({ length: 2000 }, (_, i) =>
        producer.send({ topic: 'orders', messages: [{ key: `k${i}`, value: `v${i}` }] }),
      ),
    );
    expect(produceRequests()).toBeLessThanOrEqual(4);
    const records = await broker.records('orders');
    const valueAt = new Map(records.map(r => [`${r.partition}:${r.offset}`, r.value?.toString()]));
    expect(records).toHaveLength(2000);
    for (const [i, [metadata, ...others]] of results.entries()) {
      expect(others).toHaveLength(0);
      expect(valueAt.get(`${metadata?.partition}:${metadata?.baseOffset}`)).toBe(`v${i}`);
    }
  });

  it('keep their order on a partition, also while they wait for metadata', async () => {
    const producer = await connected();
    const sends: Promise<unknown>[] = [];
    for (let i = 0; i < 300; i++) {
      sends.push(producer.send({ topic: 'single', messages: [{ key: 'k', value: `v${i}` }] }));
      if (i % 7 === 0) {
        await Promise.resolve();
      }
      if (i % 50 === 0) {
        await new Promise(resolve => setImmediate(resolve));
      }
    }
    await Promise.all(sends);
    expect(await valuesOf('single')).toEqual(Array.from({ length: 300 }, (_, i) => `v${i}`));
  });

  it('fail alone: what one partition refuses does not touch the others', async () => {
    const producer = await connected();
    const [good, bad, after] = await Promise.allSettled([
      producer.send({ topic: 'orders', messages: [{ value: 'good' }] }),
      producer.send({ topic: 'narrow', messages: [{ value: 'x'.repeat(5000) }] }),
      producer.send({ topic: 'narrow', messages: [{ value: 'small' }], acks: 1 }),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { type: 'MESSAGE_TOO_LARGE', retriable: false } });
    expect((bad as PromiseRejectedResult).reason.message).toContain('Topic "narrow", partition 0');
    expect(after.status).toBe('fulfilled');
    await producer.send({ topic: 'narrow', messages: [{ value: 'later' }] });
    expect(await valuesOf('narrow')).toEqual(['small', 'later']);
  });

  it('gather for as long as "linger" says', async () => {
    const producer = await connected({ linger: 60 });
    await producer.send({ topic: 'single', messages: [{ value: 'warm' }] });
    const before = produceRequests();
    const sends: Promise<unknown>[] = [];
    for (let i = 0; i < 5; i++) {
      sends.push(producer.send({ topic: 'single', messages: [{ value: `v${i}` }] }));
      await new Promise(resolve => setTimeout(resolve, 3));
    }
    await Promise.all(sends);
    expect(produceRequests() - before).toBe(1);
  });

  it('wait for room when the buffer is full, and all arrive in order', async () => {
    const producer = await connected({ maxBufferedBytes: 2000, batchSize: 600 });
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        producer.send({ topic: 'single', messages: [{ value: `${i}`.padEnd(100, '.') }] }),
      ),
    );
    const values = await valuesOf('single');
    expect(values.map(value => Number.parseInt(value as string, 10))).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(produceRequests()).toBeGreaterThan(10);
  });
});

describe('A broken connection', () => {
  it.each(['drop-response', 'drop-request'] as const)(
    'during produce (%s) neither duplicates nor reorders',
    async fate => {
      const producer = await connected();
      await producer.send({ topic: 'single', messages: [{ value: 'm0' }] });
      let produces = 0;
      proxy.fate = ({ apiKey }) => {
        produces += apiKey === PRODUCE ? 1 : 0;
        return apiKey === PRODUCE && produces % 3 === 1 ? fate : 'pass';
      };
      const sends: Promise<unknown>[] = [];
      for (let i = 1; i < 40; i++) {
        sends.push(producer.send({ topic: 'single', messages: [{ value: `m${i}` }] }));
        if (i % 4 === 0) {
          await new Promise(resolve => setTimeout(resolve, 15));
        }
      }
      await Promise.all(sends);
      expect(produces).toBeGreaterThan(3);
      expect(await valuesOf('single')).toEqual(Array.from({ length: 40 }, (_, i) => `m${i}`));
    },
  );

  it('leaves each partition exact when many share the request', async () => {
    const producer = await connected();
    let produces = 0;
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE && ++produces % 2 === 1 ? 'drop-response' : 'pass');
    await Promise.all(
      Array.from({ length: 90 }, (_, i) =>
        producer.send({ topic: 'orders', messages: [{ partition: i % 3, value: `m${i}` }] }),
      ),
    );
    const records = await broker.records('orders');
    for (const partition of [0, 1, 2]) {
      expect(records.filter(r => r.partition === partition).map(r => r.value?.toString())).toEqual(
        Array.from({ length: 30 }, (_, i) => `m${i * 3 + partition}`),
      );
    }
  });

  it('is survived when the broker cuts all connections again and again', async () => {
    const producer = await connected({ retry: { retries: 30 } });
    const cutter = setInterval(() => broker.dropConnections(), 25);
    try {
      const sends: Promise<unknown>[] = [];
      for (let i = 0; i < 150; i++) {
        sends.push(producer.send({ topic: 'single', messages: [{ value: `m${i}` }] }));
        await new Promise(resolve => setTimeout(resolve, 2));
      }
      await Promise.all(sends);
    } finally {
      clearInterval(cutter);
    }
    expect(await valuesOf('single')).toEqual(Array.from({ length: 150 }, (_, i) => `m${i}`));
  });

  it('that does not come back fails the send in bounded time, naming the address; later ones go on exactly', async () => {
    const producer = await connected({ retry: { retries: 2, initialRetryTime: 10 } });
    await producer.send({ topic: 'single', messages: [{ value: 'before' }] });
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE ? 'drop-response' : 'pass');
    const error = await producer
      .send({ topic: 'single', messages: [{ value: 'lost?' }] })
      .catch((e: KafkaJSError) => e);
    expect(error).toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded', retryCount: 2, retriable: false });
    expect((error as Error).message).toContain(`127.0.0.1:${proxy.port}`);
    proxy.fate = () => 'pass';
    await producer.send({ topic: 'single', messages: [{ value: 'after' }] });
    // Written by the first of the three attempts, and by none of the others.
    expect(await valuesOf('single')).toEqual(['before', 'lost?', 'after']);
  });

  it('to a broker that comes back without memory is made again, and nothing overtakes', async () => {
    const producer = quickKafka(broker.brokers).producer({ retry: { retries: 40 } });
    producers.push(producer);
    await producer.connect();
    for (let i = 0; i < 5; i++) {
      await producer.send({ topic: 'single', messages: [{ value: `lost ${i}` }] });
    }
    const port = Number(broker.brokers[0]?.split(':')[1]);
    await broker.stop();
    const sends = Array.from({ length: 20 }, (_, i) =>
      producer.send({ topic: 'single', messages: [{ value: `kept ${i}` }] }),
    );
    await new Promise(resolve => setTimeout(resolve, 100));
    broker = await EmbeddedKafka.start({ port, topics: [{ name: 'single', partitions: 1 }] });
    await Promise.all(sends);
    await producer.send({ topic: 'single', messages: [{ value: 'last' }] });
    expect(await valuesOf('single')).toEqual([...Array.from({ length: 20 }, (_, i) => `kept ${i}`), 'last']);
  });

  it('without an answer is given up after requestTimeout and repeated without a duplicate', async () => {
    const producer = quickKafka(proxy.brokers, { requestTimeout: 150 }).producer();
    producers.push(producer);
    await producer.connect();
    await producer.send({ topic: 'single', messages: [{ value: 'm0' }] });
    let swallowed = 0;
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE && swallowed++ === 0 ? 'swallow-response' : 'pass');
    await producer.send({ topic: 'single', messages: [{ value: 'm1' }] });
    expect(swallowed).toBe(2);
    expect(await valuesOf('single')).toEqual(['m0', 'm1']);
  });
});

describe('A message', () => {
  it('arrives with key, headers, timestamp and as a tombstone', async () => {
    const producer = await connected();
    const messages: Message[] = [
      { key: 'k', value: 'v', headers: { one: '1', many: ['a', Buffer.from('b')] }, timestamp: '1600000000000' },
      { key: Buffer.from([0xff]), value: null },
    ];
    expect(await producer.send({ topic: 'single', messages })).toEqual([
      {
        topicName: 'single',
        partition: 0,
        errorCode: 0,
        baseOffset: '0',
        offset: '0',
        logAppendTime: '-1',
        logStartOffset: '0',
      },
    ]);
    const [first, second] = await broker.records('single');
    expect(first?.key?.toString()).toBe('k');
    expect(String(first?.timestamp)).toContain('1600000000000');
    expect(JSON.stringify(first?.headers)).toContain('many');
    expect(second?.value).toBeNull();
    expect(second?.key).toEqual(Buffer.from([0xff]));
  });

  it.each([CompressionTypes.GZIP, CompressionTypes.ZSTD])('arrives compressed with codec %d', async compression => {
    const producer = await connected();
    const value = 'compress me '.repeat(500);
    await producer.send({ topic: 'single', messages: [{ value }, { value }], compression });
    expect(await valuesOf('single')).toEqual([value, value]);
  });

  it.each([0, 1, -1])('arrives with acks %d', async acks => {
    const producer = await connected();
    const metadata = await producer.send({ topic: 'single', messages: [{ value: 'v' }], acks });
    expect(metadata).toHaveLength(acks === 0 ? 0 : 1);
    await expect.poll(() => valuesOf('single')).toEqual(['v']);
  });

  it('for a partition that does not exist is refused before anything is sent', async () => {
    const producer = await connected();
    const messages = [{ value: 'a' }, { value: 'b', partition: 99 }];
    await expect(producer.send({ topic: 'orders', messages })).rejects.toThrow(
      'Message 1 for topic "orders" names partition 99; the topic has the partitions 0 to 2',
    );
    expect(await valuesOf('orders')).toEqual([]);
  });

  it('of a wrong kind is refused, with its topic and place', async () => {
    const producer = await connected();
    const messages = [{ value: 'a' }, { value: 42 as unknown as string }];
    await expect(producer.send({ topic: 'orders', messages })).rejects.toThrow(
      'Message 1 for topic "orders" has a value that is a number',
    );
  });

  it('for a topic that nobody may create fails with its name', async () => {
    const producer = await connected({ allowAutoTopicCreation: false, retry: { retries: 2 } });
    await expect(producer.send({ topic: 'nowhere', messages: [{ value: 'a' }] })).rejects.toThrow('Topic "nowhere"');
  });

  it('creates its topic where that is allowed', async () => {
    const producer = await connected();
    await producer.send({ topic: 'brand-new', messages: [{ value: 'first' }] });
    expect(await valuesOf('brand-new')).toEqual(['first']);
  });
});

describe('A batch of topics', () => {
  it('resolves with one entry for each partition', async () => {
    const producer = await connected();
    const metadata = await producer.sendBatch({
      topicMessages: [
        { topic: 'single', messages: [{ value: 'a' }, { value: 'b' }] },
        { topic: 'orders', messages: [{ value: 'c', partition: 0 }] },
        { topic: 'orders', messages: [{ value: 'd', partition: 2 }] },
      ],
    });
    expect(metadata.map(({ topicName, partition, offset }) => [topicName, partition, offset]).sort()).toEqual([
      ['orders', 0, '0'],
      ['orders', 2, '0'],
      ['single', 0, '0'],
    ]);
    expect(await producer.sendBatch({ topicMessages: [] })).toEqual([]);
  });
});

describe('disconnect', () => {
  it('sends what was handed over, then refuses', async () => {
    const producer = await connected({ linger: 15_000 });
    const startedAt = performance.now();
    const sends = Promise.all(
      Array.from({ length: 50 }, (_, i) => producer.send({ topic: 'single', messages: [{ value: `v${i}` }] })),
    );
    await producer.disconnect();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await expect(sends).resolves.toHaveLength(50);
    expect(await valuesOf('single')).toHaveLength(50);
    await expect(producer.send({ topic: 'single', messages: [{ value: 'v' }] })).rejects.toThrow('disconnected');
  });

  it('can be followed by connect, and the numbering starts afresh', async () => {
    const producer = await connected();
    for (const value of ['first', 'second']) {
      await producer.connect();
      await producer.send({ topic: 'single', messages: [{ value }] });
      await producer.disconnect();
    }
    expect(await valuesOf('single')).toEqual(['first', 'second']);
  });

  it('fires the events that were listened to', async () => {
    const producer = quickKafka(proxy.brokers).producer();
    const seen: string[] = [];
    const remove = producer.on(producer.events.CONNECT, ({ type }) => seen.push(type));
    producer.on(producer.events.DISCONNECT, ({ type }) => seen.push(type));
    await producer.connect();
    await producer.disconnect();
    remove();
    await producer.connect();
    await producer.disconnect();
    expect(seen).toEqual(['producer.connect', 'producer.disconnect', 'producer.disconnect']);
    expect(() => producer.on('producer.nonsense' as 'producer.connect', () => {})).toThrow('producer.events.CONNECT');
  });
});
