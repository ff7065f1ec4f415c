import { Kafka, logLevel, type Producer } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../index.js';

describe('kafkajs 2.2.4 through faults', () => {
  let embedded: EmbeddedKafka;
  let kafka: Kafka;
  beforeEach(async () => {
    embedded = await EmbeddedKafka.start({ topics: ['heroes'] });
    const retry = { initialRetryTime: 20, maxRetryTime: 100, retries: 8 };
    kafka = new Kafka({ brokers: embedded.brokers, logLevel: logLevel.NOTHING, retry });
  });
  afterEach(() => embedded.stop());

  const values = async (): Promise<string[]> => {
    const records = await embedded.records('heroes');
    return records.map(({ value }) => String(value));
  };

  async function sendThroughDroppedAnswer(producer: Producer): Promise<void> {
    await producer.connect();
    const fault = embedded.faults.inject({ api: 'Produce', topic: 'heroes', dropAnswer: true, count: 1 });
    for (const value of ['a', 'b']) await producer.send({ topic: 'heroes', messages: [{ value }] });
    await producer.disconnect();
    expect(fault.hits).toBe(1);
  }

  it('writes twice when the answer is lost, unless it is idempotent', async () => {
    await sendThroughDroppedAnswer(kafka.producer());
    expect(await values()).toEqual(['a', 'a', 'b']);
  });

  it('writes once when it is idempotent', async () => {
    await sendThroughDroppedAnswer(kafka.producer({ idempotent: true, maxInFlightRequests: 1 }));
    expect(await values()).toEqual(['a', 'b']);
  });

  it('is told that its commit failed when only the answer did: the records are there', async () => {
    const producer = kafka.producer({ transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'heroes', messages: [{ value: 'a' }] });
    const fault = embedded.faults.inject({ api: 'EndTxn', dropAnswer: true, count: 1 });
    await expect(transaction.commit()).rejects.toThrow(/Closed connection/);
    await producer.disconnect();
    expect([fault.hits, await values()]).toEqual([1, ['a']]);
  });

  it('gets over errors that may be retried, and tells of others', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const retried = embedded.faults.inject({ api: 'Produce', errorCode: 'LEADER_NOT_AVAILABLE', count: 2 });
    await producer.send({ topic: 'heroes', messages: [{ value: 'a' }] });
    expect([retried.hits, await values()]).toEqual([2, ['a']]);
    embedded.faults.inject({ api: 'Produce', errorCode: 'MESSAGE_TOO_LARGE', count: 1 });
    await expect(producer.send({ topic: 'heroes', messages: [{ value: 'b' }] })).rejects.toThrow(/larger than/);
    await producer.disconnect();
  });
});
