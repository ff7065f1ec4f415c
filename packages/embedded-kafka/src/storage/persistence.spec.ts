import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch, type BatchInit } from '../../test/support/build-batch.js';
import { fetchOf } from '../../test/support/fetch-requests.js';
import { WireClient } from '../../test/support/wire-client.js';
import { EmbeddedKafka } from '../embedded-kafka.js';
import { EmbeddedKafkaError } from '../errors/embedded-kafka-error.js';
import { errorName } from '../protocol/errors.js';
import { deleteRecordsCodec } from '../protocol/generated/delete-records.js';
import { describeConfigsCodec } from '../protocol/generated/describe-configs.js';
import { endTxnCodec } from '../protocol/generated/end-txn.js';
import { fetchCodec } from '../protocol/generated/fetch.js';
import { incrementalAlterConfigsCodec } from '../protocol/generated/incremental-alter-configs.js';
import { initProducerIdCodec } from '../protocol/generated/init-producer-id.js';
import { metadataCodec } from '../protocol/generated/metadata.js';
import { produceCodec } from '../protocol/generated/produce.js';
import type { Logger } from '../logger.js';

let dataDir: string;
let running: { kafka: EmbeddedKafka; client: WireClient } | undefined;
const warnings: string[] = [];
const quiet = (): void => undefined;
const logger: Logger = { debug: quiet, info: quiet, warn: message => warnings.push(message), error: quiet };

beforeEach(async () => {
  warnings.length = 0;
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-kafka-'));
});
afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: object = {}): Promise<{ kafka: EmbeddedKafka; client: WireClient }> {
  const kafka = await EmbeddedKafka.start({ dataDir, logger, ...options });
  running = { kafka, client: await WireClient.connect(kafka.brokers[0] ?? '') };
  return running;
}

async function stop(): Promise<void> {
  running?.client.destroy();
  await running?.kafka.stop();
  running = undefined;
}

/** What a process leaves that is killed now, in a directory of its own. */
function crash(): string {
  const copy = `${dataDir}-crashed`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(dataDir, copy, { recursive: true });
  rmSync(join(copy, 'lock'));
  return copy;
}

async function produce(batch: BatchInit, { version = 9, transactionalId = null as string | null, topic = 't' } = {}) {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records: buildBatch(batch) }] }];
  const request = { transactionalId, acks: -1, timeoutMs: 0, topicData };
  const { responses } = await running!.client.call(produceCodec, version, request);
  const { errorCode = 0, baseOffset } = responses[0]?.partitionResponses[0] ?? {};
  return { error: errorName(errorCode), baseOffset };
}

const values = async (isolation?: 'read_uncommitted'): Promise<string[]> =>
  (await running!.kafka.records('t', isolation)).map(({ offset, value }) => `${offset}:${String(value).slice(0, 20)}`);

const newProducer = (transactionalId: string | null, id = -1n, epoch = -1) =>
  running!.client.call(initProducerIdCodec, 4, {
    transactionalId,
    transactionTimeoutMs: 60_000,
    producerId: id,
    producerEpoch: epoch,
  });

const filesOf = (directory: string): string[] =>
  readdirSync(join(directory, 'topics'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.log'))
    .map(name => join(directory, 'topics', name))
    .sort();

const topicsOf = async (asked: WireClient) =>
  (await asked.call(metadataCodec, 12, { topics: null, includeTopicAuthorizedOperations: false })).topics.map(
    ({ name, topicId, partitions }) => [name, topicId, partitions.length],
  );

const deleteBefore = (offset: bigint, asked: WireClient): Promise<unknown> =>
  asked.call(deleteRecordsCodec, 2, {
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset }] }],
    timeoutMs: 0,
  });

const writeKeyed = (value: string, time: number): Promise<unknown> =>
  produce({ values: [value], timestamps: [time * 10_000], keys: ['k'] });

const inTransaction = (producerId: bigint, producerEpoch: number, value: string) =>
  produce(
    { values: [value], attributes: 0x10, producerId: Number(producerId), producerEpoch, baseSequence: 0 },
    { version: 12, transactionalId: 'tx' },
  );

