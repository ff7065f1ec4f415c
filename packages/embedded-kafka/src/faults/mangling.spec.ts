import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../group/raw-client.fixture.js';
import { EmbeddedKafka } from '../index.js';
import { metadataCodec } from '../protocol/generated/metadata.js';

const askMetadata = (client: RawClient): Promise<unknown> =>
  client.send(metadataCodec, 12, { topics: [], allowAutoTopicCreation: false });

/** Which of forty requests are hit: `x`. */
async function hits(kafka: EmbeddedKafka, seed: number): Promise<string> {
  const fault = kafka.faults.inject({ api: 'Metadata', close: true, probability: 0.3, seed });
  let pattern = '';
  for (let request = 0; request < 40; request++) {
    const client = await RawClient.connect(kafka.brokers[0] ?? '', 'raw');
    pattern += await askMetadata(client).then(
      () => '.',
      () => 'x',
    );
    client.destroy();
  }
  fault.remove();
  return pattern;
}

describe('Faults on the way back', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: ['heroes'] });
  });
  afterEach(() => kafka.stop());

  it('truncate an answer, and close the connection', async () => {
    kafka.faults.inject({ api: 'Metadata', truncateAnswer: true, count: 1 });
    const client = await RawClient.connect(kafka.brokers[0] ?? '', 'raw');
    await expect(askMetadata(client)).rejects.toThrow('The connection was closed');
  });

  it('do the work whose answer is cut short, so that a producer without idempotence writes twice', async () => {
    const fault = kafka.faults.inject({ api: 'Produce', truncateAnswer: true, count: 1 });
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10 } });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'heroes', messages: [{ value: 'paid' }] });
    expect(fault.hits).toBe(1);
    expect(await kafka.records('heroes')).toHaveLength(2);
    await producer.disconnect();
  });

  it('duplicate an answer, which kafkajs survives', async () => {
    kafka.faults.inject({ api: 'Produce', duplicateAnswer: true });
    const producer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    for (const value of ['one', 'two', 'three']) await producer.send({ topic: 'heroes', messages: [{ value }] });
    expect((await kafka.records('heroes')).map(record => String(record.value))).toEqual(['one', 'two', 'three']);
    await producer.disconnect();
  });

  it('hit by chance, and the same requests in every run with the same seed', async () => {
    const first = await hits(kafka, 7);
    expect(await hits(kafka, 7)).toBe(first);
    expect(await hits(kafka, 8)).not.toBe(first);
    expect(first).toContain('x');
    expect(first).toContain('.');
  });

  it('refuse chances that are none', () => {
    expect(() => kafka.faults.inject({ close: true, probability: 0, seed: -1 })).toThrow(
      /probability must be .* seed must be/,
    );
    expect(() => kafka.faults.inject({ truncateAnswer: true, duplicateAnswer: true })).toThrow(/exclude each other/);
  });
});
