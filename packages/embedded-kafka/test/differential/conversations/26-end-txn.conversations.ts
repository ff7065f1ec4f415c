import { endTxnCodec } from '../../../src/protocol/generated/end-txn.js';
import { describeTransactionsCodec } from '../../../src/protocol/generated/describe-transactions.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk, TopicHandle } from '../talk.js';
import { fetchRequest } from './requests.js';
import { OLD_PRODUCE, topicOf, TransactionalProducer } from './transaction-talk.js';

const look = (talk: Talk, step: string, topic: TopicHandle) =>
  talk.ask(step, fetchCodec, fetchRequest(topic, { isolationLevel: 1 }));

/** Both ends of a transaction, then what its producer may and may not do. */
const ended = (committed: boolean) => async (talk: Talk) => {
  const topic = await topicOf(talk);
  const producer = await new TransactionalProducer(talk, 'p').init();
  await producer.add('add', [{ name: topic.name, partitions: [0] }]);
  await producer.produce('produce', topic, ['a', 'b'], { version: OLD_PRODUCE });
  await look(talk, 'while it is open', topic);
  const { transactionalId, producerId, producerEpoch } = producer;
  await producer.end('end', committed, talk.version);
  await look(talk, 'when it has ended', topic);
  await talk.ask('described', describeTransactionsCodec, { transactionalIds: [transactionalId] });
  const retry = { transactionalId, producerId, producerEpoch };
  await talk.ask('the same again', endTxnCodec, { ...retry, committed });
  await talk.ask('the contrary', endTxnCodec, { ...retry, committed: !committed });
  await producer.end('commit what is not open', true, talk.version);
  await producer.end('abort what is not open', false, talk.version);
  await talk.ask('described at the end', describeTransactionsCodec, { transactionalIds: [transactionalId] });
};

export const endTxnConversations = conversationsAbout(endTxnCodec, {
  'a commit': ended(true),
  'an abort': ended(false),
  'a producer that has done nothing': async talk => {
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.end('commit', true, talk.version);
    await producer.end('abort', false, talk.version);
    await producer.end('abort again', false, talk.version);
    await talk.ask('described', describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
  },
  'a transaction without records': async talk => {
    const topic = await topicOf(talk);
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.add('add', [{ name: topic.name, partitions: [0] }]);
    await producer.end('abort', false, talk.version);
    await look(talk, 'the log', topic);
    await producer.add('add again', [{ name: topic.name, partitions: [0] }]);
    await producer.end('commit', true, talk.version);
    await look(talk, 'the log at the end', topic);
  },
  'who is not the producer': async talk => {
    const topic = await topicOf(talk);
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.init('init again');
    await producer.add('add', [{ name: topic.name, partitions: [0] }]);
    const { transactionalId, producerId, producerEpoch } = producer;
    const request = { transactionalId, producerId, producerEpoch, committed: true };
    await talk.ask('an older epoch', endTxnCodec, { ...request, producerEpoch: producerEpoch - 1 });
    await talk.ask('a newer epoch', endTxnCodec, { ...request, producerEpoch: producerEpoch + 1 });
    await talk.ask('another id', endTxnCodec, { ...request, producerId: producerId + 1_000_000n });
    await talk.ask('unknown', endTxnCodec, { ...request, transactionalId: talk.name('unknown') });
    await talk.ask('no transactional id', endTxnCodec, { ...request, transactionalId: '' });
    await talk.ask('described', describeTransactionsCodec, { transactionalIds: [transactionalId] });
  },
  'a producer that was fenced': async talk => {
    const topic = await topicOf(talk);
    const old = await new TransactionalProducer(talk, 'p').init();
    await old.add('add', [{ name: topic.name, partitions: [0] }]);
    await old.produce('produce', topic, ['zombie'], { version: OLD_PRODUCE });
    const { transactionalId, producerId, producerEpoch } = old;
    await old.init('init while it is open');
    await look(talk, 'the log', topic);
    await talk.ask('the old one commits', endTxnCodec, { transactionalId, producerId, producerEpoch, committed: true });
    await old.produce('the old one produces', topic, ['more'], { version: OLD_PRODUCE, producerId, producerEpoch });
    await old.produce('and as new ones do', topic, ['more'], { producerId, producerEpoch });
    await old.add('the new one adds', [{ name: topic.name, partitions: [0] }]);
    await old.produce('the new one produces', topic, ['fresh'], { version: OLD_PRODUCE });
    await old.end('the new one commits', true, talk.version);
    await look(talk, 'the log at the end', topic);
  },
  'two transactions of the new protocol': {
    from: 5,
    play: async talk => {
      const topic = await topicOf(talk);
      const producer = await new TransactionalProducer(talk, 'p').init();
      await producer.produce('produce', topic, ['a']);
      await producer.produce('and more', topic, ['b']);
      await producer.end('abort', false);
      await producer.produce('produce in the second', topic, ['c']);
      await producer.end('commit', true);
      await producer.end('abort what is not open', false);
      await producer.produce('produce in the third', topic, ['d']);
      await producer.end('commit the third', true);
      await look(talk, 'the log', topic);
    },
  },
});
