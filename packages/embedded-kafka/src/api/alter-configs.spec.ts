import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { errorName } from '../protocol/errors.js';
import { describeConfigsCodec } from '../protocol/generated/describe-configs.js';
import { incrementalAlterConfigsCodec } from '../protocol/generated/incremental-alter-configs.js';
import { listOffsetsCodec } from '../protocol/generated/list-offsets.js';
import { produceCodec } from '../protocol/generated/produce.js';

const TOPIC = 2;
const BROKER = 4;
let kafka: EmbeddedKafka;
let client: WireClient;

beforeEach(async () => {
  kafka = await EmbeddedKafka.start({ topics: ['t'] });
  client = await WireClient.connect(kafka.brokers[0] ?? '');
});
afterEach(async () => {
  client.destroy();
  await kafka.stop();
});

async function set(resourceType: number, resourceName: string, name: string, value: string | null): Promise<string> {
  const configs = [{ name, configOperation: value === null ? 1 : 0, value }];
  const { responses } = await client.call(incrementalAlterConfigsCodec, 1, {
    resources: [{ resourceType, resourceName, configs }],
    validateOnly: false,
  });
  return errorName(responses[0]?.errorCode ?? 0);
}

async function produce(values: string[], timestamps?: number[]): Promise<string> {
  const records = buildBatch({ values, ...(timestamps && { timestamps }) });
  const { responses } = await client.call(produceCodec, 9, {
    acks: -1,
    timeoutMs: 0,
    topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
  });
  return errorName(responses[0]?.partitionResponses[0]?.errorCode ?? 0);
}

async function describeConfig(resourceType: number, resourceName: string, name: string) {
  const { results } = await client.call(describeConfigsCodec, 4, {
    resources: [{ resourceType, resourceName, configurationKeys: [name] }],
    includeSynonyms: true,
    includeDocumentation: false,
  });
  return results[0]?.configs[0];
}

const earliest = async (): Promise<bigint | undefined> => {
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -2n }] }];
  const answer = await client.call(listOffsetsCodec, 6, { replicaId: -1, topics });
  return answer.topics[0]?.partitions[0]?.offset;
};

describe('A broker configuration that is altered', () => {
  it.each(['1', ''])('counts for topics that did not set it themselves (broker "%s")', async broker => {
    expect(await set(BROKER, broker, 'message.max.bytes', '100')).toBe('NONE');
    expect(await produce(['x'.repeat(100)])).toBe('MESSAGE_TOO_LARGE');
    const source = broker === '' ? 3 : 2;
    expect(await describeConfig(TOPIC, 't', 'max.message.bytes')).toMatchObject({
      value: '100',
      configSource: source,
      synonyms: [
        { name: 'message.max.bytes', value: '100', source },
        { name: 'message.max.bytes', value: '1048588', source: 5 },
      ],
    });
    expect(await set(TOPIC, 't', 'max.message.bytes', '1000')).toBe('NONE');
    expect(await produce(['x'.repeat(100)])).toBe('NONE');
    expect(await set(TOPIC, 't', 'max.message.bytes', null)).toBe('NONE');
    expect(await set(BROKER, broker, 'message.max.bytes', null)).toBe('NONE');
    expect(await produce(['x'.repeat(100)])).toBe('NONE');
  });

  it('is a default of retention too, although its unit has other names', async () => {
    await produce(['old'], [Date.now() - 10_000]);
    expect(await set(BROKER, '', 'log.retention.ms', '5000')).toBe('NONE');
    expect(await describeConfig(TOPIC, 't', 'retention.ms')).toMatchObject({ value: '5000', configSource: 3 });
    expect(await earliest()).toBe(1n);
  });

  it('never shows a secret', async () => {
    expect(await set(BROKER, '1', 'ssl.keystore.password', 'secret')).toBe('NONE');
    expect(await describeConfig(BROKER, '1', 'ssl.keystore.password')).toMatchObject({
      value: null,
      isSensitive: true,
      synonyms: [{ value: null, source: 2 }],
    });
  });
});

describe('Retention', () => {
  it('begins at once when it is altered', async () => {
    await produce(['old'], [Date.now() - 10_000]);
    expect(await earliest()).toBe(0n);
    expect(await set(TOPIC, 't', 'retention.ms', '5000')).toBe('NONE');
    expect(await earliest()).toBe(1n);
  });
});
