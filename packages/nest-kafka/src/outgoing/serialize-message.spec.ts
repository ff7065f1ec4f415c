import { describe, expect, it } from 'vitest';
import { KafkaRecordBuilder } from './kafka-record-builder.js';
import { RecordSerializer } from './record-serializer.js';
import { serializeMessage } from './serialize-message.js';

const serializer = new RecordSerializer();

describe('the default serializer', () => {
  class Knight {
    constructor(readonly name: string) {}
  }
  class Titled extends Knight {
    override toString(): string {
      return `Sir ${this.name}`;
    }
  }
  class Inherited extends Titled {}

  it.each([
    ['undefined', undefined, null],
    ['null', null, null],
    ['a string', 'hero', 'hero'],
    ['a number', 12345, '12345'],
    ['a boolean', true, 'true'],
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['an array', [1, { a: 2 }], '[1,{"a":2}]'],
    ['a plain object', { a: 1 }, '{"a":1}'],
    ['an instance without toString', new Knight('Lancelot'), '{"name":"Lancelot"}'],
    ['an instance with toString', new Titled('Lancelot'), 'Sir Lancelot'],
    ['an instance that inherits toString', new Inherited('Lancelot'), 'Sir Lancelot'],
    ['an object with a field "value" among others', { value: 1, unit: 'm' }, '{"value":1,"unit":"m"}'],
    ['an object with a key but no value', { key: 'k' }, '{"key":"k"}'],
  ])('writes %s as Nest does, or better', (_name, data, value) => {
    expect(serializer.serialize(data)).toEqual({ value, headers: {} });
  });

  it('keeps a buffer as it is', () => {
    const bytes = Buffer.from([0, 1, 255]);
    expect(serializer.serialize(bytes).value).toBe(bytes);
  });

  it('takes an object with a value and nothing that a record has not for a record', () => {
    expect(
      serializer.serialize({ key: { id: 1 }, value: [1], headers: { realm: 'Nest' }, partition: 2, timestamp: '3' }),
    ).toEqual({ key: '{"id":1}', value: '[1]', headers: { realm: 'Nest' }, partition: 2, timestamp: '3' });
    expect(serializer.serialize({ key: null, value: null })).toEqual({ key: null, value: null, headers: {} });
  });

  it("never writes to the caller's objects", () => {
    const envelope = Object.freeze({ key: 1, value: Object.freeze({ a: 1 }), headers: Object.freeze({ realm: 'x' }) });
    const message = serializer.serialize(envelope);
    message.headers['more'] = 'y';
    expect(envelope).toEqual({ key: 1, value: { a: 1 }, headers: { realm: 'x' } });
  });
});

describe('a KafkaRecord', () => {
  const record = new KafkaRecordBuilder({ value: 1 })
    .setKey('k')
    .setHeaders({ realm: 'Nest' })
    .setPartition(0)
    .setTimestamp(new Date(5))
    .build();

  it('is taken literally: its value is never guessed at', async () => {
    await expect(serializeMessage(serializer, record)).toEqual({
      value: '{"value":1}',
      key: 'k',
      headers: { realm: 'Nest' },
      partition: 0,
      timestamp: '5',
    });
  });

  it('keeps its parts with a serializer of the application, also an asynchronous one', async () => {
    const custom = {
      serialize: (value: unknown) => Promise.resolve({ value: `<${JSON.stringify(value)}>`, key: 'own' }),
    };
    await expect(serializeMessage(custom, record)).resolves.toMatchObject({ value: '<{"value":1}>', key: 'k' });
  });

  it('refuses what no record can have when it is built', () => {
    const builder = new KafkaRecordBuilder('x');
    expect(() => builder.setPartition(-1)).toThrow('A partition is a whole number from 0');
    expect(() => builder.setTimeout(1.5)).toThrow('A timeout is a whole number of milliseconds');
    expect(() => builder.setTimestamp('yesterday')).toThrow('A timestamp is a Date');
  });
});

describe('a serializer of the application', () => {
  it('may return a frozen message, or a bare value', () => {
    const frozen = Object.freeze({ value: 'v', headers: Object.freeze({ a: 'b' }) });
    const message = serializeMessage({ serialize: () => frozen }, 'x');
    expect(message).toEqual(frozen);
    expect(message).not.toBe(frozen);
    expect(serializeMessage({ serialize: () => 'bare' }, 'x')).toEqual({ value: 'bare', headers: {} });
  });

  it('is told the pattern', () => {
    const seen: unknown[] = [];
    void serializeMessage({ serialize: (_data, options) => seen.push(options) }, 'x', { pattern: 'topic' });
    expect(seen).toEqual([{ pattern: 'topic' }]);
  });
});
