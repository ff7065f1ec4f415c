import { Reader, Writer } from '@platformatic/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickKafka } from '../../test/support/clients.js';
import type { RequestHead } from '../../test/support/frames.js';
import { metadataV1, ScriptedBroker } from '../../test/support/scripted-broker.js';
import { BASE_SEQUENCE_AT, PRODUCER_ID_AT, RECORD_COUNT_AT } from '../codec/record-batch-format.js';
import { decodeRecordBatches } from '../codec/record-batch-decoder.js';
import type { Producer, ProducerConfig } from './producer-types.js';

const PRODUCE = 0;
const METADATA = 3;
const INIT_PRODUCER_ID = 22;
const OK = 0;
const NOT_LEADER = 6;
const MESSAGE_TOO_LARGE = 10;
const CLUSTER_AUTHORIZATION_FAILED = 31;
const OUT_OF_ORDER_SEQUENCE_NUMBER = 45;
const DUPLICATE_SEQUENCE_NUMBER = 46;
/** The batch is left without an answer. */
const SILENCE = -1000;

/** What the broker saw of one batch. */
interface SeenBatch {
  readonly producerId: number;
  readonly sequence: number;
  readonly count: number;
}

/** The record batch of a Produce request, version 3, with one topic and one partition. */
function batchOf(frame: Buffer): Buffer {
  const reader = Reader.from(Buffer.from(frame));
  reader.skip(12);
  reader.readNullableString(false);
  reader.readNullableString(false);
  reader.skip(2 + 4 + 4);
  reader.readString(false);
  reader.skip(4 + 4);
  return reader.readBytes(false);
}

let broker: ScriptedBroker;
let answers: number[];
let seen: SeenBatch[];
let identities: number;
let identityError: number;
let producer: Producer;

beforeEach(async () => {
  answers = [];
  seen = [];
  identities = 0;
  identityError = OK;
  broker = await ScriptedBroker.start(
    new Map([
      [METADATA, { version: 1, answer: () => metadataV1(broker.port, [{ name: 't', leaders: [1] }]) }],
      [
        INIT_PRODUCER_ID,
        {
          version: 0,
          answer: () => {
            identities += 1;
            return Writer.create()
              .appendInt32(0)
              .appendInt16(identityError)
              .appendInt64(BigInt(100 * identities))
              .appendInt16(0);
          },
        },
      ],
      [PRODUCE, { version: 3, answer: (_: RequestHead, frame: Buffer) => answer(batchOf(frame)) }],
    ]),
  );
});

afterEach(async () => {
  await producer.disconnect();
  await broker.stop();
});

function answer(batch: Buffer): Writer | undefined {
  // Reading it back also proves that it was sealed again after it was stamped.
  expect([...decodeRecordBatches(batch)]).toHaveLength(1);
  seen.push({
    producerId: Number(batch.readBigInt64BE(PRODUCER_ID_AT)),
    sequence: batch.readInt32BE(BASE_SEQUENCE_AT),
    count: batch.readInt32BE(RECORD_COUNT_AT),
  });
  const code = answers.shift() ?? OK;
  if (code === SILENCE) {
    return undefined;
  }
  return Writer.create()
    .appendArray(
      ['t'],
      (w, topic) =>
        w.appendString(topic, false).appendArray(
          [0],
          (p, index) =>
            p
              .appendInt32(index)
              .appendInt16(code)
              .appendInt64(code === OK ? 40n : -1n)
              .appendInt64(-1n),
          false,
          false,
        ),
      false,
      false,
    )
    .appendInt32(0);
}

async function connect(config: ProducerConfig = {}): Promise<void> {
  producer = quickKafka(broker.brokers, { requestTimeout: 100 }).producer({
    retry: { retries: 1, initialRetryTime: 5 },
    ...config,
  });
  await producer.connect();
}

function send(count: number): Promise<{ offset?: string }[]> {
  return producer.send({ topic: 't', messages: Array.from({ length: count }, () => ({ value: 'v' })) });
}

describe('Batches of a partition', () => {
  it('are numbered without a hole, and a retry repeats the number', async () => {
    await connect();
    answers = [OK, NOT_LEADER];
    await send(3);
    await send(2);
    await send(1);
    expect(seen).toEqual([
      { producerId: 100, sequence: 0, count: 3 },
      { producerId: 100, sequence: 3, count: 2 },
      { producerId: 100, sequence: 3, count: 2 },
      { producerId: 100, sequence: 5, count: 1 },
    ]);
  });

  it('go on under a new identity from 0 when the broker has lost the numbering', async () => {
    await connect();
    answers = [OK, OUT_OF_ORDER_SEQUENCE_NUMBER];
    await send(3);
    await send(2);
    await send(1);
    expect(seen).toEqual([
      { producerId: 100, sequence: 0, count: 3 },
      { producerId: 100, sequence: 3, count: 2 },
      { producerId: 200, sequence: 0, count: 2 },
      { producerId: 200, sequence: 2, count: 1 },
    ]);
  });

  it('take the number of one that the broker refused for certain', async () => {
    await connect();
    answers = [OK, MESSAGE_TOO_LARGE];
    await send(3);
    await expect(send(2)).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
    await send(1);
    expect(seen.at(-1)).toEqual({ producerId: 100, sequence: 3, count: 1 });
    expect(identities).toBe(1);
  });

  it('take a new identity after one of which nobody knows whether it was written', async () => {
    await connect();
    answers = [OK, SILENCE, SILENCE];
    await send(3);
    await expect(send(2)).rejects.toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
      cause: { name: 'KafkaJSRequestTimeoutError' },
    });
    await send(1);
    expect(seen.at(-1)).toEqual({ producerId: 200, sequence: 0, count: 1 });
  });

  it('that the broker knows already count as written', async () => {
    await connect();
    answers = [DUPLICATE_SEQUENCE_NUMBER];
    expect(await send(1)).toMatchObject([{ errorCode: 0, offset: '-1' }]);
  });

  it('have no number where idempotence is switched off', async () => {
    await connect({ idempotent: false });
    await send(1);
    expect(seen).toEqual([{ producerId: -1, sequence: -1, count: 1 }]);
    expect(identities).toBe(0);
    expect(producer.isIdempotent()).toBe(false);
  });
});

describe('A cluster that refuses identities', () => {
  it('gets plain batches from a producer that did not ask for idempotence', async () => {
    identityError = CLUSTER_AUTHORIZATION_FAILED;
    await connect();
    expect(producer.isIdempotent()).toBe(true);
    await send(1);
    expect(seen).toEqual([{ producerId: -1, sequence: -1, count: 1 }]);
    expect(producer.isIdempotent()).toBe(false);
  });

  it('fails the sends of one that did, and of a wrong acks', async () => {
    identityError = CLUSTER_AUTHORIZATION_FAILED;
    await connect({ idempotent: true });
    await expect(send(1)).rejects.toMatchObject({ type: 'CLUSTER_AUTHORIZATION_FAILED' });
    const wrong = producer.send({ topic: 't', messages: [{ value: 'v' }], acks: 1 });
    await expect(wrong).rejects.toThrow('An idempotent producer needs "acks: -1"');
    expect(seen).toEqual([]);
  });
});
