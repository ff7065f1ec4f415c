import { firstValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StubDriver } from '../../test/stub-driver.js';
import { liveConnections } from '../health/live-connections.js';
import type { KafkaTransportOptions } from '../options/transport-options.js';
import { KafkaRecordBuilder } from '../outgoing/kafka-record-builder.js';
import { ClientKafka } from './client-kafka.js';

let driver: StubDriver;
let clients: ClientKafka[];

class TestClient extends ClientKafka {
  constructor(options: KafkaTransportOptions = {}) {
    super({ driver: driver.factory, reply: { routing: 'group' }, ...options });
    clients.push(this);
  }

  get waiting(): number {
    return this.routingMap.size;
  }
}

/** A client whose requests on "topic" may be answered on partition 3. */
async function connected(options: KafkaTransportOptions = {}): Promise<TestClient> {
  const client = new TestClient(options);
  client.subscribeToResponseOf('topic');
  const connecting = client.connect();
  await expect.poll(() => driver.calls).toContain('consumer.run');
  driver.emit('consumer.GROUP_JOIN', { memberAssignment: { 'topic.reply': [5, 3], 'empty.reply': [] } });
  await connecting;
  return client;
}

const correlationId = (index = 0): string => String(driver.sent[index]?.messages[0]?.headers?.['kafka_correlationId']);

async function reply(value: unknown, headers: Record<string, string> = {}): Promise<void> {
  await expect.poll(() => driver.sent.length).toBeGreaterThan(0);
  await driver.deliver('topic.reply', value, { kafka_correlationId: correlationId(), ...headers });
}

beforeEach(() => {
  driver = new StubDriver();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) {
    await client.close();
  }
});

describe('connect()', () => {
  it('connects the consumer, subscribes once, runs, then connects the producer, and is remembered', async () => {
    const client = await connected({ subscribe: { fromBeginning: true }, run: { autoCommit: false } });
    expect(driver.calls).toEqual([
      'consumer',
      'consumer.connect',
      'consumer.subscribe',
      'consumer.run',
      'producer',
      'producer.connect',
    ]);
    expect(driver.subscribed).toEqual({ fromBeginning: true, topics: ['topic.reply'] });
    expect(driver.runOptions).toEqual({ autoCommit: false });
    expect(await client.connect()).toBe(await client.connect());
    expect(driver.calls).toHaveLength(6);
    expect(driver.consumerConfig).toMatchObject({ groupId: 'nestjs-group-client' });
  });

  it('that fails closes what it had opened, and is forgotten', async () => {
    driver.connectFailure = new Error('no broker');
    const client = new TestClient();
    await expect(client.connect()).rejects.toThrow('no broker');
    expect(driver.calls.slice(-2)).toEqual(['producer.disconnect', 'consumer.disconnect']);
    driver.connectFailure = undefined;
    await expect(client.connect()).resolves.toBeDefined();
  });

  it('that close() overtakes fails, and leaves nothing open', async () => {
    const client = new TestClient();
    const connecting = client.connect();
    await Promise.all([expect(connecting).rejects.toThrow('Connection closed'), client.close()]);
    expect(() => client.producer).toThrow('"connect"');
  });

  it('again, while one that close() overtook still fails, stays among the live', async () => {
    const client = new TestClient({ producerOnlyMode: true });
    const overtaken = client.connect();
    const closing = client.close();
    const connecting = client.connect();
    await Promise.all([expect(overtaken).rejects.toThrow('Connection closed'), closing, connecting]);
    expect(liveConnections()).toContain(client);
    expect(client.producer).toBe(await connecting);
  });

  it('makes only a producer in producerOnlyMode', async () => {
    await new TestClient({ producerOnlyMode: true }).connect();
    expect(driver.calls).toEqual(['producer', 'producer.connect']);
  });
});

