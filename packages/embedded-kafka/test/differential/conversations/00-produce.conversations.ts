import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { initProducerIdCodec } from '../../../src/protocol/generated/init-producer-id.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf, recordBatch, THEN, type BatchSpec } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { fetchRequest, produceRequest, UNKNOWN_ID, type ProduceChoices } from './requests.js';

async function produceBatch(talk: Talk, topic: TopicHandle, step: string, batch: BatchSpec, choices?: ProduceChoices) {
  await talk.askInVain(step, produceCodec, produceRequest(topic, recordBatch(batch), choices));
}

/** What the log has afterwards says more than what was answered. */
async function readBack(talk: Talk, topic: TopicHandle, step = 'what the log has'): Promise<void> {
  await talk.askInVain(step, fetchCodec, fetchRequest(topic), { on: 'reader' });
}

const oneRecord = [{ key: 'k', value: 'v' }];

/** A conversation that produces batches one after the other, and reads the log. */
const batches =
  (specs: Readonly<Record<string, BatchSpec>>, configs: Readonly<Record<string, string>> = {}) =>
  async (talk: Talk): Promise<void> => {
    const topic = await talk.topic('heroes', 1, configs);
    for (const [step, spec] of Object.entries(specs)) await produceBatch(talk, topic, step, spec);
    await readBack(talk, topic);
  };

async function newProducer(talk: Talk): Promise<bigint> {
  const request = { transactionalId: null, transactionTimeoutMs: 60_000 };
  const { producerId } = await talk.ask('a producer id', initProducerIdCodec, request);
  return producerId;
}

/** A conversation of an idempotent producer. */
const idempotent =
  (specs: Readonly<Record<string, { readonly sequence: number; readonly epoch?: number; readonly count?: number }>>) =>
  async (talk: Talk): Promise<void> => {
    const topic = await talk.topic('heroes');
    const producerId = await newProducer(talk);
    for (const [step, { sequence, epoch = 0, count = 1 }] of Object.entries(specs)) {
      const records = Array.from({ length: count }, (_, index) => ({ value: `${sequence + index}` }));
      await produceBatch(talk, topic, step, { records, producerId, producerEpoch: epoch, baseSequence: sequence });
    }
    await readBack(talk, topic);
  };

