import { describeTransactionsCodec } from '../../../src/protocol/generated/describe-transactions.js';
import { conversationsAbout } from '../conversation.js';
import { NEW_END, topicOf, TransactionalProducer } from './transaction-talk.js';

export const describeTransactionsConversations = conversationsAbout(describeTransactionsCodec, {
  'a life': async talk => {
    const topic = await topicOf(talk, 2);
    const producer = new TransactionalProducer(talk, 'p');
    const describe = (step: string) =>
      talk.ask(step, describeTransactionsCodec, { transactionalIds: [producer.transactionalId] });
    await describe('unborn');
    await producer.init('init', 5_000);
    await describe('empty');
    await producer.produce('produce', topic, ['a'], { partition: 1 });
    await describe('ongoing');
    await producer.end('commit', true, NEW_END);
    await describe('committed');
    await producer.produce('produce again', topic, ['b']);
    await producer.end('abort', false, NEW_END);
    await describe('aborted');
    await producer.init('init again', 7_000);
    await describe('empty again');
  },
  'what does not exist': async talk => {
    await talk.ask('some', describeTransactionsCodec, { transactionalIds: [talk.name('unknown'), ''] });
    await talk.ask('none', describeTransactionsCodec, { transactionalIds: [] });
  },
});
