import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Kafka, type Message, type Producer } from 'kafkajs-platformatic';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeadLetterHeaders } from '../src/index.js';

const CLI = fileURLToPath(new URL('../dist/cli/cli.js', import.meta.url));
const NO_TEXT = Buffer.from([0xff, 0xfe, 0x00]);

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function linesOf({ stdout }: Ended): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter(line => line !== '');
  return lines.map(line => JSON.parse(line) as Record<string, unknown>);
}

/** What `npx nest-kafka dlt` does to real topics, as a process, on these brokers. */
export function describeDeadLetterProgram(brokersOf: () => readonly string[]): void {
  const run = `dlt-${process.pid}-${Date.now().toString(36)}`;
  let count = 0;
  let producer: Producer;
  let kafka: Kafka;

  beforeAll(async () => {
    if (!existsSync(CLI)) {
      throw new Error('packages/nest-kafka is not built: run `npm run build` first');
    }
    kafka = new Kafka({ brokers: [...brokersOf()] });
    producer = kafka.producer();
    await producer.connect();
  });

  afterAll(() => producer?.disconnect());

  const nestKafka = (...args: string[]): Promise<Ended> =>
    new Promise(resolve => {
      const env = { ...process.env, KAFKA_BROKERS: brokersOf().join(',') };
      execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  /** A topic with two partitions, and a dead letter topic with these letters of it in its one partition. */
  async function letters(...given: { exception: string; message?: Partial<Message> }[]): Promise<[string, string]> {
    const topic = `${run}-${++count}`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic, numPartitions: 2 }, { topic: `${topic}.dlt` }],
      waitForLeaders: true,
    });
    await admin.disconnect();
    await producer.send({
      topic: `${topic}.dlt`,
      messages: given.map(({ exception, message }, index) => ({
        key: `key ${index}`,
        value: `value ${index}`,
        ...message,
        headers: {
          own: NO_TEXT,
          ...message?.headers,
          [DeadLetterHeaders.TOPIC]: topic,
          [DeadLetterHeaders.PARTITION]: '1',
          [DeadLetterHeaders.OFFSET]: String(10 + index),
          [DeadLetterHeaders.EXCEPTION]: exception,
          [DeadLetterHeaders.MESSAGE]: `reason ${index}`,
          [DeadLetterHeaders.HANDLER]: topic,
          [DeadLetterHeaders.ATTEMPT]: '3',
        },
      })),
    });
    return [topic, `${topic}.dlt`];
  }

  /** Everything in a topic, read by a client of its own. */
  async function contentOf(topic: string, expected: number): Promise<{ partition: number; message: Message }[]> {
    const content: { partition: number; message: Message }[] = [];
    const position = { [topic]: { 0: '0', 1: '0' } };
    const reader = kafka.reader({ topics: [{ topic, partitions: [0, 1] }], position });
    await reader.run({
      eachMessage: ({ partition, message }) => {
        content.push({ partition, message });
        return Promise.resolve();
      },
    });
    await expect.poll(() => content.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(expected);
    await reader.close();
    return content;
  }

  it('list counts by original topic, handler and exception', { timeout: 90_000 }, async () => {
    const [topic, dlt] = await letters({ exception: 'TypeError' }, { exception: 'Gone' }, { exception: 'TypeError' });
    const counted = await nestKafka('dlt', 'list', dlt, '--json');
    expect(counted).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(counted)).toEqual([
      {
        originalTopic: topic,
        handler: topic,
        exception: 'TypeError',
        messages: 2,
        replayed: 0,
        firstReason: 'reason 0',
      },
      { originalTopic: topic, handler: topic, exception: 'Gone', messages: 1, replayed: 0, firstReason: 'reason 1' },
    ]);
  });

  it('show prints one or all, bytes that are no text as base64', { timeout: 90_000 }, async () => {
    const [topic, dlt] = await letters(
      { exception: 'A', message: { value: NO_TEXT } },
      { exception: 'B', message: { value: null } },
    );
    const [first, second] = linesOf(await nestKafka('dlt', 'show', dlt, '--json'));
    expect(first).toMatchObject({
      topic: dlt,
      partition: 0,
      offset: '0',
      originalTopic: topic,
      originalPartition: 1,
      originalOffset: '10',
      key: 'key 0',
      value: NO_TEXT.toString('base64'),
      valueEncoding: 'base64',
    });
    expect(second).toMatchObject({ value: null, exception: 'B', reason: 'reason 1', attempt: '3' });
    const one = await nestKafka('dlt', 'show', dlt, '--partition', '0', '--offset', '1');
    expect(one.stdout).toContain('exception  B: reason 1\n');
    expect(one.stdout).not.toContain('exception  A');
  });

  it(
    'replay produces what was there to its original topic and partition, each once, and remembers it',
    { timeout: 90_000 },
    async () => {
      const [topic, dlt] = await letters(
        { exception: 'A', message: { value: NO_TEXT, key: null, headers: { many: ['1', '2'] } } },
        { exception: 'B' },
        { exception: 'A' },
      );
      expect(await nestKafka('dlt', 'replay', dlt, '--dry-run')).toMatchObject({
        status: 0,
        stderr: '3 would be replayed\n',
      });
      expect(await nestKafka('dlt', 'replay', dlt, '--exception', 'A')).toMatchObject({ stderr: '2 replayed\n' });
      const replayed = await contentOf(topic, 2);
      expect(replayed.map(({ partition }) => partition)).toEqual([1, 1]);
      const [first, second] = replayed.map(({ message }) => message);
      expect([first?.key, first?.value, first?.headers]).toEqual([
        null,
        NO_TEXT,
        { own: NO_TEXT, many: [Buffer.from('1'), Buffer.from('2')], 'nest-kafka_replayed': Buffer.from(`${dlt}[0]@0`) },
      ]);
      expect([String(second?.key), String(second?.value)]).toEqual(['key 2', 'value 2']);
      // What was left out is still there, and comes alone.
      const { stdout } = await nestKafka('dlt', 'list', dlt);
      expect(stdout.split('\n').map(line => line.split(/ {2,}/))).toEqual([
        ['messages', 'replayed', 'original topic', 'handler', 'exception', 'first reason'],
        ['2', '2', topic, topic, 'A', 'reason 0'],
        ['1', '0', topic, topic, 'B', 'reason 1'],
        [''],
      ]);
      expect(await nestKafka('dlt', 'replay', dlt)).toMatchObject({ stderr: '1 replayed\n' });
      expect((await contentOf(topic, 3)).map(({ message }) => String(message.key))).toEqual(['null', 'key 2', 'key 1']);
      expect(await nestKafka('dlt', 'replay', dlt, '--again', '--max', '1')).toMatchObject({ stderr: '1 replayed\n' });
    },
  );

  it('replay leaves what it cannot place, says so, and fails', { timeout: 90_000 }, async () => {
    const [topic, dlt] = await letters({ exception: 'A' });
    await producer.send({ topic: dlt, messages: [{ value: 'not ours' }] });
    const ended = await nestKafka('dlt', 'replay', dlt);
    expect(ended).toMatchObject({ status: 1, stdout: `${dlt}[0]@0 → ${topic}\n` });
    expect(ended.stderr).toBe(
      `warning: ${dlt}[0]@1 has no header that names its original topic; it is left where it is.\n1 replayed, 1 refused\n`,
    );
  });

  it('ends at the marks of a transaction', { timeout: 90_000 }, async () => {
    const [, dlt] = await letters({ exception: 'A' });
    const writer = kafka.producer({ transactionalId: `${dlt}-tx`, maxInFlightRequests: 1, idempotent: true });
    await writer.connect();
    const transaction = await writer.transaction();
    await transaction.send({ topic: dlt, messages: [{ value: 'in a transaction' }] });
    await transaction.commit();
    await writer.disconnect();
    const ended = await nestKafka('dlt', 'show', dlt, '--json', '--idle', '500');
    expect(linesOf(ended).map(({ value }) => value)).toEqual(['value 0', 'in a transaction']);
    expect(ended.stderr).toContain('marks of transactions');
  });

  it('says what is wrong, and where', { timeout: 90_000 }, async () => {
    const unknown = await nestKafka('dlt', 'list', `${run}-nowhere`);
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain(`${run}-nowhere`);
  });
}
