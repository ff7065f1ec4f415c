import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../src/protocol/errors.js';
import { alterClientQuotasCodec } from '../../src/protocol/generated/alter-client-quotas.js';
import { apiVersionsCodec } from '../../src/protocol/generated/api-versions.js';
import { createPartitionsCodec } from '../../src/protocol/generated/create-partitions.js';
import { createTopicsCodec } from '../../src/protocol/generated/create-topics.js';
import { deleteTopicsCodec } from '../../src/protocol/generated/delete-topics.js';
import { describeClientQuotasCodec } from '../../src/protocol/generated/describe-client-quotas.js';
import { fetchCodec } from '../../src/protocol/generated/fetch.js';
import { metadataCodec } from '../../src/protocol/generated/metadata.js';
import { produceCodec } from '../../src/protocol/generated/produce.js';
import { buildBatch } from '../support/build-batch.js';
import { fetchOf } from '../support/fetch-requests.js';
import { WireClient } from '../support/wire-client.js';

/** A broker that nobody else uses. */
export interface QuotaGround {
  readonly address: string;
  stop(): Promise<void>;
}

type Entity = Readonly<Record<string, string | null>>;

/** Written once, for Apache Kafka and for the embedded broker. After Kafka's ClientQuotasRequestTest, QuotaTest and others. */
export function describeQuotas(name: string, start: () => Promise<QuotaGround>): void {
  describe(`client quotas on ${name}`, () => {
    let ground: QuotaGround;
    let admin: WireClient;
    const open: WireClient[] = [];
    const set: [Entity, string][] = [];
    const connect = async (clientId: string): Promise<WireClient> => {
      const client = await WireClient.connect(ground.address, clientId);
      open.push(client);
      return client;
    };

    const alter = async (entity: Entity, key: string, value: number | null): Promise<void> => {
      const parts = Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName }));
      const ops = [{ key, value: value ?? 0, remove: value === null }];
      const { entries } = await admin.call(alterClientQuotasCodec, 1, {
        entries: [{ entity: parts, ops }],
        validateOnly: false,
      });
      expect(entries.map(({ errorCode }) => errorCode)).toEqual([0]);
      // Kafka tells its brokers after it has answered.
      const components = parts.map(({ entityType, entityName: match }) => ({
        entityType,
        matchType: match === null ? 1 : 0,
        match,
      }));
      await until(async () => {
        const answer = await admin.call(describeClientQuotasCodec, 1, { components, strict: true });
        const limits = answer.entries?.flatMap(({ values }) => values) ?? [];
        return limits.find(limit => limit.key === key)?.value === (value ?? undefined);
      });
    };
    const limit = async (entity: Entity, key: string, value: number): Promise<void> => {
      set.push([entity, key]);
      await alter(entity, key, value);
    };
    beforeAll(async () => {
      ground = await start();
      admin = await connect('admin');
      await createTopic(admin, 'quotas', 1);
      await until(async () => {
        const { topics } = await admin.call(metadataCodec, 9, { topics: [{ name: 'quotas' }] });
        return topics[0]?.errorCode === 0 && topics[0].partitions[0]?.leaderId !== -1;
      });
    }, 120_000);
    afterEach(async () => {
      for (const [entity, key] of set.splice(0)) await alter(entity, key, null);
      for (const client of open.splice(0)) if (client !== admin) client.destroy();
    });
    afterAll(async () => {
      admin?.destroy();
      await ground?.stop();
    });

    it('makes a producer wait after its answer for what it sent beyond its rate, and nobody else', async () => {
      await limit({ 'client-id': 'writer' }, 'producer_byte_rate', 10_000);
      const [writer, other] = [await connect('writer'), await connect('other')];
      const { errorCode, throttleTimeMs } = await produce(writer, 110_000);
      // 110,000 bytes are 11,000 a second over ten seconds, and right over one more.
      expect([errorCode, Math.abs(throttleTimeMs - 1_000) < 20]).toEqual([0, true]);
      expect(await wait(other)).toBeLessThan(700);
      expect(await wait(writer)).toBeGreaterThan(throttleTimeMs - 150);
      expect(await produce(other, 60_000)).toEqual({ errorCode: 0, throttleTimeMs: 0 });
    });

    it('makes a producer wait that wants no answer', async () => {
      await limit({ 'client-id': 'mute' }, 'producer_byte_rate', 10_000);
      const mute = await connect('mute');
      mute.send(produceCodec, 9, produceOf('quotas', 108_000, 0));
      // Its own answer comes second: the correlation id of the first one is used up.
      expect(await wait(mute)).toBeGreaterThan(500);
    });

    it('gives a consumer beyond its rate an empty answer and a wait, and goes on with its session then', async () => {
      await createTopic(admin, 'read', 1);
      await until(async () => (await produce(admin, 40_000, 'read')).errorCode === 0);
      for (let count = 1; count < 3; count++) await produce(admin, 40_000, 'read');
      await limit({ 'client-id': 'reader' }, 'consumer_byte_rate', 10_000);
      const reader = await connect('reader');
      const session = { ...fetchOf('read', { partitionMaxBytes: 85_000 }), sessionId: 0, sessionEpoch: 0 };
      const first = await reader.call(fetchCodec, 12, session);
      const records = first.responses[0]?.partitions[0]?.records?.length ?? 0;
      expect([first.throttleTimeMs, records > 60_000]).toEqual([0, true]);
      const { sessionId } = first;
      const next = { ...fetchOf('read', { offset: 2n }), sessionId, sessionEpoch: 1 };
      const second = await reader.call(fetchCodec, 12, next);
      expect([second.errorCode, second.sessionId, second.responses]).toEqual([0, sessionId, []]);
      expect(second.throttleTimeMs).toBeGreaterThan(0);
      // As at all times: what was held back is to be had afterwards, in the same session.
      const third = await untilFetched(reader, { ...next, topics: [] }, 2);
      expect(third.responses[0]?.partitions[0]?.records?.length).toBeGreaterThan(0);
    });

    it('makes a client wait whose requests take more time than it may have, never more than a second', async () => {
      await limit({ 'client-id': 'busy' }, 'request_percentage', 0.000_01);
      const busy = await connect('busy');
      const topics = [{ name: 'quotas' }];
      const { throttleTimeMs } = await busy.call(metadataCodec, 9, { topics });
      expect(throttleTimeMs).toBe(1_000);
      expect(await wait(busy)).toBeGreaterThan(800);
    });

    it('refuses changes of the cluster beyond a rate to who understands, and lets others wait', async () => {
      await limit({ 'client-id': 'strict' }, 'controller_mutation_rate', 1);
      await limit({ 'client-id': 'permissive' }, 'controller_mutation_rate', 1);
      const [strict, permissive] = [await connect('strict'), await connect('permissive')];
      // Eleven can be saved up.
      expect(await createTopic(strict, 'strict-1', 12)).toEqual({ errorCode: 0, throttleTimeMs: 0 });
      const refused = await createTopic(strict, 'strict-2', 1);
      expect(refused.errorCode).toBe(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
      expect(refused.throttleTimeMs).toBeGreaterThan(300);
      expect(await wait(strict)).toBeGreaterThan(refused.throttleTimeMs - 200);
      expect((await createTopic(strict, 'strict-3', 0)).errorCode).toBe(ErrorCode.INVALID_PARTITIONS);
      const grown = await strict.call(createPartitionsCodec, 3, {
        topics: [{ name: 'strict-1', count: 13, assignments: null }],
        timeoutMs: 10_000,
        validateOnly: false,
      });
      expect([grown.results[0]?.errorCode, grown.throttleTimeMs]).toEqual([0, 0]);
      const deleted = await strict.call(deleteTopicsCodec, 5, { topicNames: ['strict-1'], timeoutMs: 10_000 });
      expect(deleted.responses[0]?.errorCode).toBe(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
      const allowed = await createTopic(permissive, 'permissive-1', 12, 5);
      expect(allowed.errorCode).toBe(0);
      expect(allowed.throttleTimeMs).toBeGreaterThan(300);
    });

    it('closes connections beyond the rate of their address a little later, without a word', async () => {
      await limit({ ip: '127.0.0.1' }, 'connection_creation_rate', 1);
      const clients: WireClient[] = [];
      for (let count = 0; count < 11; count++) clients.push(await connect('many'));
      for (const client of clients.slice(0, 10)) expect(await wait(client)).toBeLessThan(1_000);
      const [late] = clients.slice(10);
      late?.send(apiVersionsCodec, 0, { clientSoftwareName: '', clientSoftwareVersion: '' });
      await expect(late?.receiveFrame()).rejects.toThrow('closed');
    });

    it.each<[string, Entity[], boolean]>([
      ['of its user before that of its client id', [{ user: 'ANONYMOUS' }, { 'client-id': 'first-1' }], true],
      [
        'of user and client id before that of the user',
        [{ user: 'ANONYMOUS', 'client-id': 'first-2' }, { user: 'ANONYMOUS' }],
        true,
      ],
      ['of default users before that of its client id', [{ user: null }, { 'client-id': 'first-3' }], true],
      ['of its client id before the default', [{ 'client-id': 'first-4' }, { 'client-id': null }], true],
      [
        'of the user before default user and client id',
        [{ user: 'ANONYMOUS' }, { user: null, 'client-id': 'first-5' }],
        true,
      ],
      ['of another user not at all', [{ user: 'somebody' }, { 'client-id': 'somebody' }], false],
    ])('takes the limit %s', async (_, [low = {}, high = {}], isLimited) => {
      const clientId = [low, high].map(each => each['client-id']).find(id => id?.startsWith('first'));
      await limit(high, 'producer_byte_rate', 1e9);
      await limit(low, 'producer_byte_rate', 10_000);
      const { throttleTimeMs } = await produce(await connect(clientId ?? 'somebody'), 103_000);
      expect(throttleTimeMs > 0).toBe(isLimited);
    });
  });
}

