import { describe, expect, it } from 'vitest';
import type { KafkaMessage } from '../driver/kafka-types.js';
import { deadlineOf, replyAddressOf } from './request-headers.js';

function message(headers: Record<string, unknown>): KafkaMessage {
  return { key: null, value: null, timestamp: '0', attributes: 0, offset: '0', headers } as unknown as KafkaMessage;
}

const request = {
  kafka_correlationId: Buffer.from('id'),
  kafka_replyTopic: Buffer.from('sum.reply'),
};

describe('a return address', () => {
  it('is read from the headers that Nest writes', () => {
    expect(replyAddressOf(message({ ...request, kafka_replyPartition: Buffer.from('12') }))).toEqual({
      correlationId: Buffer.from('id'),
      topic: 'sum.reply',
      partition: 12,
    });
  });

  it('is read from the headers that Spring writes: a binary id and a 32-bit partition', () => {
    const correlationId = Buffer.from([0, 0xff, 0x80, 1]);
    const partition = Buffer.from([0, 0, 0, 3]);
    expect(
      replyAddressOf(message({ ...request, kafka_correlationId: correlationId, kafka_replyPartition: partition })),
    ).toEqual({ correlationId, topic: 'sum.reply', partition: 3 });
  });

  it.each([[undefined], [Buffer.from('')], [Buffer.from('-1')], [Buffer.from('nonsense')], [Buffer.from('1e9')]])(
    'leaves the partition open when the header is %s',
    header => {
      expect(replyAddressOf(message({ ...request, kafka_replyPartition: header }))?.partition).toBeUndefined();
    },
  );

  it.each([['kafka_correlationId'], ['kafka_replyTopic']])('is none without %s', missing => {
    expect(replyAddressOf(message({ ...request, [missing]: undefined }))).toBeUndefined();
  });
});

describe('a deadline', () => {
  it('is milliseconds since the epoch, and none when it is anything else', () => {
    expect(deadlineOf(message({ 'nest-kafka_deadline': Buffer.from('1700000000000') }))).toBe(1_700_000_000_000);
    for (const header of ['', 'soon', '-5', '1e400', '1.5']) {
      expect(deadlineOf(message({ 'nest-kafka_deadline': Buffer.from(header) }))).toBeUndefined();
    }
  });
});
