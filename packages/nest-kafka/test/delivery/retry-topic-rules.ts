import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryEvent, DeliveryPolicy } from '../../src/index.js';
import type { KafkaContext } from '../../src/server/kafka-context.js';
import type { Ground } from '../ground.js';
import { PolicyBench } from './policy-server.js';
import { PATIENCE, retryTopicOf, TopicDesk } from './retry-topic-bench.js';

const nestKafka = async (...args: string[]): Promise<void> =>
  void (await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('../../dist/cli/cli.js', import.meta.url)),
    ...args,
  ]));

const inTopics = (
  retry: Partial<NonNullable<Exclude<DeliveryPolicy['retry'], number>>> = {},
  more: DeliveryPolicy = {},
): DeliveryPolicy => ({
  retry: { attempts: 3, delay: 100, factor: 1, jitter: 0, ...retry, in: 'topics' },
  deadLetter: false,
  ...more,
});

/** `retry: { in: 'topics' }`, while things are killed, missing and in the way. */
export function retryTopicRules(ground: () => Ground): void {
  describe('retry topics', () => {
    let bench: PolicyBench;
    let desk: TopicDesk;
    let seen: string[];
    beforeEach(() => {
      desk = new TopicDesk(ground());
      seen = [];
    });
    afterEach(() => bench.end());

    const note = (data: string, context: KafkaContext): void => void seen.push(`${data}#${context.getAttempt()}`);
    const failing =
      (attempts = Infinity) =>
      (data: string, context: KafkaContext): void => {
        note(data, context);
        if (data.startsWith('bad') && context.getAttempt() <= attempts) throw new Error('away');
      };

    it('keep key, value, headers and partition, byte for byte, up to the dead letter', async () => {
      bench = await PolicyBench.open(ground(), 3);
      const deadLetter = `${bench.topic}.dlt`;
      const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x80]);
      const original = {
        key: bytes,
        value: Buffer.concat([bytes, bytes]),
        headers: { binary: bytes, empty: '', twice: [bytes, 'b'], ümlaut: 'ü' },
      };
      await bench.member(inTopics({}, { deadLetter }), () => {
        throw new Error('never');
      });
      await desk.produce(bench.topic, { ...original, partition: 2 });
      const [letter] = await desk.records(deadLetter, 3, 1);
      const waited = [...(await desk.records(retryTopicOf(bench), 3, 2))];
      expect(waited.map(({ partition }) => partition)).toEqual([2, 2]);
      for (const record of [...waited, letter]) {
        expect([record?.message.key, record?.message.value]).toEqual([original.key, original.value]);
        const headers = Object.entries(record?.message.headers ?? {});
        expect(headers.slice(0, 4)).toEqual([
          ['binary', bytes],
          ['empty', Buffer.alloc(0)],
          ['twice', [bytes, Buffer.from('b')]],
          ['ümlaut', Buffer.from('ü')],
        ]);
        expect(headers.slice(4).every(([name]) => /^(kafka_dlt-|nest-kafka_)/.test(name))).toBe(true);
      }
    });

    it('that cannot be written: nothing is skipped, health is red, and it goes on once they can be', async () => {
      bench = await PolicyBench.open(ground());
      const events: DeliveryEvent[] = [];
      const { server } = await bench.member(inTopics(), failing(), { producer: { retry: { retries: 1 } } });
      server.onDelivery(event => void events.push(event));
      // A compacted topic refuses what has no key.
      await desk.configure(retryTopicOf(bench), { 'cleanup.policy': 'compact' });
      await bench.send(['bad', 'next']);
      await expect.poll(() => events.length, PATIENCE).toBeGreaterThan(1);
      const health = await server.health();
      expect(health.healthy).toBe(false);
      expect(health.faults.join('\n')).toMatch(
        /at offset 0 of .* is to be put into a retry topic by .*, but writing it to/,
      );
      expect(events[0]).toMatchObject({
        type: 'undeliverable',
        attempt: 1,
        retryTopic: retryTopicOf(bench),
        retryIn: 1000,
      });
      // The offset waits; with an engine that can defer, the next message does not.
      expect(await bench.committed()).toBeLessThanOrEqual(0);
      expect(seen.includes('next#1')).toBe(ground().driver === undefined);
      await desk.configure(retryTopicOf(bench), { 'cleanup.policy': 'delete' });
      await expect.poll(() => seen.at(-1), PATIENCE).toBe('bad#3');
      // Attempts whose outcome was nowhere do not count.
      expect(seen.filter(each => each !== 'bad#1' && each !== 'next#1')).toEqual(['bad#2', 'bad#3']);
      expect(seen.filter(each => each === 'next#1')).toHaveLength(1);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(2);
      await expect.poll(async () => (await server.health()).healthy, PATIENCE).toBe(true);
    });

    it('that a message is too large for: it is given up at once, not lost and not tried for ever', async () => {
      bench = await PolicyBench.open(ground());
      const deadLetter = `${bench.topic}.dlt`;
      const { logged } = await bench.member(inTopics({}, { deadLetter }), failing());
      await desk.configure(retryTopicOf(bench), { 'max.message.bytes': '1000' });
      await bench.send([`bad ${'x'.repeat(2_000)}`, 'next']);
      const [letter] = await desk.records(deadLetter, 1, 1);
      expect(String(letter?.message.headers?.['nest-kafka_attempt'])).toBe('1');
      expect(logged.join('\n')).toMatch(/too large for the retry topic .* Raise its "max\.message\.bytes"/);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(2);
    });

    it('are made with settings by which nothing is lost; those that are there are checked', async () => {
      bench = await PolicyBench.open(ground());
      const { server } = await bench.member(inTopics({ delay: 1, maxDelay: 10 * 86_400_000 }), note);
      expect(await desk.settings(retryTopicOf(bench), 'cleanup.policy', 'retention.ms')).toEqual({
        'cleanup.policy': 'delete',
        'retention.ms': String(30 * 86_400_000),
      });
      await bench.close(server);
      await desk.configure(retryTopicOf(bench), { 'cleanup.policy': 'compact', 'retention.ms': '1000' });
      await expect(bench.member(inTopics(), note)).rejects.toThrow(
        /retry\.1" has a "cleanup\.policy" of 'compact'.*retry\.1" has a "retention\.ms" of 1000: it must be more than 30000/,
      );
    });

    it('with fewer partitions than their topic take the message by its key', async () => {
      bench = await PolicyBench.open(ground(), 4);
      await desk.create(retryTopicOf(bench), 1);
      const partitions: number[] = [];
      await bench.member(inTopics(), (data, context) => {
        partitions.push(context.getPartition());
        failing(2)(data, context);
      });
      await bench.send([['key', 'bad']], 3);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1', 'bad#2', 'bad#3']);
      expect(partitions).toEqual([3, 3, 3]);
      const [record] = await desk.records(retryTopicOf(bench), 1, 1);
      expect([record?.partition, String(record?.message.key)]).toEqual([0, 'key']);
    });

    it('of a former policy with more delays: what waits there is delivered, too', async () => {
      bench = await PolicyBench.open(ground());
      const former = inTopics({ attempts: 4, delay: 40, factor: 2, maxDelay: 60_000 });
      const { server } = await bench.member(former, failing());
      expect((await desk.topics()).filter(topic => topic.startsWith(`${bench.topic}.`))).toHaveLength(3);
      await bench.close(server);
      const place = { topic: bench.topic, partition: 0, offset: '7', timestamp: '5', timestampType: 'CreateTime' };
      const waiting = { group: `${bench.group}-server`, ...place };
      const headers = { 'nest-kafka_retry': JSON.stringify({ ...waiting, attempt: 3, due: 0 }) };
      await desk.produce(retryTopicOf(bench, 3), { value: 'bad', headers });
      const events: DeliveryEvent[] = [];
      await bench.member(inTopics({ attempts: 2 }), failing(), {}, again =>
        again.onDelivery(event => void events.push(event)),
      );
      await expect.poll(() => events, PATIENCE).toMatchObject([{ type: 'skipped', attempt: 4, offset: '7' }]);
    });

    it('of another group: each group retries what it has failed at itself', async () => {
      bench = await PolicyBench.open(ground());
      const other = await PolicyBench.open(ground(), 1, { topic: bench.topic });
      const others: string[] = [];
      await bench.member(inTopics(), failing(1));
      await other.member(inTopics(), (data, context) => void others.push(`${data}#${context.getAttempt()}`));
      await bench.send(['bad']);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1', 'bad#2']);
      expect(others).toEqual(['bad#1']);
      await other.end();
    });

    it('of another group never cross, not even if their names are the same', async () => {
      const [name, suffix] = [ground().unique('cross'), ground().unique('group')];
      bench = await PolicyBench.open(ground(), 1, { topic: name, group: `a.${suffix}` });
      const other = await PolicyBench.open(ground(), 1, { topic: `${name}.a`, group: suffix });
      expect(retryTopicOf(other)).toBe(retryTopicOf(bench));
      const others: string[] = [];
      const { logged } = await other.member(inTopics(), data => void others.push(data));
      await bench.member(inTopics(), failing(2));
      await bench.send(['bad']);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1', 'bad#2', 'bad#3']);
      await expect.poll(() => logged.join('\n'), PATIENCE).toMatch(/is left to that group/);
      expect(others).toEqual([]);
      await other.end();
    });

    it('over a rebalance between two attempts: delivered once, at its time, by whoever has it then', async () => {
      bench = await PolicyBench.open(ground(), 2);
      const at: number[] = [];
      const policy = inTopics({ delay: 1_500, attempts: 2 });
      const handle = (data: string, context: KafkaContext): void => {
        at.push(Date.now());
        failing(1)(data, context);
      };
      const first = await bench.member(policy, handle);
      await bench.send(['bad 0'], 0);
      await bench.send(['bad 1'], 1);
      await expect.poll(() => seen.length, PATIENCE).toBe(2);
      await bench.member(policy, handle);
      await bench.close(first.server);
      await expect.poll(() => seen.length, PATIENCE).toBe(4);
      expect(seen.toSorted()).toEqual(['bad 0#1', 'bad 0#2', 'bad 1#1', 'bad 1#2']);
      expect(Math.min(...at.slice(2)) - Math.min(...at.slice(0, 2))).toBeGreaterThan(1_490);
      await expect.poll(() => desk.waiting(retryTopicOf(bench), bench.group), PATIENCE).toBe(0);
    });

    it(
      'end in dead letters that `nest-kafka dlt replay` puts back to where the message was first',
      { timeout: 90_000 },
      async () => {
        bench = await PolicyBench.open(ground(), 2);
        const deadLetter = `${bench.topic}.dlt`;
        // Its retry topics have the broker's own timestamps.
        await desk.create(retryTopicOf(bench), 2, { 'message.timestamp.type': 'LogAppendTime' });
        await bench.member(inTopics({ attempts: 2 }, { deadLetter }), failing());
        await desk.produce(
          bench.topic,
          { value: 'before', partition: 1 },
          { value: 'bad', partition: 1, timestamp: '1700000000000' },
        );
        const [letter] = await desk.records(deadLetter, 2, 1);
        expect(seen).toEqual(['before#1', 'bad#1', 'bad#2']);
        const text = (name: string): string => String(letter?.message.headers?.[`kafka_dlt-original-${name}`]);
        expect(['topic', 'partition', 'offset', 'timestamp', 'timestamp-type'].map(text)).toEqual([
          bench.topic,
          '1',
          '1',
          '1700000000000',
          'CreateTime',
        ]);
        await nestKafka('dlt', 'replay', deadLetter, '--brokers', ground().brokers.join(','));
        await expect.poll(() => seen, PATIENCE).toEqual(['before#1', 'bad#1', 'bad#2', 'bad#1', 'bad#2']);
      },
    );

    it('of a paused handler: what is due waits until it is resumed', async () => {
      bench = await PolicyBench.open(ground());
      const { server } = await bench.member(inTopics({ delay: 400 }), failing(1));
      await bench.send(['bad']);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1']);
      server.pause(bench.topic);
      await sleep(700);
      expect(seen).toEqual(['bad#1']);
      server.resume(bench.topic);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1', 'bad#2']);
    });

    it('have nothing wait for them: a server that closes leaves what is not due, at once', async () => {
      bench = await PolicyBench.open(ground());
      const policy = inTopics({ delay: 30_000 });
      const { server, logged } = await bench.member(policy, failing());
      await bench.send(['bad']);
      await expect.poll(() => desk.waiting(retryTopicOf(bench), bench.group), PATIENCE).toBe(1);
      const begun = Date.now();
      await bench.close(server);
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect(logged.join('\n')).not.toMatch(/grace period/);
      await expect.poll(() => bench.committed(), PATIENCE).toBe(1);
    });

    it('of a policy with one attempt are none', async () => {
      bench = await PolicyBench.open(ground());
      const { server } = await bench.member(inTopics({ attempts: 1 }), failing());
      await bench.send(['bad', 'next']);
      await expect.poll(() => seen, PATIENCE).toEqual(['bad#1', 'next#1']);
      expect((await desk.topics()).filter(topic => topic.startsWith(`${bench.topic}.`))).toEqual([]);
      expect((await server.health()).faults).toEqual([]);
    });
  });
}
