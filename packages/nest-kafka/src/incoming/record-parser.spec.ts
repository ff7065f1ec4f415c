import { KafkaParser } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { RecordParser } from './record-parser.js';

const bytes = (text: string): Buffer => Buffer.from(text);

const values: [string, unknown][] = [
  ['JSON', bytes('{"a":[1,"ä"]}')],
  ['a JSON array', bytes('[1,2]')],
  ['what only looks like JSON', bytes('{not json')],
  ['a bracket alone', bytes('[')],
  ['text', bytes('dragon')],
  ['a number as text', bytes('42')],
  ['JSON behind a space', bytes(' {"a":1}')],
  ['JSON behind a byte order mark', bytes('\uFEFF{"a":1}')],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x7b])],
  ['a schema registry record', Buffer.from([0, 0, 0, 0, 1, 0x7b])],
  ['nothing', Buffer.alloc(0)],
  ['a tombstone', null],
  ['undefined', undefined],
  ['a string', '{"a":1}'],
  ['a repeated header', [bytes('a'), bytes('b')]],
];

describe('a record is parsed as Nest parses it:', () => {
  it.each(values)('%s', (_name, value) => {
    for (const config of [undefined, { keepBinary: true }]) {
      const record = {
        key: value,
        value,
        headers: { one: value, two: bytes('2') },
        offset: '7',
        timestamp: '1',
        attributes: 0,
        batchContext: { producerId: '1' },
      };
      expect(new RecordParser(config).parse(record)).toEqual(new KafkaParser(config).parse(record));
    }
  });

  it('without headers, and without leaving a trace in what the engine delivered', () => {
    const record = { key: null, value: bytes('{}') };
    expect(new RecordParser().parse(record)).toEqual(new KafkaParser().parse(record));
    const headers = { one: bytes('1') };
    new RecordParser().parse({ value: bytes('x'), headers });
    expect(headers).toEqual({ one: bytes('1') });
  });

  it('and the parser is a KafkaParser', () => {
    expect(new RecordParser()).toBeInstanceOf(KafkaParser);
  });
});
