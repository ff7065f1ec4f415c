import { addPartitionsToTxnCodec } from '../../../src/protocol/generated/add-partitions-to-txn.js';
import { describeTransactionsCodec } from '../../../src/protocol/generated/describe-transactions.js';
import { conversationsAbout } from '../conversation.js';
import { addRequest, OLD_END, topicOf, TransactionalProducer } from './transaction-talk.js';

export const addPartitionsToTxnConversations = conversationsAbout(addPartitionsToTxnCodec, {
  'partitions of a transaction': async talk => {
    const { name } = await topicOf(talk, 3);
    const producer = await new TransactionalProducer(talk, 'p').init();
    const add = (step: string, ...partitions: number[]) =>
      talk.ask(step, addPartitionsToTxnCodec, addRequest(producer, [{ name, partitions }]));
    await add('one', 0);
    await add('the same', 0);
    await add('two more', 1, 2);
    await talk.ask('described', describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
    await producer.end('commit', true, OLD_END);
    await talk.ask('described when committed', describeTransactionsCodec, {
      transactionalIds: [producer.transactionalId],
    });
    await add('in the next one', 1);
  },
  'partitions that do not exist': async talk => {
    const { name } = await topicOf(talk, 1);
    const producer = await new TransactionalProducer(talk, 'p').init();
    const topics = [
      { name, partitions: [0, 7] },
      { name: talk.name('nowhere'), partitions: [0] },
    ];
    await talk.ask('some', addPartitionsToTxnCodec, addRequest(producer, topics));
    await talk.ask('described', describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
  },
  'nothing to add': async talk => {
    const producer = await new TransactionalProducer(talk, 'p').init();
    await talk.ask('no topics', addPartitionsToTxnCodec, addRequest(producer, []));
    await talk.ask('described', describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
  },
  'who is not the producer': async talk => {
    const { name } = await topicOf(talk, 1);
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.init('init again');
    const { transactionalId, producerId, producerEpoch } = producer;
    const topics = [{ name, partitions: [0] }];
    const cases = {
      'an older epoch': { transactionalId, producerId, producerEpoch: producerEpoch - 1 },
      'a newer epoch': { transactionalId, producerId, producerEpoch: producerEpoch + 1 },
      'another producer id': { transactionalId, producerId: producerId + 1_000_000n, producerEpoch },
      'an unknown transactional id': { transactionalId: talk.name('unknown'), producerId, producerEpoch },
      'no transactional id': { transactionalId: '', producerId, producerEpoch },
    };
    for (const [step, identity] of Object.entries(cases)) {
      await talk.ask(step, addPartitionsToTxnCodec, addRequest(identity, topics));
    }
  },
  'verification only': {
    from: 4,
    play: async talk => {
      const { name } = await topicOf(talk, 2);
      const [one, two] = [
        await new TransactionalProducer(talk, 'one').init(),
        await new TransactionalProducer(talk, 'two').init(),
      ];
      await one.add('adds', [{ name, partitions: [0] }]);
      const of = ({ transactionalId, producerId, producerEpoch }: TransactionalProducer, verifyOnly: boolean) => ({
        transactionalId,
        producerId,
        producerEpoch,
        verifyOnly,
        topics: [{ name, partitions: [0, 1] }],
      });
      await talk.ask('verify', addPartitionsToTxnCodec, { transactions: [of(one, true)] });
      await talk.ask('both at once', addPartitionsToTxnCodec, { transactions: [of(one, true), of(two, false)] });
      await talk.ask('verify an older epoch', addPartitionsToTxnCodec, {
        transactions: [{ ...of(one, true), producerEpoch: 7 }],
      });
    },
  },
});
