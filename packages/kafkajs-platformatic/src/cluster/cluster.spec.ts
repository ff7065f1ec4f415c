import { Writer } from '@platformatic/kafka';
import { EmbeddedKafka } from 'embedded-kafka';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quickConfig, quickKafka } from '../../test/support/clients.js';
import { FaultyProxy } from '../../test/support/faulty-proxy.js';
import { metadataV1, ScriptedBroker, type Answer } from '../../test/support/scripted-broker.js';
import { KafkaJSSASLAuthenticationError } from '../errors/connection-errors.js';
import { MetadataApi, HeartbeatApi } from '../wire/apis.js';
import { FetchApi } from '../wire/fetch-api.js';
import { Cluster } from './cluster.js';

const METADATA = 3;
const HEARTBEAT = 12;
const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const INIT_PRODUCER_ID = 22;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

async function scripted(apis: Record<number, { version: number; answer: Answer }>): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(new Map(Object.entries(apis).map(([key, api]) => [Number(key), api])));
  cleanups.push(() => broker.stop());
  return broker;
}

async function embedded(): Promise<{ broker: EmbeddedKafka; proxy: FaultyProxy }> {
  const broker = await EmbeddedKafka.start({ autoCreateTopics: true, topics: [{ name: 'orders', partitions: 3 }] });
  const proxy = await FaultyProxy.start(broker.brokers[0] as string);
  cleanups.push(
    () => broker.stop(),
    () => proxy.stop(),
  );
  return { broker, proxy };
}

function cluster(...args: Parameters<typeof quickConfig>): Cluster {
  const created = new Cluster(quickConfig(...args));
  cleanups.push(() => created.disconnect());
  return created;
}

