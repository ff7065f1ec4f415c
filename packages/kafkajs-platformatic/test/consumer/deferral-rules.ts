import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Consumer } from '../../src/consumer/consumer.js';
import type { ConsumerConfig, ConsumerRunConfig, EachMessageHandler } from '../../src/consumer/consumer-types.js';
import { Kafka } from '../../src/kafka.js';
import { until, wait } from './ground.js';
import { numbers, text, type RuleContext } from './rule-context.js';

const program = fileURLToPath(new URL('deferring-member.ts', import.meta.url));
const ofTheEngine = /^kafkajs-platformatic:1[rb]:/;

/** What handlers leave behind when they return. */
export function deferralRules(context: RuleContext): void {
  async function consume(
    topic: string,
    groupId: string,
    eachMessage: EachMessageHandler,
    run: ConsumerRunConfig = {},
    config: Partial<ConsumerConfig> = {},
  ): Promise<Consumer> {
    const consumer = context.ground.consumer({ groupId, ...context.timing, ...config });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommitInterval: 50, ...run, eachMessage });
    return consumer;
  }

  async function metadataOf(groupId: string, topic: string): Promise<string | null> {
    const admin = new Kafka({ brokers: context.ground.brokers, logLevel: 0 }).admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    await admin.disconnect();
    return offsets?.partitions[0]?.metadata ?? null;
  }

  it('goes on with what later fetches bring while a message waits, and commits nothing past it', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const first = Promise.withResolvers<void>();
    const seen: string[] = [];
    await consume(topic, groupId, async payload => {
      seen.push(text(payload.message));
      payload.defer(payload.message.offset === '0' ? first.promise : Promise.resolve());
    });
    for (let round = 0; round < 20; round++) {
      await ground.produce(topic, 0, numbers(5, round * 5));
      await until(() => seen.length === (round + 1) * 5, `round ${round} while the first message waits`);
    }
    expect((await ground.committed(groupId, topic))[0]).toBeLessThanOrEqual(0);
    first.resolve();
    await until(async () => (await ground.committed(groupId, topic))[0] === 100, 'everything is committed');
    expect(seen).toEqual(numbers(100));
  });

  it('has no more than maxDeferred waiting in a partition', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const waiting: (() => void)[] = [];
    let seen = 0;
    await ground.produce(topic, 0, numbers(20));
    await consume(
      topic,
      groupId,
      async payload => {
        seen++;
        payload.defer(new Promise<void>(resolve => waiting.push(resolve)));
      },
      { maxDeferred: 5 },
    );
    await until(() => seen === 5, 'as many as there is room for');
    await wait(30);
    expect(seen).toBe(5);
    waiting.shift()?.();
    await until(() => seen === 6, 'one more when one is done');
    await until(() => {
      waiting.splice(0).forEach(done => done());
      return seen === 20;
    }, 'the rest');
    await until(async () => (await ground.committed(groupId, topic))[0] === 20, 'everything is committed');
  });

  it('delivers what failed again, alone and untouched, while the others go on', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const deliveries: string[] = [];
    await ground.produce(topic, 0, numbers(10));
    const consumer = await consume(
      topic,
      groupId,
      async payload => {
        const { message, attempt } = payload;
        const value = text(message);
        deliveries.push(`${value}#${attempt}`);
        message.value = null;
        const fails = value === '3' && attempt < 3;
        payload.defer(wait(10).then(() => (fails ? Promise.reject(new Error('later')) : undefined)));
      },
      {},
      { retry: { initialRetryTime: 300 } },
    );
    const failures: unknown[] = [];
    consumer.on(consumer.events.HANDLER_FAILED, ({ payload: { offset, attempt } }) => failures.push([offset, attempt]));
    await until(() => deliveries.length === 10, 'all messages once');
    await ground.produce(topic, 0, numbers(5, 10));
    await until(async () => (await ground.committed(groupId, topic))[0] === 15, 'everything is committed in the end');
    expect(deliveries.toSorted()).toEqual([...numbers(15).map(value => `${value}#1`), '3#2', '3#3'].toSorted());
    expect(deliveries.indexOf('14#1')).toBeLessThan(deliveries.indexOf('3#3'));
    expect(failures).toEqual([
      ['3', 1],
      ['3', 2],
    ]);
  });

  it('delivers again when the error says, be it thrown or the end of what was deferred', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const attempts: number[] = [];
    await ground.produce(topic, 0, ['thrown', 'deferred']);
    const started = Date.now();
    await consume(
      topic,
      groupId,
      async payload => {
        attempts.push(payload.attempt);
        if (payload.attempt === 1) {
          const error = Object.assign(new Error('soon'), { retryIn: 20 });
          if (text(payload.message) === 'thrown') {
            throw error;
          }
          payload.defer(Promise.reject(error));
        }
      },
      {},
      { retry: { initialRetryTime: 60_000, maxRetryTime: 60_000 } },
    );
    await until(async () => (await ground.committed(groupId, topic))[0] === 2, 'both at their second attempt');
    expect(attempts).toEqual([1, 2, 1, 2]);
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  it('tells those who wait when the consumer stops, and repeats for the next one only what was not done', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const values = numbers(50);
    await ground.produce(topic, 0, values);
    let done = 0;
    const waits = new Set(['0', '7', '30']);
    const first = await consume(topic, groupId, async payload => {
      const { signal } = payload;
      if (waits.has(text(payload.message))) {
        payload.defer(
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
        );
      } else {
        payload.defer(Promise.resolve().then(() => void done++));
      }
    });
    await until(() => done === 47, 'all but those that wait');
    const stopping = Date.now();
    await first.disconnect();
    expect(Date.now() - stopping).toBeLessThan(5_000);
    expect(await metadataOf(groupId, topic)).toMatch(ofTheEngine);
    const again: string[] = [];
    await consume(topic, groupId, async payload => {
      again.push(`${text(payload.message)}#${payload.attempt}`);
    });
    await until(async () => (await ground.committed(groupId, topic))[0] === 50, 'everything is committed');
    expect(again).toEqual(['0#1', '7#1', '30#1']);
    expect((await metadataOf(groupId, topic)) ?? '').not.toMatch(ofTheEngine);
  });

  it('tells those who wait when another member takes the partition, which repeats only what was not done', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    await ground.produce(topic, 0, numbers(30));
    const deliveries: string[] = [];
    let done = 0;
    let isOver = false;
    const member: EachMessageHandler = async payload => {
      const { signal, message } = payload;
      const value = text(message);
      deliveries.push(`${value}#${payload.attempt}`);
      if (value === '4' && !isOver) {
        payload.defer(
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
        );
      } else {
        payload.defer(Promise.resolve().then(() => void done++));
      }
    };
    await consume(topic, groupId, member);
    await until(() => done === 29, 'all but the one that waits');
    const joining = Date.now();
    await consume(topic, groupId, member);
    // Whoever has it now gets the one message that waits, at its first attempt: nobody failed.
    await until(() => deliveries.length === 31, 'the message that waited comes again');
    expect(Date.now() - joining).toBeLessThan(context.timing.rebalanceTimeout);
    expect(deliveries.slice(30)).toEqual(['4#1']);
    isOver = true;
    await consume(topic, groupId, member);
    await until(async () => (await ground.committed(groupId, topic))[0] === 30, 'everything is committed');
    expect(new Set(deliveries.slice(30))).toEqual(new Set(['4#1']));
  });

  it('tells those who wait when the position is sought away, and delivers all from there on', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    await ground.produce(topic, 0, numbers(5));
    const deliveries: string[] = [];
    let isOver = false;
    const consumer = await consume(topic, groupId, async payload => {
      const { signal, message } = payload;
      deliveries.push(text(message));
      if (text(message) === '1' && !isOver) {
        payload.defer(
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
        );
      } else {
        payload.defer(Promise.resolve());
      }
    });
    await until(() => deliveries.length === 5, 'all once');
    isOver = true;
    consumer.seek({ topic, partition: 0, offset: '0' });
    await until(async () => (await ground.committed(groupId, topic))[0] === 5, 'everything is committed');
    expect(deliveries).toEqual([...numbers(5), ...numbers(5)]);
  });

  it('leaves metadata of others alone', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    await ground.produce(topic, 0, numbers(3));
    const seen: string[] = [];
    const member: EachMessageHandler = async payload => {
      seen.push(text(payload.message));
      payload.defer(Promise.resolve());
    };
    const first = await consume(topic, groupId, member, { autoCommit: false });
    await until(() => seen.length === 3, 'all messages');
    await first.commitOffsets([{ topic, partition: 0, offset: '3', metadata: 'by hand' }]);
    await first.disconnect();
    const second = await consume(topic, groupId, member);
    await ground.topicKnown(topic, 1);
    await second.disconnect();
    expect([seen, await metadataOf(groupId, topic)]).toEqual([numbers(3), 'by hand']);
  });

  it('repeats, after a kill, next to nothing of what was done beyond the committed offset', async () => {
    const { ground } = context;
    const topic = await ground.topic(1);
    const groupId = ground.name('group');
    const values = numbers(400).map(value => (Number(value) % 100 === 0 ? 'waits' : value));
    const child = fork(program, [ground.brokers.join(','), topic, groupId, String(context.pace.session)]);
    const given = new Set<string>();
    child.on('message', offset => given.add(String(offset)));
    try {
      await ground.produce(topic, 0, values.slice(0, 200));
      await until(() => given.size === 200, 'the process has them all', 30_000);
      await until(async () => ofTheEngine.test((await metadataOf(groupId, topic)) ?? ''), 'metadata is committed');
      await wait(150);
      await ground.produce(topic, 0, values.slice(200));
      await until(() => given.size === 400, 'and the later ones, over the gaps');
      await wait(150);
    } finally {
      child.kill('SIGKILL');
    }
    const again: string[] = [];
    await consume(topic, groupId, async payload => {
      again.push(payload.message.offset);
      payload.defer(Promise.resolve());
    });
    await until(async () => (await ground.committed(groupId, topic))[0] === 400, 'everything is committed', 60_000);
    expect(again).toEqual(expect.arrayContaining(['0', '100', '200', '300']));
    expect(again.length).toBeLessThanOrEqual(4 + 200);
    expect(again.filter(offset => Number(offset) < 200)).toEqual(['0', '100']);
  }, 90_000);
}
