import { describe, expect, it } from 'vitest';
import type { KafkaMessage } from '../../driver/kafka-types.js';
import { asFirstDelivered, type RetryState, retryStateOf, withRetryHeader } from './retry-header.js';

const place = { group: 'shop', topic: 'orders', partition: 4 };
const state: RetryState = {
  group: 'shop',
  topic: 'orders',
  partition: 2,
  offset: '7',
  timestamp: '1700000000000',
  timestampType: 'LogAppendTime',
  attempt: 3,
  due: 1,
};
const own = { one: Buffer.from([0xff]), many: [Buffer.from('1'), Buffer.from('2')] };
const message = (headers: KafkaMessage['headers']): KafkaMessage =>
  ({ key: null, value: null, offset: '99', timestamp: '5', attributes: 0, headers }) as KafkaMessage;

describe('the header of a message in a retry topic', () => {
  it('makes the message again what it was', () => {
    const waiting = message(withRetryHeader(own, state));
    const read = retryStateOf(waiting, place);
    expect(read).toEqual(state);
    const payload = asFirstDelivered(waiting, read, () => Promise.resolve());
    expect(payload).toMatchObject({ topic: 'orders', partition: 2 });
    expect(payload.message).toMatchObject({ offset: '7', timestamp: '1700000000000', timestampType: 1, headers: own });
    expect(Object.keys(payload.message.headers ?? {})).toEqual(Object.keys(own));
  });

  it.each([
    ['none', {}],
    ['no JSON', { 'nest-kafka_retry': Buffer.from('{') }],
    ['no state', { 'nest-kafka_retry': Buffer.from('{"topic":"orders","attempt":"1"}') }],
    ['a negative attempt', { 'nest-kafka_retry': Buffer.from(JSON.stringify({ ...state, attempt: -1 })) }],
    ['null', { 'nest-kafka_retry': Buffer.from('null') }],
  ])('that says nothing (%s) makes it due at once, where it is', (_, headers) => {
    expect(retryStateOf(message(headers), place)).toEqual({
      ...place,
      offset: '99',
      timestamp: '5',
      timestampType: 'CreateTime',
      attempt: 0,
      due: 0,
    });
  });
});