describe('Brokers that cannot be reached', () => {
  it('are all named with the reason and the next step, when the retries are used up', async () => {
    const startedAt = performance.now();
    const error = await cluster(['127.0.0.1:1', 'localhost:2'], { retry: { retries: 2, initialRetryTime: 10 } })
      .connect()
      .catch((e: Error) => e);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(error).toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded', retryCount: 2 });
    expect((error as Error).message).toContain('Could not connect to 127.0.0.1:1: connect ECONNREFUSED');
    expect((error as Error).message).toContain('localhost:2');
    expect((error as Error).message).toContain('advertised.listeners');
  });

  it('do not stop the client while one of them answers', async () => {
    const { proxy } = await embedded();
    const client = cluster(['127.0.0.1:1', ...proxy.brokers]);
    await client.connect();
    expect((await client.metadata(['orders'])).topics[0]?.partitions).toHaveLength(3);
  });

  it('give up the connect after connectionTimeout', async () => {
    // TEST-NET-1 (RFC 5737): nobody answers there, or the network says at once that it is unreachable.
    const startedAt = performance.now();
    const error = await cluster(['192.0.2.1:9092'], { connectionTimeout: 100, retry: { retries: 0 } })
      .connect()
      .catch((e: Error) => e);
    expect((error as Error).message).toContain('Could not connect to 192.0.2.1:9092');
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  it('of a "brokers" function that fails or returns nothing are told apart', async () => {
    const failing = quickKafka([], { brokers: () => Promise.reject(new Error('no DNS today')), retry: { retries: 0 } });
    await expect(failing.admin().connect()).rejects.toThrow('The "brokers" function failed: no DNS today');
    const empty = quickKafka([], { brokers: async () => [] });
    await expect(empty.admin().connect()).rejects.toThrow('The "brokers" function returned no brokers');
  });

  it('fail with a hint about TLS when the listener speaks something else', async () => {
    const { proxy } = await embedded();
    const error = await cluster(proxy.brokers, { ssl: true, connectionTimeout: 300, retry: { retries: 0 } })
      .connect()
      .catch((e: Error) => e);
    expect(error).toMatchObject({ cause: { name: 'KafkaJSConnectionError' } });
    expect((error as Error).message).toContain('ssl');
  });
});

describe('Wrong credentials', () => {
  it('fail at once with one clear error, without a retry', async () => {
    const broker = await scripted({
      [SASL_HANDSHAKE]: {
        version: 1,
        answer: () =>
          Writer.create()
            .appendInt16(0)
            .appendArray(['PLAIN'], (w, m) => w.appendString(m, false), false, false),
      },
      [SASL_AUTHENTICATE]: {
        version: 0,
        answer: () =>
          Writer.create()
            .appendInt16(58)
            .appendString('Invalid username or password', false)
            .appendBytes(Buffer.alloc(0), false),
      },
    });
    const startedAt = performance.now();
    const error = await cluster(broker.brokers, { sasl: { mechanism: 'plain', username: 'u', password: 'sesame' } })
      .connect()
      .catch((e: Error) => e);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(error).toBeInstanceOf(KafkaJSSASLAuthenticationError);
    expect((error as Error).message).toContain(`Authentication at ${broker.brokers[0]} failed`);
    expect((error as Error).message).toContain('Invalid username or password');
    expect((error as Error).message).not.toContain('sesame');
    expect(broker.requests.filter(({ apiKey }) => apiKey === SASL_AUTHENTICATE)).toHaveLength(1);
    await expect.poll(() => broker.openConnections).toBe(0);
  });
});

describe('Metadata', () => {
  it('of calls in one tick is asked for in one request, and kept for maxAge', async () => {
    const { proxy } = await embedded();
    const client = cluster(proxy.brokers);
    await client.connect();
    await client.metadata(['orders']);
    const asked = (): number => proxy.requests.filter(({ apiKey }) => apiKey === METADATA).length;
    const before = asked();
    await Promise.all(Array.from({ length: 50 }, () => client.metadata(['orders'])));
    expect(asked() - before).toBe(1);
    await client.metadata(['orders'], { maxAge: 60_000 });
    expect(asked() - before).toBe(1);
    client.invalidate('orders');
    await client.metadata(['orders'], { maxAge: 60_000 });
    expect(asked() - before).toBe(2);
    expect(client.leaderOf('orders', 2)).toBe(1);
    expect(client.leaderOf('orders', 3)).toBeUndefined();
    expect(client.topicId('orders')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of a topic without a leader is there, and a send to it fails with the partition named', async () => {
    const broker: ScriptedBroker = await scripted({
      [METADATA]: {
        version: 1,
        answer: () => metadataV1(broker.port, [{ name: 'headless', leaders: [1, -1] }]),
      },
      [INIT_PRODUCER_ID]: { version: 0, answer: () => undefined },
    });
    const producer = quickKafka(broker.brokers, { retry: { retries: 2, initialRetryTime: 5 } }).producer();
    await producer.connect();
    cleanups.push(() => producer.disconnect());
    const error = await producer
      .send({ topic: 'headless', messages: [{ value: 'v', partition: 1 }] })
      .catch((e: Error) => e);
    expect((error as Error).message).toContain('Topic "headless", partition 1: LEADER_NOT_AVAILABLE');
    expect(error).toMatchObject({ cause: { type: 'LEADER_NOT_AVAILABLE', code: 5 } });
  });

  it('is asked for again while a topic that is being created has no leader', async () => {
    let asked = 0;
    const broker: ScriptedBroker = await scripted({
      [METADATA]: {
        version: 1,
        answer: () => {
          asked += 1;
          const errorCode = asked < 4 ? 5 : 0;
          return metadataV1(broker.port, [{ name: 'coming', errorCode, leaders: errorCode === 0 ? [1] : [] }]);
        },
      },
    });
    const client = cluster(broker.brokers);
    await client.connect();
    const { topics } = await client.metadata(['coming'], { allowAutoTopicCreation: true });
    expect(topics[0]?.partitions[0]?.leader).toBe(1);
    expect(asked).toBe(4);
  });
});

describe('A request', () => {
  it('to an unknown node is retriable, to a broker without the API it is not', async () => {
    const broker: ScriptedBroker = await scripted({
      [METADATA]: { version: 1, answer: () => metadataV1(broker.port, []) },
    });
    const client = cluster(broker.brokers);
    await client.connect();
    await expect(client.request(7, 'default', MetadataApi, [], false, false)).rejects.toMatchObject({
      name: 'KafkaJSBrokerNotFound',
      retriable: true,
    });
    await expect(client.request(1, 'group', HeartbeatApi, 'g', 1, 'm', null)).rejects.toMatchObject({
      name: 'KafkaJSServerDoesNotSupportApiKey',
      apiKey: 12,
      apiName: 'Heartbeat',
      retriable: false,
    });
  });

  it('fails with a retriable error when the socket dies, and the next one connects again', async () => {
    const { broker, proxy } = await embedded();
    const client = cluster(proxy.brokers);
    await client.connect();
    await client.metadata(['orders']);
    const fetch = client.request(1, 'fetch', FetchApi, {
      maxWaitMs: 20_000,
      minBytes: 1,
      maxBytes: 1000,
      isolationLevel: 1,
      topics: [
        {
          topic: 'orders',
          topicId: client.topicId('orders'),
          partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }],
        },
      ],
    });
    const failed = fetch.catch((error: unknown) => error);
    await new Promise(resolve => setTimeout(resolve, 50));
    broker.dropConnections();
    expect(await failed).toMatchObject({ name: 'KafkaJSConnectionClosedError', retriable: true });
    expect((await client.metadata(['orders'])).topics).toHaveLength(1);
  });

  it('that waits on one channel does not hold up another', async () => {
    const { proxy } = await embedded();
    const client = cluster(proxy.brokers);
    await client.connect();
    await client.metadata(['orders']);
    const startedAt = performance.now();
    const waiting = client.request(1, 'fetch', FetchApi, {
      maxWaitMs: 400,
      minBytes: 1,
      maxBytes: 1000,
      isolationLevel: 0,
      topics: [
        {
          topic: 'orders',
          partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }],
        },
      ],
    });
    await client.request(1, 'default', MetadataApi, [], false, false);
    expect(performance.now() - startedAt).toBeLessThan(300);
    const response = await waiting;
    expect(performance.now() - startedAt).toBeGreaterThan(350);
    // Without its id the topic goes by name, in an older version of the API.
    expect(response.topics[0]).toMatchObject({ topic: 'orders', partitions: [{ partition: 0, errorCode: 0 }] });
  });

  it.each([
    ['', 0],
    [', though the clock is put back meanwhile', -3_600_000],
    [', though the clock is put forward meanwhile', 3_600_000],
  ])(
    'that is not answered takes the silent connections of its node along, and leaves those that were heard%s',
    async (_, jump) => {
      let mute = false;
      const answerUnlessMute: Answer = () => (mute ? undefined : Writer.create().appendInt32(0).appendInt16(0));
      const broker: ScriptedBroker = await scripted({
        [METADATA]: { version: 1, answer: () => metadataV1(broker.port, []) },
        [HEARTBEAT]: { version: 1, answer: answerUnlessMute },
      });
      const config = quickConfig(broker.brokers);
      const client = new Cluster(config, { requestTimeouts: { commit: 500, group: 60_000, produce: 60_000 } });
      cleanups.push(() => client.disconnect());
      await client.connect();
      const beat = (channel: 'commit' | 'group' | 'produce'): Promise<unknown> =>
        client.request(1, channel, HeartbeatApi, 'group', 1, 'me', null);
      await beat('group');
      await beat('produce');
      mute = true;
      const now = Date.now.bind(Date);
      const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + jump);
      cleanups.push(async () => void clock.mockRestore());
      const started = performance.now();
      // As a JoinGroup does, this one would wait for a minute.
      const waiting = beat('group');
      const unanswered = beat('commit');
      await vi.waitFor(() => expect(broker.requests.filter(({ apiKey }) => apiKey === HEARTBEAT)).toHaveLength(4));
      await new Promise(resolve => setTimeout(resolve, 20));
      mute = false;
      await beat('produce');
      const connections = broker.openConnections;
      await expect(waiting).rejects.toThrow('closed while Heartbeat was under way');
      await expect(unanswered).rejects.toMatchObject({
        name: 'KafkaJSRequestTimeoutError',
        message: expect.stringMatching(/within [5-9]\d\d ms$/u),
      });
      expect(performance.now() - started).toBeLessThan(5_000);
      // The one that was heard meanwhile has not been made anew.
      const heard = broker.requests.length;
      await beat('produce');
      expect(broker.requests.slice(heard).map(({ apiKey }) => apiKey)).toEqual([HEARTBEAT]);
      await beat('group');
      expect(broker.openConnections).toBe(connections - 1);
    },
  );

  it('waits for as long as the broker asks for silence (KIP-219), and one of another channel does not', async () => {
    const arrivals: number[] = [];
    const broker: ScriptedBroker = await scripted({
      [METADATA]: { version: 1, answer: () => metadataV1(broker.port, []) },
      [HEARTBEAT]: {
        version: 1,
        answer: () => {
          arrivals.push(performance.now());
          return Writer.create()
            .appendInt32(arrivals.length === 1 ? 200 : 0)
            .appendInt16(0);
        },
      },
    });
    const client = cluster(broker.brokers);
    await client.connect();
    const beat = (channel: 'default' | 'commit'): Promise<unknown> =>
      client.request(1, channel, HeartbeatApi, 'group', 1, 'me', null);
    await beat('commit');
    const [first = 0] = arrivals;
    await Promise.all([beat('default'), beat('commit'), beat('commit')]);
    const [other = 0, second = 0, third = 0] = arrivals.slice(1).map(arrival => arrival - first);
    expect(other).toBeLessThan(190);
    expect(second).toBeGreaterThan(190);
    expect(third).toBeGreaterThan(190);
  });

  it('after disconnect is refused, and one that waits to be repeated ends with it', async () => {
    const client = cluster(['127.0.0.1:1'], { retry: { retries: 100, initialRetryTime: 10_000 } });
    const connecting = client.connect().catch((error: unknown) => error);
    await new Promise(resolve => setTimeout(resolve, 50));
    await client.disconnect();
    expect(await connecting).toMatchObject({ message: 'The client was disconnected' });
    await expect(client.metadata(['orders'])).rejects.toThrow('call connect() first');
  });
});

describe('The coordinator of a group', () => {
  it('is found once and again after it was forgotten', async () => {
    const { proxy } = await embedded();
    const client = cluster(proxy.brokers);
    await client.connect();
    const asked = (): number => proxy.requests.filter(({ apiKey }) => apiKey === 10).length;
    expect(await client.findCoordinator('group', 'g')).toBe(1);
    expect(await client.findCoordinator('group', 'g')).toBe(1);
    expect(asked()).toBe(1);
    client.forgetCoordinator('group', 'g');
    await client.findCoordinator('group', 'g');
    expect(asked()).toBe(2);
  });
});