describe('before connect()', () => {
  it('producer, consumer and unwrap() say what to call first', () => {
    const client = new TestClient();
    expect(() => client.producer).toThrow('No producer initialized. Please, call the "connect" method first.');
    expect(() => client.consumer).toThrow('No consumer initialized. Please, call the "connect" method first.');
    expect(() => client.unwrap()).toThrow('"connect"');
    expect(() => client.on()).toThrow('not supported for Kafka client');
  });
});

describe('a request', () => {
  it('carries correlation id, reply topic, the lowest assigned partition and its deadline', async () => {
    const client = await connected({ requestTimeout: 5_000, send: { acks: -1 } });
    const before = Date.now();
    const pending = firstValueFrom(client.send('topic', { a: 1 }));
    await reply('done', { 'kafka_nest-is-disposed': '\0' });
    await expect(pending).resolves.toBe('"done"');
    const [{ headers, value } = { headers: {}, value: null }] = driver.sent[0]?.messages ?? [];
    expect(value).toBe('{"a":1}');
    expect(headers).toMatchObject({ kafka_replyTopic: 'topic.reply', kafka_replyPartition: '3' });
    expect(Number(headers?.['nest-kafka_deadline'])).toBeGreaterThanOrEqual(before + 5_000);
    expect(driver.sent[0]).toMatchObject({ acks: -1 });
    expect(client.waiting).toBe(0);
  });

  it('carries a deadline that services do not take for past, though the clock has been put back', async () => {
    const client = await connected({ requestTimeout: 5_000 });
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    try {
      const pending = firstValueFrom(client.send('topic', {}));
      await reply('done', { 'kafka_nest-is-disposed': '\0' });
      await pending;
      expect(Number(driver.sent[0]?.messages[0]?.headers?.['nest-kafka_deadline'])).toBeGreaterThan(now());
    } finally {
      clock.mockRestore();
    }
  });

  it('without a timeout carries no deadline', async () => {
    const client = await connected();
    const pending = firstValueFrom(client.send('topic', new KafkaRecordBuilder('x').setTimeout(0).build()));
    await reply('done', { 'kafka_nest-is-disposed': '\0' });
    await pending;
    expect(driver.sent[0]?.messages[0]?.headers).not.toHaveProperty('nest-kafka_deadline');
  });

  it('gets every reply until the last, and waits anew after each', async () => {
    const client = await connected({ requestTimeout: 200 });
    const pending = firstValueFrom(client.send('topic', 1).pipe(toArray()));
    for (const value of [1, 2, 3]) {
      await reply(value);
      await new Promise(resolve => setTimeout(resolve, 120));
    }
    await reply(null, { 'kafka_nest-is-disposed': '\0', 'nest-kafka_no-value': '1' });
    await expect(pending).resolves.toEqual(['1', '2', '3']);
  });

  it("emits the null that ends a stream of the built-in server, as Nest's client does", async () => {
    const client = await connected();
    const pending = firstValueFrom(client.send('topic', 1).pipe(toArray()));
    await reply(null, { 'kafka_nest-is-disposed': '\0' });
    await expect(pending).resolves.toEqual([null]);
  });

  it('fails with the error in the header, JSON parsed', async () => {
    const client = await connected();
    const pending = firstValueFrom(client.send('topic', 1));
    await Promise.all([
      expect(pending).rejects.toEqual({ status: 'error', message: 'no' }),
      reply(null, { 'kafka_nest-err': '{"status":"error","message":"no"}' }),
    ]);
    expect(client.waiting).toBe(0);
  });

  it('fails with the error of the engine when it cannot be sent', async () => {
    const client = await connected();
    driver.sendFailures.push(new Error('no leader'));
    await expect(firstValueFrom(client.send('topic', 1))).rejects.toThrow('no leader');
    expect(client.waiting).toBe(0);
  });

  it('is sent again while it fails retriably, and no more once nobody waits for it', async () => {
    const client = await connected();
    const failure = Object.assign(new Error('no leader'), { retriable: true });
    driver.sendFailures.push(failure, failure);
    const pending = firstValueFrom(client.send('topic', 1));
    await expect.poll(() => driver.sent.length).toBe(3);
    expect(correlationId(2)).toBe(correlationId(0));
    await reply('done', { 'kafka_nest-is-disposed': '\0' });
    await expect(pending).resolves.toBe('"done"');

    driver.sendFailures.push(...Array.from({ length: 20 }, () => failure));
    const subscription = client.send('topic', 1).subscribe();
    await expect.poll(() => driver.sent.length).toBe(4);
    subscription.unsubscribe();
    await new Promise(resolve => setTimeout(resolve, 250));
    expect(driver.sent).toHaveLength(4);
  });

  it('that is unsubscribed from is forgotten, and its reply ignored', async () => {
    const client = await connected();
    const subscription = client.send('topic', 1).subscribe();
    await expect.poll(() => client.waiting).toBe(1);
    subscription.unsubscribe();
    expect(client.waiting).toBe(0);
    await expect(reply('late')).resolves.toBeUndefined();
  });

  it('is not sent before it is subscribed to, an event is', async () => {
    const client = await connected();
    client.send('topic', 1);
    client.emit('event', 1);
    await expect.poll(() => driver.sent.map(({ topic }) => topic)).toEqual(['event']);
  });

  it('with neither pattern nor data, or neither for an event, is refused', async () => {
    const client = await connected();
    await expect(firstValueFrom(client.send('topic', null))).rejects.toThrow('invalid data or message pattern');
    await expect(firstValueFrom(client.emit('topic', undefined))).rejects.toThrow('invalid data or message pattern');
    await expect(firstValueFrom(client.emitBatch(null, { messages: [] }))).rejects.toThrow(
      'invalid data or message pattern',
    );
  });

  it('without an assigned reply partition is refused, and says what to do', async () => {
    const client = await connected();
    await expect(firstValueFrom(client.send('empty', 1))).rejects.toThrow('subscribeToResponseOf()');
    expect(client.getConsumerAssignments()).toEqual({ 'topic.reply': 3 });
  });
});