const end = (producerId: bigint, producerEpoch: number, committed: boolean) =>
  running!.client.call(endTxnCodec, 5, { transactionalId: 'tx', producerId, producerEpoch, committed });

describe('A data directory', () => {
  it('keeps topics, their ids and configurations, records and producer ids', async () => {
    const configs = { 'retention.ms': -1, 'max.message.bytes': 5_000 };
    const { kafka, client } = await start({ topics: [{ name: 't', partitions: 2, configs }] });
    const { producerId } = await newProducer(null);
    await produce({ values: ['a', 'b'] });
    const topics = await topicsOf(client);
    await kafka.createTopic('gone');
    await kafka.deleteTopic('gone');
    await stop();
    const second = await start({ topics: ['t', 'new'] });
    expect(await topicsOf(second.client)).toEqual(expect.arrayContaining(topics));
    expect(await topicsOf(second.client)).toHaveLength(2);
    expect(await values()).toEqual(['0:a', '1:b']);
    expect((await newProducer(null)).producerId).toBeGreaterThan(producerId);
    expect((await produce({ values: ['x'.repeat(6_000)] })).error).toBe('MESSAGE_TOO_LARGE');
    expect(await produce({ values: ['c'] })).toEqual({ error: 'NONE', baseOffset: 2n });
  });

  it('has everything again after a crash in which a batch was torn', async () => {
    await start({ topics: ['t'] });
    await produce({ values: ['a'] });
    await produce({ values: ['b'] });
    const crashed = crash();
    await stop();
    const [file = ''] = filesOf(crashed);
    appendFileSync(file, buildBatch({ values: ['torn'] }).subarray(0, 65));
    await start({ dataDir: crashed });
    expect(await values()).toEqual(['0:a', '1:b']);
    expect(warnings.join()).toContain('65 bytes after the last whole batch are dropped');
    expect(await produce({ values: ['c'] })).toEqual({ error: 'NONE', baseOffset: 2n });
    await stop();
    await start({ dataDir: crashed });
    expect(await values()).toEqual(['0:a', '1:b', '2:c']);
    rmSync(crashed, { recursive: true });
  });

  it.each([
    ['a bit of the last batch is wrong', (bytes: Buffer) => void (bytes[bytes.length - 3]! ^= 1), ['0:a']],
    [
      'the last batch claims to be longer',
      (bytes: Buffer) => void bytes.writeInt32BE(1_000, bytes.length / 2 + 8),
      ['0:a'],
    ],
    ['it has no length', (bytes: Buffer) => void bytes.writeInt32BE(0, 8), []],
  ])('serves nothing torn: %s', async (_, damage, expected) => {
    await start({ topics: ['t'] });
    await produce({ values: ['a'] });
    await produce({ values: ['b'] });
    await stop();
    const [file = ''] = filesOf(dataDir);
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    await start();
    expect(await values()).toEqual(expected);
  });

  it('does not start on files that are damaged in their middle', async () => {
    await start({ topics: [{ name: 't', configs: { 'segment.ms': 1 } }] });
    for (let time = 1; time < 4; time++) await produce({ values: ['x'], timestamps: [time * 10_000] });
    await stop();
    const files = filesOf(dataDir);
    expect(files).toHaveLength(3);
    truncateSync(files[1] ?? '', 40);
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIR_CORRUPT' });
  });

  it("drops the journal's last line if a crash has cut it off, and refuses one that is damaged before others", async () => {
    await start({ topics: ['t', 'u'] });
    await stop();
    const journal = join(dataDir, 'state.journal');
    appendFileSync(journal, '12345678 ["topic:x",{"na');
    await start();
    expect(warnings.join()).toContain('cut off');
    await stop();
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('producerIds', 'producerIdz').replace('"t"', '"T"'));
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIR_CORRUPT' });
  });

  it('belongs to one broker at a time, and to nobody when that one is gone', async () => {
    await start();
    const error: unknown = await EmbeddedKafka.start({ dataDir }).catch((thrown: unknown) => thrown);
    expect(EmbeddedKafkaError.is(error) && error.message).toContain(`in use by process ${process.pid}`);
    await stop();
    writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    await start();
    await stop();
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  it('tells all that is wrong with its options', async () => {
    const options = { dataDir: '', fsync: 'sometimes' } as unknown as { dataDir: string };
    await expect(EmbeddedKafka.start(options)).rejects.toThrow(/dataDir must be a path.*fsync must be/);
    await expect(EmbeddedKafka.start({ fsync: 'always' })).rejects.toThrow('fsync needs dataDir');
  });

  it('refuses topics of brokers that are not there', async () => {
    await start({ brokers: 2, topics: ['t'] });
    await stop();
    await expect(start({ brokers: 1 })).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  });

  it('is fast enough and whole with fsync: always', async () => {
    await start({ topics: ['t'], fsync: 'always' });
    for (const value of ['a', 'b', 'c']) expect((await produce({ values: [value] })).error).toBe('NONE');
    const crashed = crash();
    await stop();
    await start({ dataDir: crashed });
    expect(await values()).toEqual(['0:a', '1:b', '2:c']);
    rmSync(crashed, { recursive: true });
  });
});

describe('What a log has learned', () => {
  it('knows its producers again: duplicates get their offset, sequences go on, old epochs are fenced', async () => {
    await start({ topics: ['t'] });
    await produce({ values: ['a'], producerId: 5, producerEpoch: 1, baseSequence: 0 });
    await produce({ values: ['b'], producerId: 5, producerEpoch: 1, baseSequence: 1 });
    await stop();
    await start();
    const again = await produce({ values: ['b'], producerId: 5, producerEpoch: 1, baseSequence: 1 });
    expect(again).toEqual({ error: 'NONE', baseOffset: 1n });
    const skipped = await produce({ values: ['d'], producerId: 5, producerEpoch: 1, baseSequence: 3 });
    expect(skipped.error).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const old = await produce({ values: ['c'], producerId: 5, producerEpoch: 0, baseSequence: 2 });
    expect(old.error).toBe('INVALID_PRODUCER_EPOCH');
  });

  it('starts where its records were deleted, also when none is left', async () => {
    const { client } = await start({ topics: ['t'] });
    await produce({ values: ['a', 'b', 'c'] });
    await deleteBefore(1n, client);
    await stop();
    const second = await start();
    expect((await values()).at(0)).toBe('1:b');
    await deleteBefore(-1n, second.client);
    await stop();
    await start();
    expect(await values()).toEqual([]);
    expect(await produce({ values: ['d'] })).toEqual({ error: 'NONE', baseOffset: 3n });
  });

  it('stays compacted, and comes back whole when compaction was interrupted', async () => {
    const configs = { 'cleanup.policy': 'compact', 'segment.ms': 1 };
    const { kafka } = await start({ topics: [{ name: 't', configs }] });
    for (let time = 1; time < 5; time++) await writeKeyed(`v${time}`, time);
    const before = crash();
    await kafka.compact('t');
    expect(await values()).toEqual(['3:v4']);
    await stop();
    // As if it had been killed before the old files were removed.
    cpSync(join(before, 'topics'), join(dataDir, 'topics'), { recursive: true, force: false });
    await start();
    expect((await values()).at(-1)).toBe('3:v4');
    await running!.kafka.compact('t');
    await writeKeyed('v5', 9);
    await stop();
    await start();
    expect(await values()).toEqual(['3:v4', '4:v5']);
    rmSync(before, { recursive: true });
  });

  it('lets go of deleted segments on disk, too', async () => {
    const { kafka, client } = await start({
      topics: [{ name: 't', configs: { 'retention.bytes': 3_000_000, 'retention.ms': -1 } }],
    });
    for (let count = 0; count < 60; count++) await produce({ values: [`${count} ${'x'.repeat(100_000)}`] });
    await kafka.applyRetention();
    const files = filesOf(dataDir).length;
    expect(files).toBeLessThan(6);
    const first = (await kafka.records('t'))[0]?.offset ?? 0;
    const { responses } = await client.call(fetchCodec, 11, fetchOf('t', { offset: BigInt(first) }));
    expect(responses[0]?.partitions[0]?.errorCode).toBe(0);
    await stop();
    await start();
    expect((await values()).at(0)).toMatch(`${first}:`);
    expect(filesOf(dataDir)).toHaveLength(files);
  });

  it('has the configurations that were altered', async () => {
    const alter = (resourceType: number, resourceName: string, name: string, value: string) =>
      running!.client.call(incrementalAlterConfigsCodec, 1, {
        resources: [{ resourceType, resourceName, configs: [{ name, configOperation: 0, value }] }],
        validateOnly: false,
      });
    await start({ topics: ['t'] });
    await alter(2, 't', 'retention.ms', '77000');
    await alter(4, '', 'message.max.bytes', '500');
    await stop();
    await start();
    expect((await produce({ values: ['x'.repeat(600)] })).error).toBe('MESSAGE_TOO_LARGE');
    const { results } = await running!.client.call(describeConfigsCodec, 4, {
      resources: [{ resourceType: 2, resourceName: 't', configurationKeys: ['retention.ms'] }],
    });
    expect(results[0]?.configs[0]).toMatchObject({ value: '77000', configSource: 1 });
  });
});

describe('Transactions', () => {
  it('that were open go on after a crash', async () => {
    await start({ topics: ['t'] });
    const { producerId, producerEpoch } = await newProducer('tx');
    await inTransaction(producerId, producerEpoch, 'a');
    const crashed = crash();
    await stop();
    await start({ dataDir: crashed });
    expect(await values()).toEqual([]);
    expect((await end(producerId, producerEpoch, true)).errorCode).toBe(0);
    expect(await values()).toEqual(['0:a']);
    await stop();
    await start({ dataDir: crashed });
    expect(await values()).toEqual(['0:a']);
    rmSync(crashed, { recursive: true });
  });

  it('that were aborted stay so', async () => {
    await start({ topics: ['t'] });
    const { producerId, producerEpoch } = await newProducer('tx');
    await inTransaction(producerId, producerEpoch, 'a');
    await end(producerId, producerEpoch, false);
    await produce({ values: ['b'] });
    await stop();
    const { client } = await start();
    expect(await values()).toEqual(['2:b']);
    const { responses } = await client.call(fetchCodec, 11, fetchOf('t', { isolationLevel: 1 }));
    expect(responses[0]?.partitions[0]?.abortedTransactions).toMatchObject([{ producerId, firstOffset: 0n }]);
  });

  it('whose end was certain are ended: the markers that a crash has prevented are written', async () => {
    await start({ topics: ['t'] });
    const { producerId, producerEpoch } = await newProducer('tx');
    await inTransaction(producerId, producerEpoch, 'a');
    const [path = ''] = filesOf(dataDir);
    const beforeMarker = readFileSync(path).length;
    await end(producerId, producerEpoch, true);
    const crashed = crash();
    await stop();
    // The journal has that it is prepared, and nothing of what came after.
    const journal = join(crashed, 'state.journal');
    const lines = readFileSync(journal, 'utf8').split('\n');
    const prepared = lines.findLastIndex(line => line.includes('"prepared"'));
    writeFileSync(journal, `${lines.slice(0, prepared + 1).join('\n')}\n`);
    const [file = ''] = filesOf(crashed);
    truncateSync(file, beforeMarker);
    await start({ dataDir: crashed });
    expect(await values()).toEqual(['0:a']);
    // Its producer goes on with the epoch that it would have been told.
    expect((await inTransaction(producerId, producerEpoch + 1, 'b')).error).toBe('NONE');
    rmSync(crashed, { recursive: true });
  });

  it('that no one knows of any more are aborted', async () => {
    await start({ topics: ['t'] });
    const { producerId, producerEpoch } = await newProducer('tx');
    await inTransaction(producerId, producerEpoch, 'a');
    await produce({ values: ['b'] });
    await stop();
    const journal = join(dataDir, 'state.journal');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, lines.filter(line => !line.includes('transaction:')).join('\n'));
    await start();
    expect(await values()).toEqual(['1:b']);
    expect(warnings.join()).toContain('no one knows of it');
  });
});
