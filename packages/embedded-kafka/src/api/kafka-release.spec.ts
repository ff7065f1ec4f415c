import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../index.js';
import { RawClient } from '../group/raw-client.fixture.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { produceCodec } from '../protocol/generated/produce.js';
import { highestVersion, kafkaReleases, type KafkaRelease } from './kafka-release.js';
import { registry } from './registry.js';

describe('A broker that plays an older Kafka', () => {
  const running: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of running.splice(0)) await each[Symbol.asyncDispose]();
  });

  async function start(asVersion: KafkaRelease): Promise<EmbeddedKafka> {
    const kafka = await EmbeddedKafka.start({ asVersion });
    running.push(kafka);
    return kafka;
  }

  it('has in 4.1 everything that is served, in its highest version', () => {
    const inFull = registry.map(({ key, maxVersion }) => [key, maxVersion]);
    expect(registry.map(({ key }) => [key, highestVersion(key, '4.1')])).toEqual(inFull);
  });

  it('never loses a version from one release to the next', () => {
    for (const { key } of registry) {
      const versions = kafkaReleases.map(release => highestVersion(key, release) ?? -1);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
  });

  it("advertises the release's versions, and hangs up on anything beyond them", async () => {
    const kafka = await start('2.8');
    const client = await RawClient.connect(kafka.brokers[0] ?? '', 'raw');
    const answer = await client.send(apiVersionsCodec, 0, { clientSoftwareName: 'x', clientSoftwareVersion: '1' });
    const ranges = new Map(answer.apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion]));
    expect([0, 1, 9, 11, 47, 61, 65, 68].map(key => ranges.get(key))).toEqual([
      9,
      12,
      7,
      7,
      0,
      undefined,
      undefined,
      undefined,
    ]);
    const tooNew = client.send(produceCodec, 10, { acks: 1, timeoutMs: 1_000, topicData: [] });
    await expect(tooNew).rejects.toThrow('The connection was closed');
  });

  it.each(['2.1', '2.8', '3.9'] as const)(
    'serves kafkajs as %s: produce, consume in a group, transactions',
    async release => {
      const kafka = await start(release);
      const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
      const producer = client.producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true });
      await producer.connect();
      await kafka.createTopic('heroes');
      const aborted = await producer.transaction();
      await aborted.send({ topic: 'heroes', messages: [{ value: 'no' }] });
      await aborted.abort();
      const committed = await producer.transaction();
      await committed.send({ topic: 'heroes', messages: [{ value: 'yes' }] });
      await committed.commit();
      const consumer = client.consumer({ groupId: 'league', maxWaitTimeInMs: 50 });
      await consumer.connect();
      await consumer.subscribe({ topic: 'heroes', fromBeginning: true });
      const seen = new Promise<string>(resolve => {
        void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
      });
      expect(await seen).toBe('yes');
      await Promise.all([consumer.disconnect(), producer.disconnect()]);
    },
  );

  it('refuses releases that it does not know, and features that a release does not have, in one error', async () => {
    const asVersion = '1.0' as KafkaRelease;
    const refused = EmbeddedKafka.start({ asVersion, port: -1 });
    await expect(refused).rejects.toThrow('asVersion must be one of 2.1, 2.2');
    await expect(refused).rejects.toThrow('port must be an integer');
    await expect(EmbeddedKafka.start({ asVersion: '3.9', transactionVersion: 2 })).rejects.toThrow(
      /transactionVersion 2 needs asVersion 4\.0/,
    );
  });
});
