import { connect, type Socket } from 'node:net';
import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickKafka } from '../test/support/clients.js';
import { FaultyProxy } from '../test/support/faulty-proxy.js';
import { CompressionCodecs, CompressionTypes } from './codec/compression.js';
import { decodeRecordBatches } from './codec/record-batch-decoder.js';
import { encodeRecordBatch, NO_PRODUCER } from './codec/record-batch-encoder.js';
import { prepareRecord } from './codec/prepared-record.js';
import type { InstrumentationEvent } from './instrumentation/instrumentation-emitter.js';
import { ConnectionLost } from './wire/connection-failures.js';

const PRODUCE = 0;

let broker: EmbeddedKafka;
beforeEach(async () => {
  broker = await EmbeddedKafka.start({ topics: [{ name: 'orders', partitions: 4 }] });
});
afterEach(() => broker.stop());

describe('socketFactory', () => {
  it('makes every socket of every client, and all of them are closed again', async () => {
    const made: { host: string; port: number; ssl: unknown; socket: Socket }[] = [];
    const kafka = quickKafka(broker.brokers, {
      socketFactory: ({ host, port, ssl, onConnect }) => {
        const socket = connect({ host, port }, onConnect);
        made.push({ host, port, ssl, socket });
        return socket;
      },
    });
    const producer = kafka.producer();
    const admin = kafka.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    await producer.send({ topic: 'orders', messages: [{ value: 'a' }] });
    expect(await admin.listTopics()).toContain('orders');
    const consumer = kafka.consumer({ groupId: 'group' });
    await consumer.connect();
    await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
    await new Promise<void>(resolve => {
      void consumer.run({ eachMessage: async () => resolve() });
    });
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
    expect(made.length).toBeGreaterThanOrEqual(5);
    for (const { host, port, ssl, socket } of made) {
      expect(`${host}:${port}`).toBe(broker.brokers[0]);
      expect(ssl).toBeUndefined();
      expect(socket.destroyed).toBe(true);
    }
  });

  it('that throws is a connection error that says why', async () => {
    const kafka = quickKafka(broker.brokers, {
      retry: { retries: 0 },
      socketFactory: () => {
        throw new Error('the tunnel is down');
      },
    });
    await expect(kafka.admin().connect()).rejects.toThrow(/Could not connect to .*the tunnel is down/);
  });

  it('whose socket never connects is given up after connectionTimeout', async () => {
    const sockets: Socket[] = [];
    const kafka = quickKafka(broker.brokers, {
      retry: { retries: 0 },
      connectionTimeout: 100,
      socketFactory: ({ host, port }) => {
        const socket = connect({ host, port });
        sockets.push(socket);
        return socket;
      },
    });
    await expect(kafka.admin().connect()).rejects.toThrow(/no connection within 100 ms \(connectionTimeout\)/);
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
  });
});