describe('a reply', () => {
  it('for somebody else, or for nobody, is passed over before it is parsed', async () => {
    let deserialized = 0;
    await connected({ deserializer: { deserialize: () => deserialized++ } });
    await driver.deliver('topic.reply', 1, { kafka_correlationId: 'stranger' });
    await driver.deliver('topic.reply', 1);
    expect(deserialized).toBe(0);
  });
});

describe('names', () => {
  it('are overridden by subclassing', async () => {
    class HeroClient extends TestClient {
      constructor() {
        super();
        this.clientId = 'hero';
        this.groupId = 'heroes';
      }

      protected override getResponsePatternName(pattern: string): string {
        return `${pattern}.answers`;
      }
    }
    const client = new HeroClient();
    client.subscribeToResponseOf({ cmd: 'sum' });
    const connecting = client.connect();
    await expect.poll(() => driver.calls).toContain('consumer.run');
    driver.emit('consumer.GROUP_JOIN', { memberAssignment: {} });
    await connecting;
    expect(driver.subscribed).toEqual({ topics: ['{"cmd":"sum"}.answers'] });
    expect([driver.config['clientId'], driver.consumerConfig['groupId']]).toEqual(['hero', 'heroes']);
  });
});

describe('the status stream', () => {
  it("follows the engine's events, each state once in a row", async () => {
    const client = new TestClient({ producerOnlyMode: true });
    const states: string[] = [];
    client.status.subscribe(status => states.push(status));
    await client.connect();
    driver.emit('producer.DISCONNECT');
    driver.emit('producer.DISCONNECT');
    driver.emit('producer.CONNECT');
    await client.close();
    expect(states).toEqual(['connected', 'disconnected', 'connected', 'disconnected']);
  });
});
