import { KafkaParser } from '@nestjs/microservices';
import { AssignerProtocol } from '../../packages/kafkajs-platformatic/src/assigners/assigner-protocol.js';
import {
  decodeSubscription as decodeCooperative,
  encodeSubscription as encodeCooperative,
} from '../../packages/kafkajs-platformatic/src/assigners/consumer-subscription.js';
import { CompressionTypes } from '../../packages/kafkajs-platformatic/src/codec/compression.js';
import { prepareRecord } from '../../packages/kafkajs-platformatic/src/codec/prepared-record.js';
import { encodeRecordBatch, NO_PRODUCER } from '../../packages/kafkajs-platformatic/src/codec/record-batch-encoder.js';
import { decodeRecordBatches } from '../../packages/kafkajs-platformatic/src/codec/record-batch-decoder.js';
import { CRC_AT, ATTRIBUTES_AT } from '../../packages/kafkajs-platformatic/src/codec/record-batch-format.js';
import {
  decodeCompleted,
  encodeCompleted,
} from '../../packages/kafkajs-platformatic/src/consumer/completed-offsets.js';
import { checkServerFirst } from '../../packages/kafkajs-platformatic/src/wire/scram-server-first.js';
import { crc32c } from '../../packages/kafkajs-platformatic/src/wire/platformatic.js';
import { FrameReader } from '../../packages/kafkajs-platformatic/src/wire/frame-reader.js';
import { RecordParser } from '../../packages/nest-kafka/src/incoming/record-parser.js';
import { RequestDeserializer } from '../../packages/nest-kafka/src/incoming/request-deserializer.js';
import { deadlineOf, headerOf, replyAddressOf } from '../../packages/nest-kafka/src/incoming/request-headers.js';
import { ResponseDeserializer } from '../../packages/nest-kafka/src/incoming/response-deserializer.js';
import { decodeSubscription } from '../../packages/nest-kafka/src/reply/consumer-protocol.js';

/** Something of ours that reads bytes of others, and what it reads when nobody means harm. */
export interface ByteReader {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  read(bytes: Buffer): void;
}

const parser = new RecordParser();
const nestParser = new KafkaParser();
const requests = new RequestDeserializer();
const responses = new ResponseDeserializer();
const topics = ['a', 'topic'];
const member = AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from('data') });
const assignment = AssignerProtocol.MemberAssignment.encode({
  version: 1,
  assignment: { a: [0, 1], topic: [7] },
  userData: Buffer.alloc(0),
});

export async function byteReaders(): Promise<ByteReader[]> {
  const recordBatches = await Promise.all(Object.values(CompressionTypes).map(batchOf));
  return [
    { name: 'frames', seeds: [Buffer.from([0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 4, 1, 2, 3, 4])], read: readFrames },
    { name: 'record batches', seeds: recordBatches, read: readBatches },
    { name: 'record batches with a good checksum', seeds: recordBatches, read: bytes => readBatches(signed(bytes)) },
    { name: 'member metadata', seeds: [member], read: bytes => void AssignerProtocol.MemberMetadata.decode(bytes) },
    { name: 'assignments', seeds: [assignment], read: bytes => void AssignerProtocol.MemberAssignment.decode(bytes) },
    {
      name: 'cooperative subscriptions',
      seeds: [encodeCooperative({ topics, userData: Buffer.alloc(4), owned: { a: [1] }, generationId: 3 })],
      read: bytes => void decodeCooperative(bytes),
    },
    { name: "subscriptions of Nest's assigner", seeds: [member], read: bytes => void decodeSubscription(bytes) },
    {
      name: 'what is handled beyond a committed offset',
      seeds: [
        Buffer.from(
          encodeCompleted([
            { from: 1, to: 9 },
            { from: 900, to: 70_000 },
          ]) ?? '',
        ),
        Buffer.from(encodeCompleted(Array.from({ length: 90 }, (_, i) => ({ from: 2 * i + 1, to: 2 * i + 2 }))) ?? ''),
      ],
      read: bytes => void decodeCompleted(bytes.toString('latin1')),
    },
    {
      name: "a SCRAM server's challenge",
      seeds: [Buffer.from('r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096')],
      read: checkServerFirst,
    },
    {
      name: 'records of requests and replies',
      seeds: [
        Buffer.from('{"id":"1","response":{"a":[1]},"isDisposed":true}'),
        Buffer.from('42'),
        Buffer.from([0, 0, 0, 9]),
      ],
      read: readRecord,
    },
  ];
}

async function batchOf(compression: CompressionTypes): Promise<Buffer> {
  const headers = { one: 'h', twice: ['a', 'b'], none: undefined };
  const messages = [{ key: 'k', value: 'value '.repeat(40), headers }, { value: null }, { key: '', value: 'last' }];
  const records = messages.map((message, index) => prepareRecord('fuzz', index, message, 1_700_000_000_000));
  return encodeRecordBatch(records, { ...NO_PRODUCER, compression, isTransactional: false });
}

function readFrames(bytes: Buffer): void {
  const reader = new FrameReader();
  for (let at = 0; at < bytes.length; at += 3) {
    reader.push(bytes.subarray(at, at + 3), frame => void frame.readInt32BE(0));
  }
}

function readBatches(bytes: Buffer): void {
  for (const batch of decodeRecordBatches(bytes)) {
    batch.records(batch.baseOffset);
  }
}

/** A batch that was changed, by somebody who knows how to make a checksum. */
function signed(bytes: Buffer): Buffer {
  if (bytes.length > ATTRIBUTES_AT) {
    bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT);
  }
  return bytes;
}

function readRecord(bytes: Buffer): void {
  const headers = Object.fromEntries(
    ['kafka_correlationId', 'kafka_replyTopic', 'kafka_replyPartition', 'kafka_nest-err', 'nest-kafka_deadline'].map(
      (name, i) => [name, i % 2 === 0 ? bytes : [bytes, bytes.subarray(1)]],
    ),
  );
  const message = { key: bytes, value: bytes, headers, offset: '0', timestamp: '0', attributes: 0 } as never;
  replyAddressOf(message);
  deadlineOf(message);
  headerOf(message, 'kafka_nest-err');
  const parsed = parser.parse<never>(message);
  nestParser.parse(message);
  void requests.deserialize(parsed, { channel: 'topic' });
  void responses.deserialize(parsed);
}
