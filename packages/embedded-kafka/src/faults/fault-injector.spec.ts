import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../test/support/build-batch.js';
import { fetchOf } from '../../test/support/fetch-requests.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka, EmbeddedKafkaError, type Fault } from '../index.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { produceCodec } from '../protocol/generated/produce.js';

let kafka: EmbeddedKafka;
let client: WireClient;

beforeEach(async () => {
  kafka = await EmbeddedKafka.start({ topics: ['heroes', 'villains'] });
  client = await WireClient.connect(kafka.brokers[0] ?? '');
});
afterEach(async () => {
  client.destroy();
  await kafka.stop();
});

function produceTo(topic: string, acks = -1) {
  return {
    acks,
    timeoutMs: 1_000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records: buildBatch({ timestamps: [Date.now()] }) }] }],
  };
}

async function produce(topic: string): Promise<number | undefined> {
  const { responses } = await client.call(produceCodec, 9, produceTo(topic));
  return responses[0]?.partitionResponses[0]?.errorCode;
}

const inject = (fault: Fault) => kafka.faults.inject(fault);

describe('an injected fault', () => {
  it('answers with an error as often as it says, and nothing is done', async () => {
    const fault = inject({ api: 'Produce', errorCode: 'NOT_LEADER_OR_FOLLOWER', count: 2 });
    expect([await produce('heroes'), await produce('heroes'), await produce('heroes')]).toEqual([6, 6, 0]);
    expect(fault.hits).toBe(2);
    expect(await kafka.records('heroes')).toHaveLength(1);
  });

  it('throttles: the answer comes at once and says for how long nothing else is handled', async () => {
    inject({ api: 'Produce', throttleMs: 300, count: 1 });
    const startedAt = performance.now();
    const { throttleTimeMs } = await client.call(produceCodec, 9, produceTo('heroes'));
    expect(throttleTimeMs).toBe(300);
    expect(await kafka.records('heroes')).toHaveLength(1);
    await client.call(apiVersionsCodec, 0, {});
    // Node's timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(298);
    expect((await client.call(produceCodec, 9, produceTo('heroes'))).throttleTimeMs).toBe(0);
  });

  it('hits until it is removed', async () => {
    const fault = inject({ api: 'Produce', errorCode: 'NOT_ENOUGH_REPLICAS' });
    expect([await produce('heroes'), await produce('heroes')]).toEqual([19, 19]);
    fault.remove();
    fault.remove();
    expect([await produce('heroes'), fault.hits]).toEqual([0, 2]);
    inject({ api: 'Produce', errorCode: 'NOT_ENOUGH_REPLICAS' });
    kafka.faults.clear();
    expect(await produce('heroes')).toBe(0);
  });

  it('hits those alone who ask for its topic, its group or by its client id', async () => {
    inject({ topic: 'heroes', errorCode: 'REQUEST_TIMED_OUT' });
    inject({ api: 'Heartbeat', group: 'league', errorCode: 'NOT_COORDINATOR' });
    inject({ clientId: 'somebody else', close: true });
    expect([await produce('heroes'), await produce('villains')]).toEqual([7, 0]);
    const fetched = await client.call(fetchCodec, 12, fetchOf('heroes'));
    expect(fetched.responses[0]?.partitions[0]?.errorCode).toBe(7);
    const heartbeat = async (groupId: string): Promise<number> => {
      const { errorCode } = await client.call(heartbeatCodec, 4, { groupId, generationId: 1, memberId: 'm' });
      return errorCode;
    };
    expect([await heartbeat('league'), await heartbeat('other')]).toEqual([16, 25]);
  });

  it('knows a topic by its id too', async () => {
    const { topics } = await client.call(metadataCodec, 12, { topics: [{ name: 'heroes' }, { name: 'villains' }] });
    const fault = inject({ api: 'Fetch', topic: 'heroes', errorCode: 'KAFKA_STORAGE_ERROR' });
    const errorOf = async (topicId: string | undefined): Promise<number | undefined> => {
      const { responses } = await client.call(fetchCodec, 17, fetchOf('', { topicId: topicId ?? '' }));
      return responses[0]?.partitions[0]?.errorCode;
    };
    const idOf = (name: string) => topics.find(topic => topic.name === name)?.topicId;
    expect([await errorOf(idOf('heroes')), await errorOf(idOf('villains')), fault.hits]).toEqual([56, 0, 1]);
  });

  it('knows a group among several', async () => {
    const fault = inject({ group: 'league', errorCode: 'COORDINATOR_NOT_AVAILABLE' });
    const { coordinators } = await client.call(findCoordinatorCodec, 4, { coordinatorKeys: ['other', 'league'] });
    expect([coordinators.map(({ errorCode }) => errorCode), fault.hits]).toEqual([[15, 15], 1]);
  });

  it('closes the connection before the work is done, or after it', async () => {
    inject({ api: 'Produce', close: true, count: 1 });
    await expect(produce('heroes')).rejects.toThrow(/closed the connection/);
    expect(await kafka.records('heroes')).toHaveLength(0);
    client = await WireClient.connect(kafka.brokers[0] ?? '');
    inject({ api: 'Produce', dropAnswer: true, count: 1 });
    await expect(produce('heroes')).rejects.toThrow(/closed the connection/);
    expect(await kafka.records('heroes')).toHaveLength(1);
  });

  it('closes the connection where an error cannot be told: acks=0', async () => {
    inject({ api: 'Produce', errorCode: 'NOT_LEADER_OR_FOLLOWER' });
    client.send(produceCodec, 9, produceTo('heroes', 0));
    await client.closed();
    expect(await kafka.records('heroes')).toHaveLength(0);
  });

  it('delays, alone or before another effect', async () => {
    inject({ api: 'Produce', delayMs: 80, count: 1 });
    inject({ api: 'Produce', delayMs: 80, errorCode: 'REQUEST_TIMED_OUT', count: 1 });
    for (const errorCode of [0, 7]) {
      const before = performance.now();
      expect(await produce('heroes')).toBe(errorCode);
      expect(performance.now() - before).toBeGreaterThanOrEqual(75);
    }
  });

  it('keeps nobody waiting who stops the broker or hangs up', async () => {
    inject({ api: 'Produce', delayMs: 600_000 });
    client.send(produceCodec, 9, produceTo('heroes'));
    const other = await WireClient.connect(kafka.brokers[0] ?? '');
    await other.call(apiVersionsCodec, 0, {});
    await kafka.stop();
    await client.closed();
    expect(client.isClosed).toBe(true);
    other.destroy();
  });
});