export const produceConversations = conversationsAbout(produceCodec, {
  'acks all, leader and none': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('all', produceCodec, produceRequest(topic, batchOf('a', 'b')));
    await talk.ask('leader', produceCodec, produceRequest(topic, batchOf('c'), { acks: 1 }));
    await talk.tell('none', produceCodec, produceRequest(topic, batchOf('d'), { acks: 0 }));
    await readBack(talk, topic);
  },
  'acks 2': async talk => {
    const topic = await talk.topic('heroes');
    await talk.askInVain('two', produceCodec, produceRequest(topic, batchOf('a'), { acks: 2 }));
    await talk.askInVain('minus two', produceCodec, produceRequest(topic, batchOf('a'), { acks: -2 }));
    await readBack(talk, topic);
  },
  'acks none to a topic that does not exist': async talk => {
    const topic = { name: talk.name('nowhere'), id: UNKNOWN_ID };
    await talk.askInVain('nothing but an end', produceCodec, produceRequest(topic, batchOf('a'), { acks: 0 }));
  },
  'an unknown topic, an unknown partition': async talk => {
    const topic = await talk.topic('heroes');
    const nowhere = { name: talk.name('nowhere'), id: UNKNOWN_ID };
    await talk.askInVain('topic', produceCodec, produceRequest(nowhere, batchOf('a')));
    await talk.askInVain('partition', produceCodec, produceRequest(topic, batchOf('a'), { partition: 7 }));
    await talk.askInVain('negative partition', produceCodec, produceRequest(topic, batchOf('a'), { partition: -1 }));
  },
  'an invalid topic name': {
    to: 12,
    play: async talk => {
      const topic = { name: 'no/such name', id: UNKNOWN_ID };
      await talk.askInVain('slash', produceCodec, produceRequest(topic, batchOf('a')));
    },
  },
  'good and bad partitions together': async talk => {
    const topic = await talk.topic('heroes', 2);
    const records = batchOf('a');
    const partitionData = [0, 5, 1].map(index => ({ index, records }));
    await talk.askInVain('three', produceCodec, {
      acks: -1,
      timeoutMs: 5_000,
      topicData: [{ name: topic.name, topicId: topic.id, partitionData }],
    });
  },
  'nothing at all': async talk => {
    const topic = await talk.topic('heroes');
    await talk.askInVain('no topics', produceCodec, { acks: -1, timeoutMs: 5_000, topicData: [] });
    await talk.askInVain('no partitions', produceCodec, {
      acks: -1,
      timeoutMs: 5_000,
      topicData: [{ name: topic.name, topicId: topic.id, partitionData: [] }],
    });
    await talk.tell('no topics, acks none', produceCodec, { acks: 0, timeoutMs: 5_000, topicData: [] });
  },
  'null records': async talk => {
    const topic = await talk.topic('heroes');
    await talk.askInVain('null', produceCodec, produceRequest(topic, null));
    talk.forget();
    await readBack(talk, topic);
  },
  'empty records': async talk => {
    const topic = await talk.topic('heroes');
    await talk.askInVain('no bytes', produceCodec, produceRequest(topic, Buffer.alloc(0)));
    talk.forget();
    await readBack(talk, topic);
  },
  'a batch without records': batches({
    empty: { records: [], lastOffsetDelta: -1 },
    'empty, delta 0': { records: [], lastOffsetDelta: 0 },
  }),
  'a bad checksum': batches({ bad: { records: oneRecord, crcError: 1 }, good: { records: oneRecord } }),
  'magic 1': batches({ one: { records: oneRecord, magic: 1 } }),
  'magic 0': batches({ zero: { records: oneRecord, magic: 0 } }),
  'magic 3': batches({ three: { records: oneRecord, magic: 3 } }),
  'a last offset delta that is too small': batches({
    small: { records: [...oneRecord, ...oneRecord], lastOffsetDelta: 0 },
  }),
  'a last offset delta that is too large': batches({ large: { records: oneRecord, lastOffsetDelta: 4 } }),
  'a record count that is too small': batches({ small: { records: [...oneRecord, ...oneRecord], recordCount: 1 } }),
  'a record count that is too large': batches({ large: { records: oneRecord, recordCount: 2 } }),
  'a negative record count': batches({ negative: { records: oneRecord, recordCount: -1 } }),
  'offset deltas that are not consecutive': batches({
    gap: { records: [{ value: 'a' }, { value: 'b', offsetDelta: 2 }], lastOffsetDelta: 2 },
  }),
  'a base offset other than zero': batches({ five: { records: oneRecord, baseOffset: 5 } }),
  'a control batch': batches({ control: { records: oneRecord, attributes: 0x20 } }),
  'a transactional batch without a transaction': batches({ transactional: { records: oneRecord, attributes: 0x10 } }),
  'unused attribute bits': batches({ bits: { records: oneRecord, attributes: 0x0100 } }),
  'the log-append-time bit, set by the producer': batches({ bit: { records: oneRecord, attributes: 0x08 } }),
  'a batch length beyond the records': async talk => {
    const topic = await talk.topic('heroes');
    await produceBatch(talk, topic, 'longer', { records: oneRecord, lengthError: 10 });
    talk.forget();
    await produceBatch(talk, topic, 'shorter', { records: oneRecord, lengthError: -1 });
    talk.forget();
    await talk.askInVain('a stump', produceCodec, produceRequest(topic, batchOf('a').subarray(0, 40)));
    talk.forget();
    await readBack(talk, topic);
  },
  'several batches in one partition': async talk => {
    const topic = await talk.topic('heroes');
    await talk.askInVain('two', produceCodec, produceRequest(topic, Buffer.concat([batchOf('a'), batchOf('b')])));
    talk.forget();
    await readBack(talk, topic);
  },
  'a batch that is too large': async talk => {
    const topic = await talk.topic('heroes', 1, { 'max.message.bytes': '200' });
    await talk.askInVain('large', produceCodec, produceRequest(topic, batchOf('x'.repeat(300))));
    await talk.askInVain('fits', produceCodec, produceRequest(topic, batchOf('x'.repeat(50))));
    await readBack(talk, topic);
  },
  'records without a key in a compacted topic': batches(
    {
      none: { records: [{ value: 'a' }] },
      mixed: { records: [{ key: 'k', value: 'a' }, { value: 'b' }] },
      'with key': { records: oneRecord },
    },
    { 'cleanup.policy': 'compact' },
  ),
  'tombstones and null values': batches({ tombstone: { records: [{ key: 'k', value: null }] } }),
  gzip: batches({ gzip: { records: oneRecord, compression: 'gzip' } }),
  snappy: batches({ snappy: { records: oneRecord, compression: 'snappy' } }),
  lz4: batches({ lz4: { records: oneRecord, compression: 'lz4' } }),
  zstd: batches({ zstd: { records: oneRecord, compression: 'zstd' } }),
  'a compression that does not exist': batches({ five: { records: oneRecord, compression: 'unknown' } }),
  'a compressed payload that is broken': batches({ gzip: { records: oneRecord, compression: 'broken gzip' } }),
  'timestamps of a CreateTime topic': batches({
    'in the past': { records: [{ value: 'a' }, { value: 'b', timestampDelta: 50 }] },
    'out of order': { records: [{ value: 'a', timestampDelta: 50 }, { value: 'b' }] },
    'a wrong maximum': { records: oneRecord, maxTimestamp: THEN + 999 },
    none: { records: oneRecord, baseTimestamp: -1, maxTimestamp: -1 },
    'two hours ahead': { records: oneRecord, baseTimestamp: Date.now() + 7_200_000 },
  }),
  'timestamps of a LogAppendTime topic': batches(
    { 'in the past': { records: [{ value: 'a' }, { value: 'b', timestampDelta: 50 }] } },
    { 'message.timestamp.type': 'LogAppendTime' },
  ),
  'sequences of an idempotent producer': idempotent({
    first: { sequence: 0, count: 2 },
    next: { sequence: 2 },
    'the first again': { sequence: 0, count: 2 },
    'the last again': { sequence: 2 },
    'a gap': { sequence: 7 },
    'a part of the first': { sequence: 1 },
  }),
  'an idempotent producer repeats an old batch': idempotent(
    Object.fromEntries([
      ...[0, 1, 2, 3, 4, 5].map(sequence => [`${sequence}`, { sequence }]),
      ['0 again', { sequence: 0 }],
      ['1 again', { sequence: 1 }],
    ]),
  ),
  'an unknown producer starts in the middle': idempotent({
    'sequence 5': { sequence: 5 },
    'sequence 6': { sequence: 6 },
  }),
  'epochs of an idempotent producer': idempotent({
    'epoch 2': { sequence: 0, epoch: 2 },
    'epoch 1': { sequence: 1, epoch: 1 },
    'epoch 3, sequence 1': { sequence: 1, epoch: 3 },
    'epoch 3, sequence 0': { sequence: 0, epoch: 3 },
  }),
  'a sequence without a producer': batches({
    'producer without sequence': { records: oneRecord, producerId: 1n << 40n, producerEpoch: 0 },
    'producer without epoch': { records: oneRecord, producerId: 1n << 40n, baseSequence: 0 },
    'sequence without producer': { records: oneRecord, baseSequence: 0 },
  }),
  'one topic twice in a request': async talk => {
    const topic = await talk.topic('heroes');
    const one = { name: topic.name, topicId: topic.id, partitionData: [{ index: 0, records: batchOf('a') }] };
    await talk.askInVain('twice', produceCodec, { acks: -1, timeoutMs: 5_000, topicData: [one, one] });
    talk.forget();
    await readBack(talk, topic);
  },
});
