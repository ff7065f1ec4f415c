import { describe, expect, it } from 'vitest';
import { CompressionTypes } from './compression.js';
import type { Message } from './kafka-message.js';
import { prepareRecord } from './prepared-record.js';
import { decodeRecordBatches } from './record-batch-decoder.js';
import { encodeRecordBatch, NO_PRODUCER, restampRecordBatch } from './record-batch-encoder.js';
import { CRC_AT, MAGIC_AT, RECORD_COUNT_AT } from './record-batch-format.js';
import { RecordReader, varintSize, writeVarint } from './varint.js';

const NOW = 1_700_000_000_000;

function prepare(messages: readonly Message[]): ReturnType<typeof prepareRecord>[] {
  return messages.map((message, index) => prepareRecord('orders', index, message, NOW));
}

async function encode(messages: readonly Message[], compression: CompressionTypes = 0): Promise<Buffer> {
  return encodeRecordBatch(prepare(messages), { ...NO_PRODUCER, compression, isTransactional: false });
}

describe('A record batch', () => {
  const messages: Message[] = [
    { key: 'k1', value: 'ü'.repeat(300), headers: { one: 'a', many: ['x', Buffer.from('y')], none: undefined } },
    { key: null, value: null, timestamp: '1600000000000' },
    { value: Buffer.from([0xff, 0xfe]), key: Buffer.alloc(0), timestamp: '1700000009999' },
  ];

  it.each(Object.entries(CompressionTypes))('survives the way there and back with %s', async (_name, compression) => {
    const [batch, ...others] = [...decodeRecordBatches(await encode(messages, compression))];
    expect(others).toHaveLength(0);
    expect(batch?.records()).toEqual([
      {
        key: Buffer.from('k1'),
        value: Buffer.from('ü'.repeat(300)),
        timestamp: String(NOW),
        attributes: 0,
        offset: '0',
        headers: { one: Buffer.from('a'), many: [Buffer.from('x'), Buffer.from('y')], none: undefined },
      },
      { key: null, value: null, timestamp: '1600000000000', attributes: 0, offset: '1', headers: {} },
      {
        key: Buffer.alloc(0),
        value: Buffer.from([0xff, 0xfe]),
        timestamp: '1700000009999',
        attributes: 0,
        offset: '2',
        headers: {},
      },
    ]);
  });

  it('keeps a header by the name of __proto__ as any other', async () => {
    const headers = { ['__proto__']: 'a', plain: 'b' };
    const [batch] = [...decodeRecordBatches(await encode([{ value: 'v', headers }]))];
    const read = batch?.records()[0]?.headers ?? {};
    expect(Object.keys(read)).toEqual(['__proto__', 'plain']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('carries the producer, and another one after it was stamped again', async () => {
    const bytes = await encodeRecordBatch(prepare([{ value: 'a' }]), {
      producerId: 7n,
      producerEpoch: 3,
      baseSequence: 41,
      compression: 0,
      isTransactional: true,
    });
    expect([...decodeRecordBatches(bytes)][0]).toMatchObject({
      producerId: 7n,
      producerEpoch: 3,
      isTransactional: true,
      isControl: false,
    });
    restampRecordBatch(bytes, { producerId: 8n, producerEpoch: 0, baseSequence: 0 });
    expect([...decodeRecordBatches(bytes)][0]).toMatchObject({ producerId: 8n, producerEpoch: 0 });
  });

  it('starts in the middle when a fetch did', async () => {
    const [batch] = [...decodeRecordBatches(await encode([{ value: 'a' }, { value: 'b' }, { value: 'c' }]))];
    expect(batch?.records(1n).map(({ offset }) => offset)).toEqual(['1', '2']);
    expect(batch?.lastOffset).toBe(2n);
  });

  it('is left out when it is cut off, at whatever byte', async () => {
    const whole = await encode([{ value: 'first' }]);
    const second = await encode([{ value: 'second' }]);
    for (let cut = 0; cut < second.length; cut++) {
      expect([...decodeRecordBatches(Buffer.concat([whole, second.subarray(0, cut)]))]).toHaveLength(1);
    }
  });

  it('is refused when any byte behind the checksum is wrong', async () => {
    const bytes = await encode([{ key: 'key', value: 'value', headers: { a: 'b' } }]);
    for (let at = CRC_AT; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] as number) ^ 0x55;
      expect(() => [...decodeRecordBatches(broken)]).toThrow('fails its checksum');
    }
  });

  it('is refused when it is of an old format, or claims more records than fit', async () => {
    const old = await encode([{ value: 'a' }]);
    old[MAGIC_AT] = 1;
    expect(() => [...decodeRecordBatches(old)]).toThrow('have format 1');

    const greedy = await encode([{ value: 'a' }]);
    greedy.writeInt32BE(2_000_000_000, RECORD_COUNT_AT);
    restampRecordBatch(greedy, NO_PRODUCER);
    expect(() => [...decodeRecordBatches(greedy)][0]?.records()).toThrow('claims 2000000000 records');
  });

  it('is refused when its records do not fill their lengths, whatever the bytes say', async () => {
    const original = await encode([{ key: 'key', value: 'value', headers: { a: 'b' } }]);
    for (let at = 61; at < original.length; at++) {
      for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
        const broken = Buffer.from(original);
        broken[at] = byte;
        restampRecordBatch(broken, NO_PRODUCER);
        try {
          expect([...decodeRecordBatches(broken)][0]?.records().length).toBe(1);
        } catch (error) {
          expect((error as Error).name).toBe('KafkaJSCorruptBatchError');
        }
      }
    }
  });
});

describe('A message that cannot be written', () => {
  it.each([
    [{ value: 5 }, 'has a value that is a number'],
    [{ value: { a: 1 } }, 'has a value that is an object (Object)'],
    [{ value: new Uint8Array(2) }, 'has a value that is an object (Uint8Array)'],
    [{}, 'has no "value"'],
    [{ value: 'a', key: 7 }, 'has a key that is a number'],
    [{ value: 'a', headers: { retries: 3 } }, 'has a header "retries" that is a number'],
    [{ value: 'a', timestamp: 'yesterday' }, 'has the timestamp "yesterday"'],
    [null, 'is null'],
  ])('%j is named with its topic and its place', (message, fault) => {
    expect(() => prepareRecord('orders', 17, message as unknown as Message, NOW)).toThrow(
      `Message 17 for topic "orders" ${fault}`,
    );
  });
});

describe('A variable-length number', () => {
  it.each([0, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31, -(2 ** 31), 2 ** 40 + 3, 2 ** 51, -(2 ** 51)])(
    '%d takes the bytes that were reserved and comes back',
    value => {
      const buffer = Buffer.alloc(12);
      const end = writeVarint(buffer, 0, value);
      expect(end).toBe(varintSize(value));
      expect(new RecordReader(buffer, 0, end).readVarint()).toBe(value);
    },
  );
});