describe('Network events', () => {
  it('tell of requests as in KafkaJS', async () => {
    const producer = quickKafka(broker.brokers, { clientId: 'me' }).producer();
    const requests: InstrumentationEvent<Record<string, unknown>>[] = [];
    producer.on(producer.events.REQUEST, event => void requests.push(event as (typeof requests)[number]));
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: 'a', partition: 0 }] });
    await producer.disconnect();
    const produce = requests.find(({ payload }) => payload['apiName'] === 'Produce');
    expect(produce).toMatchObject({ type: 'producer.network.request', id: expect.any(String) });
    expect(produce?.payload).toEqual({
      apiKey: PRODUCE,
      apiName: 'Produce',
      apiVersion: expect.any(Number),
      broker: broker.brokers[0],
      clientId: 'me',
      correlationId: expect.any(Number),
      createdAt: expect.any(Number),
      duration: expect.any(Number),
      pendingDuration: expect.any(Number),
      sentAt: expect.any(Number),
      size: expect.any(Number),
    });
  });

  it('are told by consumers and readers, each by its own names', async () => {
    const kafka = quickKafka(broker.brokers, { clientId: 'me' });
    const consumer = kafka.consumer({ groupId: 'network-events' });
    const reader = kafka.reader({ topics: [{ topic: 'orders' }] });
    const told = new Set<string>();
    const tell = ({ type, payload }: InstrumentationEvent<{ apiName: string; size: number }>): void => {
      expect(payload.size).toBeGreaterThan(0);
      told.add(`${type} ${payload.apiName}`);
    };
    consumer.on(consumer.events.REQUEST, tell);
    reader.on(reader.events.REQUEST, tell);
    await consumer.connect();
    await consumer.subscribe({ topics: ['orders'] });
    await consumer.run({ eachMessage: async () => {} });
    await reader.start();
    await Promise.all([consumer.disconnect(), reader.close()]);
    expect([...told]).toEqual(
      expect.arrayContaining([
        'consumer.network.request JoinGroup',
        'consumer.network.request OffsetFetch',
        'reader.network.request ListOffsets',
      ]),
    );
  });

  it('tell of requests that wait, and maxInFlightRequests makes them wait', async () => {
    const proxy = await FaultyProxy.start(broker.brokers[0] as string);
    const producer = quickKafka(proxy.brokers).producer({ maxInFlightRequests: 1 });
    const sizes: number[] = [];
    producer.on<{ queueSize: number }>(producer.events.REQUEST_QUEUE_SIZE, ({ payload }) => {
      sizes.push(payload.queueSize);
    });
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: 'first', partition: 0 }] });
    // Different timeouts do not share a request.
    await Promise.all(
      [0, 1, 2].map(partition =>
        producer.send({ topic: 'orders', timeout: 1_000 + partition, messages: [{ value: 'a', partition }] }),
      ),
    );
    expect(sizes).toEqual([1, 2, 1, 0]);
    await producer.disconnect();
    await proxy.stop();
  });

  it('tell of requests that time out, whose error has the times', async () => {
    const proxy = await FaultyProxy.start(broker.brokers[0] as string);
    const kafka = quickKafka(proxy.brokers, { requestTimeout: 150, retry: { retries: 0 } });
    const producer = kafka.producer();
    const timeouts: Record<string, unknown>[] = [];
    producer.on<Record<string, unknown>>(producer.events.REQUEST_TIMEOUT, ({ payload }) => void timeouts.push(payload));
    await producer.connect();
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE ? 'swallow-response' : 'pass');
    const send = producer.send({ topic: 'orders', messages: [{ value: 'a', partition: 0 }] });
    await expect(send).rejects.toMatchObject({
      cause: { name: 'KafkaJSRequestTimeoutError', correlationId: expect.any(Number), sentAt: expect.any(Number) },
    });
    expect(timeouts).toMatchObject([{ apiName: 'Produce', broker: proxy.brokers[0] }]);
    await producer.disconnect();
    await proxy.stop();
  });
});

function encode(): Promise<Buffer> {
  return encodeRecordBatch([prepareRecord('orders', 0, { value: 'a value' }, 1)], {
    ...NO_PRODUCER,
    compression: CompressionTypes.GZIP,
    isTransactional: false,
  });
}

describe('CompressionCodecs', () => {
  const original = CompressionCodecs[CompressionTypes.GZIP];
  afterEach(() => {
    CompressionCodecs[CompressionTypes.GZIP] = original;
  });

  it('that the application has put there compress', async () => {
    let calls = 0;
    CompressionCodecs[CompressionTypes.GZIP] = () => ({
      compress: encoder => {
        calls += 1;
        return original().compress(encoder);
      },
      decompress: buffer => buffer,
    });
    const [batch] = decodeRecordBatches(await encode());
    expect(calls).toBe(1);
    expect(batch?.records(0n).map(({ value }) => String(value))).toEqual(['a value']);
  });

  it('that return no bytes are named', async () => {
    CompressionCodecs[CompressionTypes.GZIP] = () => ({ compress: () => 'text' as never, decompress: b => b });
    await expect(encode()).rejects.toThrow('CompressionCodecs[1]: compress() must return a Buffer');
  });

  it.each([1, 2, 3, 4] as const)('have built-in codec %i, to be called as in KafkaJS', async type => {
    const { compress, decompress } = CompressionCodecs[type]();
    const data = Buffer.from('abc'.repeat(100));
    expect(String(await decompress(await compress({ buffer: data })))).toBe(String(data));
  });
});

describe('A connection', () => {
  it('that breaks fails what waits in line, too', async () => {
    const proxy = await FaultyProxy.start(broker.brokers[0] as string);
    const producer = quickKafka(proxy.brokers, { retry: { retries: 0 } }).producer({ maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ value: 'first', partition: 0 }] });
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE ? 'drop-request' : 'pass');
    const outcomes = await Promise.allSettled(
      [0, 1, 2].map(partition =>
        producer.send({ topic: 'orders', timeout: 1_000 + partition, messages: [{ value: 'a', partition }] }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const outcome of outcomes) {
      expect((outcome as PromiseRejectedResult).reason).toMatchObject({
        cause: { name: 'KafkaJSConnectionClosedError', cause: expect.any(ConnectionLost) },
      });
    }
    await producer.disconnect();
    await proxy.stop();
  });
});
