import { Writer } from '@platformatic/kafka';
import { afterEach, describe, expect, it } from 'vitest';
import { quickKafka } from '../../test/support/clients.js';
import { metadataV1, ScriptedBroker, type Answer } from '../../test/support/scripted-broker.js';

const PRODUCE = 0;
const METADATA = 3;
const INIT_PRODUCER_ID = 22;
const NOT_LEADER = 6;

const brokers: ScriptedBroker[] = [];

afterEach(async () => {
  await Promise.all(brokers.splice(0).map(broker => broker.stop()));
});

function produced(errorCode: number): Writer {
  return Writer.create()
    .appendArray(
      ['t'],
      (w, topic) =>
        w
          .appendString(topic, false)
          .appendArray(
            [0],
            (p, index) => p.appendInt32(index).appendInt16(errorCode).appendInt64(7n).appendInt64(-1n),
            false,
            false,
          ),
      false,
      false,
    )
    .appendInt32(0);
}

async function node(metadata: Answer, produce: Answer): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(
    new Map([
      [METADATA, { version: 1, answer: metadata }],
      [PRODUCE, { version: 3, answer: produce }],
      [
        INIT_PRODUCER_ID,
        { version: 0, answer: () => Writer.create().appendInt32(0).appendInt16(0).appendInt64(1n).appendInt16(0) },
      ],
    ]),
  );
  brokers.push(broker);
  return broker;
}

function produceCount(broker: ScriptedBroker): number {
  return broker.requests.filter(({ apiKey }) => apiKey === PRODUCE).length;
}

describe('A partition whose leader moves', () => {
  it.each(['says so', 'is gone'])('is followed to the new leader when the old one %s', async how => {
    let leader = 1;
    const metadata: Answer = () =>
      metadataV1(
        [first, second].map(({ port }) => port),
        [{ name: 't', leaders: [leader] }],
      );
    const first: ScriptedBroker = await node(metadata, () => {
      leader = 2;
      if (how === 'is gone') {
        void first.stop();
        brokers.splice(brokers.indexOf(first), 1);
        return undefined;
      }
      return produced(NOT_LEADER);
    });
    const second: ScriptedBroker = await node(metadata, () => produced(0));
    const producer = quickKafka([...first.brokers, ...second.brokers]).producer();
    await producer.connect();
    const [result] = await producer.send({ topic: 't', messages: [{ value: 'v' }] });
    expect(result).toMatchObject({ partition: 0, offset: '7' });
    expect([produceCount(first), produceCount(second)]).toEqual([1, 1]);
    await producer.send({ topic: 't', messages: [{ value: 'w' }] });
    expect([produceCount(first), produceCount(second)]).toEqual([1, 2]);
    await producer.disconnect();
  });

  it('is followed once another is elected, however long the wait before the next attempt is', async () => {
    let leader = 1;
    const metadata: Answer = () =>
      metadataV1(
        [first, second].map(({ port }) => port),
        [{ name: 't', leaders: [leader] }],
      );
    const first: ScriptedBroker = await node(metadata, () => produced(NOT_LEADER));
    const second: ScriptedBroker = await node(metadata, () => produced(0));
    // Longer than a test may take.
    const retry = { initialRetryTime: 60_000, maxRetryTime: 60_000, factor: 0, retries: 1 };
    const producer = quickKafka([...first.brokers, ...second.brokers], { retry }).producer();
    await producer.connect();
    const sent = producer.send({ topic: 't', messages: [{ value: 'v' }] });
    setTimeout(() => (leader = 2), 400);
    expect((await sent)[0]).toMatchObject({ partition: 0, offset: '7' });
    expect([produceCount(first), produceCount(second)]).toEqual([1, 1]);
    await producer.disconnect();
  });

  it('has no fewer attempts for following one that turns out not to lead', async () => {
    let leader = 1;
    let leads = false;
    const metadata: Answer = () =>
      metadataV1(
        [first, second].map(({ port }) => port),
        [{ name: 't', leaders: [leader] }],
      );
    const first: ScriptedBroker = await node(metadata, () => {
      leader = 2;
      return produced(NOT_LEADER);
    });
    const second: ScriptedBroker = await node(metadata, () => {
      setTimeout(() => (leads = true), 100);
      return produced(leads ? 0 : NOT_LEADER);
    });
    const retry = { initialRetryTime: 1_000, maxRetryTime: 1_000, factor: 0, retries: 1 };
    const producer = quickKafka([...first.brokers, ...second.brokers], { retry }).producer();
    await producer.connect();
    expect((await producer.send({ topic: 't', messages: [{ value: 'v' }] }))[0]).toMatchObject({ offset: '7' });
    expect([produceCount(first), produceCount(second)]).toEqual([1, 2]);
    await producer.disconnect();
  });
});
