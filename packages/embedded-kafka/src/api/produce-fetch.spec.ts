import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch, type BatchInit } from '../../test/support/build-batch.js';
import { fetchOf, type FetchChoices } from '../../test/support/fetch-requests.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { ErrorCode } from '../protocol/errors.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { listOffsetsCodec } from '../protocol/generated/list-offsets.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { produceCodec } from '../protocol/generated/produce.js';

let kafka: EmbeddedKafka;
let client: WireClient;

beforeEach(async () => {
  kafka = await EmbeddedKafka.start({
    topics: [
      { name: 't', partitions: 2 },
      { name: 'small', configs: { 'max.message.bytes': 200 } },
      { name: 'stamped', configs: { 'message.timestamp.type': 'LogAppendTime' } },
    ],
  });
  client = await WireClient.connect(kafka.brokers[0] ?? '');
});
afterEach(async () => {
  client.destroy();
  await kafka.stop();
});

async function topicId(name: string): Promise<string> {
  const request = { topics: [{ topicId: undefined, name }], includeTopicAuthorizedOperations: false };
  const { topics } = await client.call(metadataCodec, 12, request);
  return topics[0]?.topicId ?? '';
}

async function produce(topic: string, records: Buffer, { version = 9, acks = -1, index = 0 } = {}) {
  const { responses } = await client.call(produceCodec, version, {
    acks,
    timeoutMs: 1_000,
    topicData: [{ name: topic, topicId: await topicId(topic), partitionData: [{ index, records }] }],
  });
  const answer = responses[0]?.partitionResponses[0];
  if (!answer) throw new Error('No answer for the partition');
  return answer;
}

async function fetch(topic: string, choices: FetchChoices = {}, version = 12) {
  const response = await client.call(
    fetchCodec,
    version,
    fetchOf(topic, { topicId: await topicId(topic), ...choices }),
  );
  const answer = response.responses[0]?.partitions[0];
  if (!answer) throw new Error('No answer for the partition');
  return answer;
}

async function offset(timestamp: bigint, version: number) {
  const { topics } = await client.call(listOffsetsCodec, version, {
    replicaId: -1,
    isolationLevel: 0,
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
  });
  return topics[0]?.partitions[0];
}

describe('Produce', () => {
  it.each([3, 5, 7, 8, 9, 12, 13])('appends and tells the offset in v%i', async version => {
    expect(await produce('t', buildBatch({ values: ['a', 'b'] }), { version })).toMatchObject({
      errorCode: ErrorCode.NONE,
      baseOffset: 0n,
      logAppendTimeMs: -1n,
    });
    expect(await produce('t', buildBatch(), { version })).toMatchObject({ baseOffset: 2n });
    expect((await kafka.records('t')).map(record => String(record.value))).toEqual(['a', 'b', 'value']);
  });

  it.each<[string, string, BatchInit, object, number]>([
    ['a topic that does not exist', 'nope', {}, {}, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a partition that does not exist', 't', {}, { index: 2 }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a negative partition', 't', {}, { index: -1 }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['acks=2', 't', {}, { acks: 2 }, ErrorCode.INVALID_REQUIRED_ACKS],
    ['a batch that is too large', 'small', { values: ['x'.repeat(300)] }, {}, ErrorCode.MESSAGE_TOO_LARGE],
    ['zstd before v7', 't', { attributes: 4 }, { version: 6 }, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE],
  ])('refuses %s', async (_, topic, batch, how, errorCode) => {
    if (topic === 'nope') {
      await kafka.stop();
      kafka = await EmbeddedKafka.start({ autoCreateTopics: false });
      client = await WireClient.connect(kafka.brokers[0] ?? '');
    }
    expect(await produce(topic, buildBatch(batch), how)).toMatchObject({ errorCode, baseOffset: -1n });
  });

  it('does not know a topic by the id of one that was deleted', async () => {
    const old = await topicId('t');
    await kafka.deleteTopic('t');
    await kafka.createTopic('t');
    expect(await topicId('t')).not.toBe(old);
    const { responses } = await client.call(produceCodec, 13, {
      acks: 1,
      timeoutMs: 0,
      topicData: [{ topicId: old, partitionData: [{ index: 0, records: buildBatch() }] }],
    });
    expect(responses[0]).toMatchObject({
      topicId: old,
      partitionResponses: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID }],
    });
  });

  it('tells the time with which it stamped', async () => {
    const before = BigInt(Date.now());
    const { logAppendTimeMs } = await produce('stamped', buildBatch());
    expect(logAppendTimeMs >= before).toBe(true);
    expect(BigInt((await kafka.records('stamped'))[0]?.timestamp ?? 0)).toBe(logAppendTimeMs);
  });
});

describe('Produce with acks=all', () => {
  // Partition.effectiveMinIsr: a topic cannot have more replicas in sync than it has.
  it('needs no more replicas than the topic has, whatever min.insync.replicas says', async () => {
    expect(await produce('safe', buildBatch())).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 0n });
  });
});