const mistakes: [string, Record<string, unknown>, RegExp][] = [
  ['no effect', { api: 'Produce' }, /does nothing/],
  ['two effects', { close: true, dropAnswer: true }, /close and dropAnswer exclude each other/],
  ['an API that is not there', { api: 'produce', close: true }, /api "produce" is not served/],
  ['an API that has no refusal', { api: 'Metadata', errorCode: 'INVALID_REQUEST' }, /Metadata cannot be answered/],
  ['an error that is none', { errorCode: 'OOPS' }, /errorCode must be the name/],
  ['no error', { errorCode: 'NONE' }, /errorCode must be the name/],
  ['a negative delay', { delayMs: -1 }, /delayMs must be an integer/],
  ['no count', { close: true, count: 0 }, /count must be an integer/],
  ['a slip of the pen', { close: true, topics: ['a'] }, /topics is not known/],
  ['all at once', { topic: 1, count: 1.5, delayMs: NaN }, /topic must be a string.*delayMs.*count/],
];

describe('a fault that cannot be made', () => {
  it.each(mistakes)('is refused for %s', (_, fault, message) => {
    expect(() => inject(fault as Fault)).toThrow(message);
    expect(() => inject(fault as Fault)).toThrow(EmbeddedKafkaError);
  });

  it('is refused if there are too many', () => {
    for (let count = 0; count < 1_000; count++) inject({ close: true, topic: 'nowhere' });
    expect(() => inject({ close: true })).toThrow(/1000 faults already/);
  });
});
