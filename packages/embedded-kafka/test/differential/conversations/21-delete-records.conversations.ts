import { deleteRecordsCodec, type DeleteRecordsRequestInit } from '../../../src/protocol/generated/delete-records.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { listOffsetsCodec } from '../../../src/protocol/generated/list-offsets.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf, recordBatch, THEN } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { fetchRequest, produceRequest } from './requests.js';

const before = (
  topic: { readonly name: string },
  ...offsets: readonly (readonly [partition: number, offset: bigint])[]
): DeleteRecordsRequestInit => ({
  topics: [{ name: topic.name, partitions: offsets.map(([partitionIndex, offset]) => ({ partitionIndex, offset })) }],
  timeoutMs: 5_000,
});

const offsetAt = (talk: Talk, step: string, { name }: TopicHandle, timestamp: bigint): Promise<unknown> =>
  talk.ask(step, listOffsetsCodec, {
    replicaId: -1,
    topics: [{ name, partitions: [{ partitionIndex: 0, timestamp }] }],
  });

/** Three batches: offsets 0-2, 3 and 4-5. */
async function filled(talk: Talk): Promise<TopicHandle> {
  const topic = await talk.topic('heroes');
  for (const [step, batch] of [
    ['a to c', batchOf('a', 'b', 'c')],
    ['d', recordBatch({ records: [{ value: 'd' }], baseTimestamp: THEN + 10 })],
    [
      'e and f',
      recordBatch({ records: [{ value: 'e' }, { value: 'f', timestampDelta: 5 }], baseTimestamp: THEN + 20 }),
    ],
  ] as const) {
    await talk.ask(step, produceCodec, produceRequest(topic, batch));
  }
  return topic;
}

export const deleteRecordsConversations = conversationsAbout(deleteRecordsCodec, {
  'up to the middle of a batch': async talk => {
    const topic = await filled(talk);
    await talk.ask('before 1', deleteRecordsCodec, before(topic, [0, 1n]));
    await talk.ask('fetch 0', fetchCodec, fetchRequest(topic), { on: 'reader' });
    await talk.ask('fetch 1', fetchCodec, fetchRequest(topic, { offset: 1n, partitionMaxBytes: 1 }), { on: 'reader' });
    await offsetAt(talk, 'earliest', topic, -2n);
    await offsetAt(talk, 'by time', topic, BigInt(THEN));
    await talk.ask('produce', produceCodec, produceRequest(topic, batchOf('g')));
  },
  'up to the start of a batch, and back': async talk => {
    const topic = await filled(talk);
    await talk.ask('before 3', deleteRecordsCodec, before(topic, [0, 3n]));
    await talk.ask('before 2', deleteRecordsCodec, before(topic, [0, 2n]));
    await talk.ask('before 3 again', deleteRecordsCodec, before(topic, [0, 3n]));
    await talk.ask('fetch 2', fetchCodec, fetchRequest(topic, { offset: 2n }), { on: 'reader' });
    await talk.ask('fetch 3', fetchCodec, fetchRequest(topic, { offset: 3n }), { on: 'reader' });
    await offsetAt(talk, 'earliest', topic, -2n);
    await offsetAt(talk, 'by time', topic, BigInt(THEN));
    await offsetAt(talk, 'latest', topic, -1n);
    await offsetAt(talk, 'highest time', topic, -3n);
  },
  everything: async talk => {
    const topic = await filled(talk);
    await talk.ask('before the high watermark', deleteRecordsCodec, before(topic, [0, -1n]));
    await talk.ask('fetch 5', fetchCodec, fetchRequest(topic, { offset: 5n }), { on: 'reader' });
    await talk.ask('fetch 6', fetchCodec, fetchRequest(topic, { offset: 6n }), { on: 'reader' });
    await offsetAt(talk, 'earliest', topic, -2n);
    await offsetAt(talk, 'latest', topic, -1n);
    await offsetAt(talk, 'by time', topic, BigInt(THEN));
    await offsetAt(talk, 'highest time', topic, -3n);
    await talk.ask('produce', produceCodec, produceRequest(topic, batchOf('g')));
    await talk.ask('fetch what came', fetchCodec, fetchRequest(topic, { offset: 6n }), { on: 'reader' });
  },
  'of an empty partition': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('before 0', deleteRecordsCodec, before(topic, [0, 0n]));
    await talk.ask('before the high watermark', deleteRecordsCodec, before(topic, [0, -1n]));
  },
  'what is not there': async talk => {
    const topic = await filled(talk);
    await talk.ask('beyond the end', deleteRecordsCodec, before(topic, [0, 7n]));
    await talk.ask('minus two', deleteRecordsCodec, before(topic, [0, -2n]));
    await talk.ask('partition 5', deleteRecordsCodec, before(topic, [5, 0n]));
    await talk.ask('two at once, one of them bad', deleteRecordsCodec, before(topic, [0, 1n], [9, 0n]));
    await talk.ask('topic', deleteRecordsCodec, before({ name: talk.name('nowhere') }, [0, 0n]));
    await talk.ask('no topics', deleteRecordsCodec, { topics: [], timeoutMs: 5_000 });
    await talk.ask('no partitions', deleteRecordsCodec, before(topic));
  },
});