describe('Fetch', () => {
  it.each([4, 6, 7, 11, 12, 13, 16, 17, 18])('serves the stored batches in v%i', async version => {
    const batch = buildBatch({ values: ['a', 'b'], attributes: 1, compress: gzipSync });
    await produce('t', batch);
    const answer = await fetch('t', {}, version);
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, highWatermark: 2n, lastStableOffset: 2n });
    expect(answer.records?.subarray(16)).toEqual(batch.subarray(16));
    expect(answer.abortedTransactions).toBeNull();
    expect((await fetch('t', { isolationLevel: 1 }, version)).abortedTransactions).toEqual([]);
  });

  it('waits for records, and is woken by the append that completes minBytes', async () => {
    const batch = buildBatch();
    const waiting = await WireClient.connect(kafka.brokers[0] ?? '');
    let isAnswered = false;
    const parked = waiting.call(fetchCodec, 12, fetchOf('t', { maxWaitMs: 10_000, minBytes: 2 * batch.length }));
    void parked.then(() => (isAnswered = true));
    await produce('t', batch);
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(isAnswered).toBe(false);
    const startedAt = performance.now();
    await produce('t', batch);
    expect((await parked).responses[0]?.partitions[0]?.records).toHaveLength(2 * batch.length);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    waiting.destroy();
  });

  it('answers with what there is when the time is over', async () => {
    const startedAt = performance.now();
    expect((await fetch('t', { maxWaitMs: 80, minBytes: 1 })).records).toHaveLength(0);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(75);
  });

  it('answers a parked fetch when its topic is deleted', async () => {
    const waiting = await WireClient.connect(kafka.brokers[0] ?? '');
    const parked = waiting.call(fetchCodec, 12, fetchOf('t', { maxWaitMs: 10_000 }));
    await topicId('t');
    await kafka.deleteTopic('t');
    const answer = (await parked).responses[0]?.partitions[0];
    expect(answer?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    waiting.destroy();
  });

  it.each<[string, FetchChoices, number, number]>([
    ['an offset beyond the end', { offset: 5n }, 12, ErrorCode.OFFSET_OUT_OF_RANGE],
    ['a negative offset', { offset: -1n }, 12, ErrorCode.OFFSET_OUT_OF_RANGE],
    ['a partition that does not exist', { partition: 9 }, 12, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a leader epoch to come', { leaderEpoch: 1 }, 12, ErrorCode.UNKNOWN_LEADER_EPOCH],
    ['an unknown topic id', { topicId: 'x'.repeat(21) + 'A' }, 13, ErrorCode.UNKNOWN_TOPIC_ID],
  ])('answers %s at once', async (_, choices, version, errorCode) => {
    const startedAt = performance.now();
    expect(await fetch('t', { maxWaitMs: 5_000, ...choices }, version)).toMatchObject({ errorCode });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('gives the first batch even above the limits, and keeps to them for the rest', async () => {
    const batch = buildBatch({ values: ['x'.repeat(500)] });
    for (const index of [0, 1]) await produce('t', batch, { index });
    await produce('t', batch);
    const [topic] = fetchOf('t').topics;
    const [partition] = topic?.partitions ?? [];
    if (!topic || !partition) throw new Error('fetchOf has changed');
    const partitions = [0, 1].map(index => ({ ...partition, partition: index, partitionMaxBytes: 10 }));
    const answer = await client.call(fetchCodec, 12, { ...fetchOf('t'), topics: [{ ...topic, partitions }] });
    expect(answer.responses[0]?.partitions.map(each => each.records?.length)).toEqual([batch.length, 0]);
  });

  it('has no session that it did not grant', async () => {
    const answer = await client.call(fetchCodec, 12, { ...fetchOf('t'), sessionId: 0, sessionEpoch: 1 });
    expect(answer.errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
  });

  it('tells within a session only what is new', async () => {
    const full = await client.call(fetchCodec, 12, { ...fetchOf('t'), sessionEpoch: 0 });
    expect(full.sessionId).toBeGreaterThan(0);
    const next = { ...fetchOf('t'), topics: [], sessionId: full.sessionId };
    expect(await client.call(fetchCodec, 12, { ...next, sessionEpoch: 1 })).toMatchObject({ responses: [] });
    await produce('t', buildBatch());
    const answer = await client.call(fetchCodec, 12, { ...next, sessionEpoch: 2 });
    expect(answer.responses[0]?.partitions).toMatchObject([{ partitionIndex: 0, highWatermark: 1n }]);
    expect(await client.call(fetchCodec, 12, { ...next, sessionEpoch: 2 })).toMatchObject({
      errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH,
    });
  });
});

describe('ListOffsets', () => {
  it('finds ends, times and the highest time', async () => {
    await produce('t', buildBatch({ values: ['a', 'b', 'c'], timestamps: [10, 30, 20] }));
    expect(await offset(-1n, 1)).toMatchObject({ errorCode: 0, offset: 3n, timestamp: -1n });
    expect(await offset(-2n, 4)).toMatchObject({ errorCode: 0, offset: 0n, timestamp: -1n, leaderEpoch: 0 });
    expect(await offset(15n, 6)).toMatchObject({ errorCode: 0, offset: 1n, timestamp: 30n });
    expect(await offset(31n, 6)).toMatchObject({ errorCode: 0, offset: -1n, timestamp: -1n });
    expect(await offset(-3n, 7)).toMatchObject({ errorCode: 0, offset: 1n, timestamp: 30n });
    expect(await offset(-4n, 8)).toMatchObject({ errorCode: 0, offset: 0n });
    expect(await offset(-5n, 9)).toMatchObject({ errorCode: 0, offset: -1n });
  });

  it('refuses special times that the version does not have', async () => {
    expect(await offset(-3n, 6)).toMatchObject({ errorCode: ErrorCode.UNSUPPORTED_VERSION });
    expect(await offset(-9n, 10)).toMatchObject({ errorCode: ErrorCode.UNSUPPORTED_VERSION });
  });
});