const createTopic = async (client: WireClient, topic: string, partitions: number, version = 7) => {
  const topics = [{ name: topic, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }];
  const answer = await client.call(createTopicsCodec, version, { topics, timeoutMs: 10_000 });
  return { errorCode: answer.topics[0]?.errorCode, throttleTimeMs: answer.throttleTimeMs };
};
const produce = async (client: WireClient, bytes: number, topic = 'quotas') => {
  const answer = await client.call(produceCodec, 9, produceOf(topic, bytes, -1));
  return {
    errorCode: answer.responses[0]?.partitionResponses[0]?.errorCode,
    throttleTimeMs: answer.throttleTimeMs,
  };
};
/** How long the next request of a client waits for its answer. */
const wait = async (client: WireClient): Promise<number> => {
  const askedAt = performance.now();
  await client.call(apiVersionsCodec, 0, { clientSoftwareName: '', clientSoftwareVersion: '' });
  return performance.now() - askedAt;
};

function produceOf(topic: string, bytes: number, acks: number) {
  // The quota counts the whole body of the request.
  const records = buildBatch({ values: ['x'.repeat(bytes - 150)] });
  return { acks, timeoutMs: 5_000, topicData: [{ name: topic, partitionData: [{ index: 0, records }] }] };
}

type FetchRequest = Parameters<typeof fetchCodec.request.write>[1];

async function untilFetched(client: WireClient, request: FetchRequest, firstEpoch: number) {
  for (let sessionEpoch = firstEpoch; ; sessionEpoch++) {
    const answer = await client.call(fetchCodec, 12, { ...request, sessionEpoch });
    if (answer.throttleTimeMs === 0) return answer;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
