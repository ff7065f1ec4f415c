import { Kafka as KafkaJS, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Kafka, type Producer, type ProducerConfig } from '../../src/index.js';
import { Ground, until, wait } from '../consumer/ground.js';
import { FaultyProxy } from '../support/faulty-proxy.js';

const END_TXN = 26;
const PRODUCE = 0;
const ADD_PARTITIONS = 24;
const ADD_OFFSETS = 25;
const TXN_COMMIT = 28;

/** What holds of transactions on every broker. */
export function transactionRules(brokersOf: () => string[]): void {
  let brokers: string[];
  let kafka: Kafka;
  let ground: Ground;
  let proxy: FaultyProxy;
  const producers: Producer[] = [];

  beforeAll(async () => {
    brokers = brokersOf();
    kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    ground = await Ground.on(brokers);
    proxy = await FaultyProxy.start(brokers);
  });
  afterEach(async () => {
    proxy.fate = () => 'pass';
    proxy.requests.splice(0);
    await ground.closeConsumers();
    await Promise.all(producers.splice(0).map(producer => producer.disconnect()));
  });
  afterAll(async () => {
    await ground.close();
    await proxy.stop();
  });

  async function connected(config: ProducerConfig, client: Kafka = kafka): Promise<Producer> {
    const producer = client.producer(config);
    producers.push(producer);
    await producer.connect();
    return producer;
  }

  const transactional = (config: ProducerConfig = {}): Promise<Producer> =>
    connected({ transactionalId: ground.name('tx'), ...config });

  /** Through a proxy that counts and breaks requests. */
  const proxied = (transactionalId = ground.name('tx')): Promise<Producer> =>
    connected(
      { transactionalId, retry: { initialRetryTime: 20, retries: 4 } },
      new Kafka({ brokers: proxy.brokers, logLevel: logLevel.NOTHING }),
    );

  /**
   * What readers of committed messages see up to and with `last`, by kafkajs and by our consumer. Partitions arrive in
   * their own time: with several of them, `count` says how many messages to wait for.
   */
  async function committed(topic: string, last: string, count = 1): Promise<string[]> {
    const readers = [
      // A kafkajs consumer that stops waits for its fetch to be answered.
      ground.kafkajs.consumer({ groupId: ground.name('group'), maxWaitTimeInMs: 100 }),
      ground.consumer({ groupId: ground.name('group') }),
    ];
    const results = await Promise.all(
      readers.map(async consumer => {
        const values: string[] = [];
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
        await until(
          () => values.includes(last) && values.length >= count,
          `"${last}" in ${topic}, there is ${values.join()}`,
        );
        await wait(100);
        await consumer.disconnect();
        return values;
      }),
    );
    expect(results[1]?.toSorted()).toEqual(results[0]?.toSorted());
    return results[1] as string[];
  }

  it('show all of a committed transaction and nothing of an aborted one', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional();
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: 'aborted' }] });
    expect(aborted.isActive()).toBe(true);
    await aborted.abort();
    expect(aborted.isActive()).toBe(false);
    await expect(aborted.send({ topic, messages: [{ value: 'late' }] })).rejects.toThrow(
      'Cannot continue to use transaction once ended',
    );

    const transaction = await producer.transaction();
    await expect(producer.transaction()).rejects.toThrow('There is already an ongoing transaction');
    const [metadata] = await transaction.sendBatch({
      topicMessages: [{ topic, messages: [{ value: 'a' }, { value: 'b' }] }],
    });
    // One aborted message and its marker lie before it.
    expect(metadata).toMatchObject({ topicName: topic, partition: 0, errorCode: 0, baseOffset: '2' });
    await transaction.commit();
    expect(await committed(topic, 'b')).toEqual(['a', 'b']);
  });

  it('take sends to four partitions at the same time', async () => {
    const topic = await ground.topic(4);
    const producer = await transactional();
    const transaction = await producer.transaction();
    await Promise.all(
      [0, 1, 2, 3].map(partition => transaction.send({ topic, messages: [{ value: `p${partition}`, partition }] })),
    );
    await transaction.commit();
    const end = await producer.transaction();
    await end.send({ topic, messages: [{ value: 'end', partition: 0 }] });
    await end.commit();
    expect((await committed(topic, 'end', 5)).toSorted()).toEqual(['end', 'p0', 'p1', 'p2', 'p3']);
  });

  it('wait at commit for sends that nobody waits for', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional({ linger: 5_000 });
    const transaction = await producer.transaction();
    const sends = ['a', 'b'].map(value => transaction.send({ topic, messages: [{ value }] }));
    const start = performance.now();
    await transaction.commit();
    expect(performance.now() - start).toBeLessThan(3_000);
    await Promise.all(sends);
    expect(await committed(topic, 'b')).toEqual(['a', 'b']);
  });

  it('commit the offsets of sendOffsets calls made at the same time, and drop those of an abort', async () => {
    const topic = await ground.topic(3);
    const groupId = ground.name('group');
    const producer = await proxied();
    const transaction = await producer.transaction();
    const offsets = (partition: number, offset: string) => ({
      consumerGroupId: groupId,
      topics: [{ topic, partitions: [{ partition, offset }] }],
    });
    await Promise.all([0, 1, 2].map(partition => transaction.sendOffsets(offsets(partition, `${partition + 5}`))));
    expect(await ground.committed(groupId, topic)).toEqual([-1, -1, -1]);
    // One after the other: the second call finds the group enlisted by the first.
    const sent = proxy.requests.map(({ apiKey }) => apiKey).filter(key => key === ADD_OFFSETS || key === TXN_COMMIT);
    expect(sent).toEqual([ADD_OFFSETS, TXN_COMMIT, TXN_COMMIT, TXN_COMMIT]);
    await transaction.commit();
    await until(async () => (await ground.committed(groupId, topic)).join() === '5,6,7', 'the offsets');
    const other = await producer.transaction();
    await other.sendOffsets(offsets(0, '99'));
    await other.abort();
    await wait(200);
    expect(await ground.committed(groupId, topic)).toEqual([5, 6, 7]);
  });

  it('refuse offsets of a generation that is over (KIP-447), and can only be aborted then', async () => {
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const consumer = ground.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ eachMessage: async () => {} });
    await until(async () => {
      const { groups } = await ground.admin.describeGroups([groupId]);
      return groups[0]?.state === 'Stable';
    }, 'a stable group');
    const producer = await transactional();
    const transaction = await producer.transaction();
    await expect(
      transaction.sendOffsets({
        consumerGroupId: groupId,
        generationId: 1,
        memberId: 'somebody else',
        topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }],
      }),
    ).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' });
    await expect(transaction.commit()).rejects.toThrow(/cannot be committed.*UNKNOWN_MEMBER_ID.*abort\(\)/s);
    await transaction.abort();
    const next = await producer.transaction();
    await next.send({ topic, messages: [{ value: 'next' }] });
    await next.commit();
  });

  it('refuse to commit after a failed send, and go on after the abort', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'never seen' }] });
    const big = 'x'.repeat(2_000_000);
    await expect(transaction.send({ topic, messages: [{ value: big }] })).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    });
    await expect(transaction.send({ topic, messages: [{ value: 'more' }] })).rejects.toThrow(/takes no more/);
    await expect(transaction.commit()).rejects.toThrow(/cannot be committed.*MESSAGE_TOO_LARGE/s);
    expect(transaction.isActive()).toBe(true);
    await transaction.abort();
    const next = await producer.transaction();
    await next.send({ topic, messages: [{ value: 'seen' }] });
    await next.commit();
    expect(await committed(topic, 'seen')).toEqual(['seen']);
  });

  it('lose nothing that comes after a send of which nobody knows whether it was written', async () => {
    const topic = await ground.topic(1);
    const producer = await proxied();
    const transaction = await producer.transaction();
    proxy.fate = ({ apiKey }) => (apiKey === PRODUCE ? 'drop-response' : 'pass');
    await expect(transaction.send({ topic, messages: [{ value: 'written, never seen' }] })).rejects.toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
    });
    proxy.fate = () => 'pass';
    await transaction.abort();
    // Under the same epoch the broker would take this batch for the one before, and drop it.
    const next = await producer.transaction();
    await next.send({ topic, messages: [{ value: 'seen' }] });
    await next.commit();
    expect(await committed(topic, 'seen')).toEqual(['seen']);
  });

  it('write each message once and in order where answers are lost', async () => {
    const topic = await ground.topic(1);
    const producer = await proxied();
    const lost = new Set([ADD_PARTITIONS, PRODUCE, END_TXN]);
    proxy.fate = ({ apiKey }) => (lost.delete(apiKey) ? 'drop-response' : 'pass');
    const transaction = await producer.transaction();
    await Promise.all(['a', 'b', 'c'].map(value => transaction.send({ topic, messages: [{ value }] })));
    await transaction.commit();
    expect(lost.size).toBe(0);
    expect(await committed(topic, 'c')).toEqual(['a', 'b', 'c']);
  });

  it('can repeat a commit that was not answered, and nothing else', async () => {
    const topic = await ground.topic(1);
    const producer = await proxied();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'a' }] });
    proxy.fate = ({ apiKey }) => (apiKey === END_TXN ? 'drop-response' : 'pass');
    await expect(transaction.commit()).rejects.toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded' });
    await expect(transaction.abort()).rejects.toThrow('call commit() again');
    proxy.fate = () => 'pass';
    await transaction.commit();
    expect(await committed(topic, 'a')).toEqual(['a']);
  });

  it.each(['commit', 'abort'] as const)('send nothing for the %s of an empty one', async end => {
    const producer = await proxied();
    const transaction = await producer.transaction();
    proxy.requests.splice(0);
    await transaction[end]();
    expect(proxy.requests).toEqual([]);
    expect(transaction.isActive()).toBe(false);
    await (await producer.transaction()).abort();
  });

  it('follow each other without waiting', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional();
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: `${i}` }] });
      await transaction.commit();
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    expect(times[10]).toBeLessThan(250);
  });

  it('of an id whose owner died begin again at once; the old owner is fenced and says so', async () => {
    const topic = await ground.topic(1);
    const transactionalId = ground.name('tx');
    const old = await transactional({ transactionalId });
    const left = await old.transaction();
    await left.send({ topic, messages: [{ value: 'left open' }] });

    // What was left open is aborted first (CONCURRENT_TRANSACTIONS); that wait is not one of the retry policy's.
    const successor = await transactional({ transactionalId, retry: { initialRetryTime: 4_000 } });
    const start = performance.now();
    const transaction = await successor.transaction();
    expect(performance.now() - start).toBeLessThan(2_000);
    await transaction.send({ topic, messages: [{ value: 'successor' }] });

    await expect(left.send({ topic, messages: [{ value: 'zombie' }] })).rejects.toThrow(
      /out of use.*connect\(\) again/,
    );
    await expect(left.commit()).rejects.toMatchObject({
      type: expect.stringMatching(/^(PRODUCER_FENCED|INVALID_PRODUCER_EPOCH)$/),
      retriable: false,
    });
    expect(left.isActive()).toBe(false);
    await expect(old.transaction()).rejects.toThrow(/out of use/);
    await transaction.commit();
    expect(await committed(topic, 'successor')).toEqual(['successor']);

    await old.disconnect();
    await old.connect();
    const again = await old.transaction();
    await again.send({ topic, messages: [{ value: 'again' }] });
    await again.commit();
    expect(await committed(topic, 'again')).toEqual(['successor', 'again']);
  });

  it('are aborted by the broker after transactionTimeout, and the producer says so', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional({ transactionTimeout: 1_000 });
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'too late' }] });
    await until(
      async () => {
        const [end] = await ground.admin.fetchTopicOffsets(topic);
        return end?.high === '2';
      },
      'the marker of the abort',
      18_000,
    );
    await expect(transaction.commit()).rejects.toThrow(/out of use.*transactionTimeout/);
  }, 30_000);

  it('do not outlive disconnect(): an open one is aborted', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'left' }] });
    await producer.disconnect();
    const next = await transactional();
    const second = await next.transaction();
    await second.send({ topic, messages: [{ value: 'end' }] });
    await second.commit();
    expect(await committed(topic, 'end')).toEqual(['end']);
  });

  it('leave sends of the producer itself outside', async () => {
    const topic = await ground.topic(1);
    const producer = await transactional();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'inside' }] });
    await producer.send({ topic, messages: [{ value: 'outside' }] });
    await transaction.abort();
    expect(await committed(topic, 'outside')).toEqual(['outside']);
  });

  it('of ours and of kafkajs fence each other', async () => {
    const topic = await ground.topic(1);
    const transactionalId = ground.name('tx');
    const ours = await transactional({ transactionalId });
    const first = await ours.transaction();
    await first.send({ topic, messages: [{ value: 'ours' }] });
    const theirs = new KafkaJS({ brokers, logLevel: logLevel.NOTHING }).producer({ transactionalId });
    await theirs.connect();
    const second = await theirs.transaction();
    await second.send({ topic, messages: [{ value: 'theirs' }] });
    await second.commit();
    await theirs.disconnect();
    await expect(first.commit()).rejects.toThrow(/out of use/);
    expect(await committed(topic, 'theirs')).toEqual(['theirs']);
  });
}
