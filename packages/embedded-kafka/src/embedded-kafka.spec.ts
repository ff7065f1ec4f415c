import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WireClient } from '../test/support/wire-client.js';
import { fetchOf } from '../test/support/fetch-requests.js';
import { EmbeddedKafka } from './embedded-kafka.js';
import type { EmbeddedKafkaOptions } from './options/embedded-kafka-options.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import { fetchCodec } from './protocol/generated/fetch.js';

async function failure(attempt: Promise<unknown>): Promise<EmbeddedKafkaError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!EmbeddedKafkaError.is(error)) throw new Error(`Not an EmbeddedKafkaError: ${String(error)}`);
  return error;
}

describe('EmbeddedKafka.start', () => {
  it('listens on a free port of the loopback interface, with its topics', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: ['a', { name: 'b', partitions: 3 }] });
    expect(kafka.brokers).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
    expect(await kafka.records('a')).toEqual([]);
    await expect(kafka.createTopic('b')).rejects.toThrow(/TOPIC_ALREADY_EXISTS/);
  });

  it('honours a fixed port, and says so if that is taken', async () => {
    await using first = await EmbeddedKafka.start();
    const port = Number(first.brokers[0]?.split(':')[1]);
    const error = await failure(EmbeddedKafka.start({ port }));
    expect(error.code).toBe('LISTEN_FAILED');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    await first.stop();
    await using second = await EmbeddedKafka.start({ port });
    expect(second.brokers).toEqual([`127.0.0.1:${port}`]);
  });

  it('tells all faults of its options in one error', async () => {
    const options = {
      port: 70_000,
      host: '',
      defaultPartitions: 0,
      autoCreateTopics: 'yes',
      groupMinSessionTimeoutMs: -1,
      logger: {},
      topics: ['a b', { name: 'c', partitions: 0, configs: { nope: 1 } }, 'd', 'd', 5],
      prot: 1,
    } as unknown as EmbeddedKafkaOptions;
    const error = await failure(EmbeddedKafka.start(options));
    expect(error.code).toBe('INVALID_OPTIONS');
    for (const fault of [
      'prot is not an option',
      'port must be an integer from 0 to 65535, got 70000',
      'host must be',
      'defaultPartitions must be',
      'autoCreateTopics must be a boolean, got "yes"',
      'groupMinSessionTimeoutMs must be',
      'logger must have',
      "topic name: 'a b'",
      'partitions of topic c must be',
      'configs of topic c: Unknown topic config name: nope',
      'topics has "d" twice',
      "a topic's name must be a string",
    ]) {
      expect(error.message).toContain(fault);
    }
  });

  it('applies topic configurations given as numbers and booleans', async () => {
    await using kafka = await EmbeddedKafka.start({
      topics: [{ name: 't', configs: { 'max.message.bytes': 100, preallocate: false } }],
    });
    expect(kafka.brokers).toHaveLength(1);
  });
});

describe('a running EmbeddedKafka', () => {
  it('knows its topics, and tells which there are', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: ['orders'] });
    await kafka.deleteTopic('orders');
    await kafka.createTopic({ name: 'payments', partitions: 2 });
    const error = await failure(kafka.records('orders'));
    expect(error.code).toBe('UNKNOWN_TOPIC');
    expect(error.message).toContain('it has payments');
    expect((await failure(kafka.deleteTopic('orders'))).code).toBe('UNKNOWN_TOPIC');
    expect((await failure(kafka.createTopic('a b'))).code).toBe('INVALID_OPTIONS');
  });

  it('tells its logger of its address and of clients that are cut', async () => {
    const lines: string[] = [];
    const log = (message: string): number => lines.push(message);
    await using kafka = await EmbeddedKafka.start({ logger: { debug: log, info: log, warn: log, error: log } });
    const client = await WireClient.connect(kafka.brokers[0] ?? '');
    client.socket.write('GET / HTTP/1.1\r\n\r\n');
    await client.closed();
    expect(lines[0]).toContain(kafka.brokers[0]);
    expect(lines.join('\n')).toMatch(/connection 1 from \/127\.0\.0\.1 is closed: a frame claims/);
  });
});

describe('stopping', () => {
  it('frees the port, cuts clients with parked requests, and may be repeated', async () => {
    const kafka = await EmbeddedKafka.start({ topics: ['t'] });
    const [broker = ''] = kafka.brokers;
    const client = await WireClient.connect(broker);
    client.send(fetchCodec, 12, fetchOf('t', { maxWaitMs: 60_000 }));
    await new Promise(resolve => setTimeout(resolve, 20));
    const startedAt = performance.now();
    await Promise.all([kafka.stop(), kafka.stop()]);
    expect(performance.now() - startedAt).toBeLessThan(100);
    await client.closed();
    const [host = '', port] = broker.split(':');
    await new Promise<void>(resolve => {
      connect({ host, port: Number(port) }).once('error', () => resolve());
    });
    expect((await failure(kafka.records('t'))).code).toBe('STOPPED');
    await kafka.stop();
  });

  it('leaves nothing that keeps the process alive, however often it is done', () => {
    const source = fileURLToPath(new URL('../dist/index.js', import.meta.url));
    const program = `
      import { EmbeddedKafka } from ${JSON.stringify(source)};
      for (let round = 0; round < 50; round++) {
        const kafka = await EmbeddedKafka.start({ topics: ['a'] });
        await kafka.stop();
      }
      await new Promise(resolve => setTimeout(resolve, 10)); // sockets close at the end of the loop
      console.log(process.getActiveResourcesInfo().filter(name => name !== 'PipeWrap').join());`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 });
    expect(output.toString().trim()).toBe('');
  });
});
