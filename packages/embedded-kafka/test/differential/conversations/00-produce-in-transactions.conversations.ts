import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { describeTransactionsCodec } from '../../../src/protocol/generated/describe-transactions.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { conversationsAbout } from '../conversation.js';
import { recordBatch } from '../record-batches.js';
import type { Talk } from '../talk.js';
import { fetchRequest, produceRequest } from './requests.js';
import { byVerification, OLD_END, topicOf, TransactionalProducer } from './transaction-talk.js';

/** As Kafka verifies them: INVALID_TXN_STATE, TRANSACTION_ABORTABLE, or the partition is added (KIP-890). */
const verifications = [
  [3, 10],
  [11, 11],
  [12, 13],
] as const;

const notAdded = async (talk: Talk) => {
  const topic = await topicOf(talk, 2);
  const producer = await new TransactionalProducer(talk, 'p').init();
  const { version } = talk;
  await producer.produce('produce', topic, ['a'], { version });
  await producer.add('add another', [{ name: topic.name, partitions: [1] }]);
  await producer.produce('produce to the first', topic, ['b'], { version });
  await producer.produce('produce to the second', topic, ['c'], { version, partition: 1 });
  await talk.ask('described', describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
};

const afterTheEnd = async (talk: Talk) => {
  const topic = await topicOf(talk);
  const { version } = talk;
  const producer = await new TransactionalProducer(talk, 'p').init();
  await producer.add('add', [{ name: topic.name, partitions: [0] }]);
  await producer.produce('produce', topic, ['a'], { version });
  await producer.produce('produce it twice', topic, ['a'], { version, baseSequence: 0 });
  await producer.end('commit', true, OLD_END);
  await producer.produce('produce again', topic, ['b'], { version });
  await producer.produce('the first one again', topic, ['a'], { version, baseSequence: 0 });
  await talk.ask('the log', fetchCodec, fetchRequest(topic));
};

export const produceInTransactionsConversations = conversationsAbout(produceCodec, {
  ...byVerification('a partition that was not added', notAdded, verifications),
  ...byVerification('after the end', afterTheEnd, verifications),
  sequences: async talk => {
    const topic = await topicOf(talk);
    const { version } = talk;
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.add('add', [{ name: topic.name, partitions: [0] }]);
    await producer.produce('start at 5', topic, ['a'], { version, baseSequence: 5 });
    await producer.produce('start at 0', topic, ['a'], { version, baseSequence: 0 });
    await producer.produce('a gap', topic, ['b'], { version, baseSequence: 9 });
    await producer.produce('a newer epoch', topic, ['b'], { version, baseSequence: 0, producerEpoch: 1 });
  },
  'who is not the producer': async talk => {
    const topic = await topicOf(talk);
    const { version } = talk;
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.init('init again');
    await producer.add('add', [{ name: topic.name, partitions: [0] }]);
    const { producerId } = producer;
    await producer.produce('an older epoch', topic, ['a'], { version, producerEpoch: 0 });
    await producer.produce('a newer epoch', topic, ['a'], { version, producerEpoch: 2 });
    await producer.produce('another id', topic, ['a'], { version, producerId: producerId + 1_000_000n });
    const records = recordBatch({
      records: [{ value: 'a' }],
      attributes: 0x10,
      producerId,
      producerEpoch: 1,
      baseSequence: 0,
    });
    const unknown = produceRequest(topic, records, { transactionalId: talk.name('unknown') });
    await talk.ask('an unknown transactional id', produceCodec, unknown);
    await talk.ask('no transactional id', produceCodec, produceRequest(topic, records));
    await talk.ask('the log', fetchCodec, fetchRequest(topic));
  },
  'records that are not transactional': async talk => {
    const topic = await topicOf(talk, 2);
    const { version } = talk;
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.produce('without a transaction', topic, ['a'], { version, attributes: 0, partition: 1 });
    await producer.add('add', [{ name: topic.name, partitions: [0] }]);
    await producer.produce('transactional', topic, ['b'], { version });
    await producer.produce('in the middle of one', topic, ['c'], { version, attributes: 0 });
    await producer.produce('no producer at all', topic, ['d'], {
      version,
      attributes: 0,
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
    });
    await talk.ask('the log', fetchCodec, fetchRequest(topic));
  },
  'records without a producer that are transactional': async talk => {
    const topic = await topicOf(talk);
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.produce('produce', topic, ['a'], {
      version: talk.version,
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
    });
  },
});
