import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { conversationsAbout } from '../conversation.js';
import { recordBatch, THEN, type BatchSpec } from '../record-batches.js';
import type { Talk } from '../talk.js';
import { fetchRequest, produceRequest } from './requests.js';

const two = [
  { key: 'k', value: 'first' },
  { key: 'l', value: 'second' },
];
const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The same in each compression, and without. What the log has afterwards is told without payloads: those differ by codec. */
const inEach = (specs: Readonly<Record<string, BatchSpec>>, configs: Readonly<Record<string, string>> = {}) => ({
  from: 12,
  async play(talk: Talk): Promise<void> {
    for (const [step, spec] of Object.entries(specs)) {
      for (const compression of [undefined, ...codecs]) {
        const name = compression ?? 'plain';
        const topic = await talk.topic(`${name}-${step.replaceAll(/\W/g, '-')}`, 1, configs);
        const records = recordBatch({ ...spec, ...(compression && { compression }) });
        await talk.askInVain(`${step}, ${name}`, produceCodec, produceRequest(topic, records), { on: name });
        talk.forget(name);
        await talk.askInVain(`read: ${step}, ${name}`, fetchCodec, fetchRequest(topic), { on: `${name}-reader` });
        talk.forget(`${name}-reader`);
      }
    }
  },
});

const changed = (bytes: Buffer, at: number, to: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = to;
  return copy;
};

export const produceCompressedConversations = conversationsAbout(produceCodec, {
  'a payload that is broken': inEach({
    garbage: { records: two, compressed: bytes => Buffer.alloc(bytes.length, 0x5a) },
    'cut in the middle': { records: two, compressed: bytes => bytes.subarray(0, bytes.length >> 1) },
    'without its last byte': { records: two, compressed: bytes => bytes.subarray(0, -1) },
    empty: { records: two, compressed: () => Buffer.alloc(0) },
    'with bytes behind it': { records: two, compressed: bytes => Buffer.concat([bytes, Buffer.from('more')]) },
  }),
  'counts that are wrong': inEach({
    'one record less than said': { records: two.slice(0, 1), recordCount: 2, lastOffsetDelta: 1 },
    'one record more than said': { records: two, recordCount: 1, lastOffsetDelta: 0 },
    'none at all': { records: [], recordCount: 1, lastOffsetDelta: 0 },
    'bytes behind the records': { records: two, plain: bytes => Buffer.concat([bytes, Buffer.from([0, 0])]) },
  }),
  'offsets that are wrong': inEach({
    'a gap': { records: [{ value: 'a' }, { value: 'b', offsetDelta: 2 }] },
    'not from zero': {
      records: [
        { value: 'a', offsetDelta: 1 },
        { value: 'b', offsetDelta: 2 },
      ],
    },
    'the same twice': { records: [{ value: 'a' }, { value: 'b', offsetDelta: 0 }] },
  }),
  'records that are broken': inEach({
    'a length that is too long': { records: two, plain: bytes => changed(bytes, 0, bytes[0]! + 2) },
    'a length that is too short': { records: two, plain: bytes => changed(bytes, 0, bytes[0]! - 2) },
    'a negative length': { records: two, plain: bytes => changed(bytes, 0, 1) },
    'a key that is too long': { records: two, plain: bytes => changed(bytes, 4, 126) },
    'a negative number of headers': {
      records: two,
      plain: bytes => changed(bytes, 12, 1),
    },
    'a header that is not there': { records: two, plain: bytes => changed(bytes, bytes.length - 1, 2) },
    'attributes of a record': { records: two, plain: bytes => changed(bytes, 1, 7) },
  }),
  'keys of a compacted topic': inEach(
    {
      'no key': { records: [{ value: 'a' }] },
      'one of three': { records: [two[0]!, { value: 'b' }, two[1]!] },
      'all four': { records: [{ value: 'a' }, { value: 'b' }, { value: 'c' }, { value: 'd' }] },
      'an empty key': { records: [{ key: '', value: 'a' }] },
    },
    { 'cleanup.policy': 'compact' },
  ),
  'times of a CreateTime topic': inEach({
    'a maximum that is too high': { records: two, maxTimestamp: THEN + 999 },
    'a maximum that is too low': { records: [two[0]!, { ...two[1]!, timestampDelta: 50 }], maxTimestamp: THEN },
    'no maximum': { records: two, maxTimestamp: -1 },
    'out of order': { records: [{ ...two[0]!, timestampDelta: 50 }, two[1]!] },
    'before the first one': { records: [two[0]!, { ...two[1]!, timestampDelta: -50 }] },
    'hidden in the future': { records: [two[0]!, { ...two[1]!, timestampDelta: 1e12 }], maxTimestamp: THEN },
    none: { records: two, baseTimestamp: -1, maxTimestamp: -1 },
    'far in the past': { records: two, baseTimestamp: 1, maxTimestamp: 1 },
  }),
  'times of a topic that wants young records': inEach(
    {
      old: { records: two },
      'one of them old': { records: [{ ...two[0]!, timestampDelta: 2e11 }, two[1]!], maxTimestamp: THEN },
    },
    { 'message.timestamp.before.max.ms': '3600000' },
  ),
  'times of a LogAppendTime topic': inEach(
    {
      'in the past': { records: two },
      'in the future': { records: two, baseTimestamp: 4e12 },
      'stamped by the producer': { records: two, attributes: 0x08 },
    },
    { 'message.timestamp.type': 'LogAppendTime' },
  ),
  'much in little': inEach({ 'thousands of the same': { records: [{ value: 'x'.repeat(60_000) }] } }),
});
