import { expect } from 'vitest';
import { type SceneBehaviour, sharing } from '../frame/behaviour.js';
import { type Exchange, openExchange } from './exchange.js';

const SERIALIZER = 'page: Outgoing; Nest kafka-request.serializer.spec';
const PARSER = 'page: Incoming; Nest kafka-parser.spec';

class Sword {
  constructor(readonly name: string) {}

  toString(): string {
    return `the sword ${this.name}`;
  }
}

class Dagger extends Sword {}

class Shield {
  constructor(readonly weight: number) {}
}

/** A value that comes to the handler as another, or as the same, one. */
const arrives = (says: string, source: string, sent: unknown, got: unknown = sent): SceneBehaviour<Exchange> => ({
  says,
  source,
  async prove({ echo }) {
    expect(await echo(sent)).toEqual(got);
  },
});

const behaviours: SceneBehaviour<Exchange>[] = [
  arrives(
    'a plain object reaches the handler as an object, and its answer the caller',
    'page: Incoming, Outgoing; Nest e2e sum-kafka "plain object"',
    { dragonId: 7, realm: 'Nest' },
  ),
  arrives('nested objects and lists come through as they are', 'Nest e2e sum-kafka "nested business DTO"', {
    name: 'Example',
    owner: { name: 'Ada', tags: ['a', 'b'] },
    phones: [{ number: '1' }, null],
  }),
  arrives('an array is parsed back to an array', 'Nest e2e sum-kafka "array"', [1, 2, 3]),
  arrives(
    'a string stays the string it was, also when it looks like a number',
    'page: Incoming ("object like" strings only); Nest kafka-parser.spec "12345"',
    '12345',
  ),
  arrives(
    'a number travels as its decimal text',
    'page: Outgoing; Nest kafka-request.serializer.spec "number", kafka-parser.spec "12345"',
    12345,
    '12345',
  ),
  arrives(
    'an envelope needs no key',
    'Nest e2e sum-kafka "{value} without key"',
    { value: { numbers: [1] } },
    { numbers: [1] },
  ),
  arrives('true arrives as its text', SERIALIZER, true, 'true'),
  arrives('false, which is no absence of data, arrives as its text', SERIALIZER, false, 'false'),
  arrives('zero, which is no absence of data, arrives as its text', SERIALIZER, 0, '0'),
  arrives('a negative decimal arrives as its text', SERIALIZER, -1.5, '-1.5'),
  arrives('a text outside of ASCII arrives byte for byte', PARSER, 'Дракон 🐉 über'),
  arrives('a text that is a JSON object is taken for one', PARSER, '{"dragonId":7}', { dragonId: 7 }),
  arrives('a text that is a JSON array is taken for one', PARSER, '[1,"two",null]', [1, 'two', null]),
  arrives('a text that begins like JSON but is none stays a text', PARSER, '[draft] chapter 1'),
  arrives('a number too great for JavaScript stays a text', PARSER, '9007199254740993'),
  arrives('the text "null" stays a text', PARSER, 'null'),
  arrives('an empty object arrives as one', SERIALIZER, {}),
  arrives('an empty array arrives as one', SERIALIZER, []),
  arrives('null inside of an object stays, undefined is left out', SERIALIZER, { a: null, b: undefined }, { a: null }),
  arrives(
    'a date inside of an object arrives as ISO text',
    SERIALIZER,
    { at: new Date(0) },
    {
      at: '1970-01-01T00:00:00.000Z',
    },
  ),
  arrives('a buffer is sent as its bytes', SERIALIZER, Buffer.from('bytes'), 'bytes'),
  arrives(
    'an object whose class says how it is written as text is written so',
    SERIALIZER,
    new Sword('Sting'),
    'the sword Sting',
  ),
  arrives(
    'an object whose class inherits how it is written as text is written so',
    SERIALIZER,
    new Dagger('Bite'),
    'the sword Bite',
  ),
  arrives('an object of a class without a text of its own is written as JSON', SERIALIZER, new Shield(7), {
    weight: 7,
  }),
  arrives('half a megabyte arrives whole', 'Nest e2e sum-kafka (DTOs), made large', { text: 'x'.repeat(500_000) }),
  {
    says: 'a key that is a number or an object is written as text',
    source: 'page: Outgoing (key and value); Nest kafka-request.serializer.spec "{key, value}"',
    async prove({ event }) {
      expect((await event({ key: 42, value: 'v' })).message.key).toBe('42');
      expect((await event({ key: { id: 1 }, value: 'v' })).message.key).toEqual({ id: 1 });
    },
  },
  {
    says: 'events of one key come to one partition',
    source: 'page: Outgoing (co-partitioning)',
    async prove({ event }) {
      const partitions = new Set<number>();
      for (let i = 0; i < 5; i++) partitions.add((await event({ key: 'hero-7', value: `${i}` })).partition);
      expect(partitions.size).toBe(1);
    },
  },
  {
    says: 'headers of an envelope arrive as text',
    source: 'page: Outgoing (headers are strings or buffers); Nest kafka-parser.spec "with headers"',
    async prove({ event }) {
      const { message } = await event({ value: 'v', headers: { realm: 'Nest', bytes: Buffer.from('raw') } });
      expect(message.headers).toMatchObject({ realm: 'Nest', bytes: 'raw' });
    },
  },
  {
    says: 'an envelope may name its partition',
    source: 'KafkaJS producing: messages (partition); Nest 12.1.1, behaviour 10',
    async prove({ event }) {
      for (const partition of [2, 0, 1]) expect((await event({ value: 'v', partition })).partition).toBe(partition);
    },
  },
  {
    says: 'an envelope may say its timestamp',
    source: 'KafkaJS producing: messages (timestamp); Nest 12.1.1, behaviour 10',
    async prove({ event }) {
      const { message } = await event({ value: 'v', timestamp: '1700000000000' });
      expect(message.timestamp).toBe('1700000000000');
    },
  },
  {
    says: 'an event without a key has none',
    source: 'Nest kafka-request.serializer.spec "{value} without key"',
    async prove({ event }) {
      expect((await event({ value: 'v' })).message.key).toBeNull();
    },
  },
  {
    says: 'the object that was sent is not written to',
    source: 'docs/reference/differences.md (nothing is mutated)',
    async prove({ event }) {
      const envelope = { key: 'k', value: { heroId: 1 } };
      await event(envelope);
      expect(envelope).toEqual({ key: 'k', value: { heroId: 1 } });
    },
    differs: {
      'built-in': {
        because: "value and headers of the caller's envelope are replaced by what is sent",
        async instead({ event }) {
          const envelope = { key: 'k', value: { heroId: 1 } };
          await event(envelope);
          expect(envelope).toEqual({ key: 'k', value: '{"heroId":1}', headers: {} });
        },
      },
    },
  },
  {
    says: 'an event of no bytes arrives as an empty text',
    source: PARSER,
    async prove({ foreignEvent }) {
      expect((await foreignEvent({ value: '' })).payload).toBe('');
    },
  },
  {
    says: 'a header that was sent several times arrives as its values, with commas',
    source: 'KafkaJS consuming: headers; Nest kafka-parser.spec "with headers"',
    async prove({ foreignEvent }) {
      const { message } = await foreignEvent({ value: 'v', headers: { tag: ['a', 'b'] } });
      expect(message.headers?.['tag']).toBe('a,b');
    },
  },
  {
    says: 'a key that looks like a number stays a text',
    source: 'Nest kafka-parser.spec "with key": key 1 to "1"',
    async prove({ foreignEvent }) {
      expect((await foreignEvent({ key: '1', value: 'v' })).message.key).toBe('1');
    },
  },
];

export const serialization = sharing('serialization', openExchange, behaviours);
