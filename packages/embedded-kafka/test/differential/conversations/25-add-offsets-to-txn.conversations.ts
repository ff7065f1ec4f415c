import { addOffsetsToTxnCodec } from '../../../src/protocol/generated/add-offsets-to-txn.js';
import { listTransactionsCodec } from '../../../src/protocol/generated/list-transactions.js';
import { conversationsAbout } from '../conversation.js';
import { OLD_END, TransactionalProducer } from './transaction-talk.js';

export const addOffsetsToTxnConversations = conversationsAbout(addOffsetsToTxnCodec, {
  'a group': async talk => {
    const producer = await new TransactionalProducer(talk, 'p').init();
    const { transactionalId, producerId, producerEpoch } = producer;
    const groupId = talk.name('group');
    const request = { transactionalId, producerId, producerEpoch, groupId };
    await talk.ask('first', addOffsetsToTxnCodec, request);
    await talk.ask('again', addOffsetsToTxnCodec, request);
    await talk.ask('listed', listTransactionsCodec, { stateFilters: ['Ongoing'], producerIdFilters: [producerId] });
    await producer.end('commit', true, OLD_END);
    await talk.ask('no group', addOffsetsToTxnCodec, { ...request, groupId: '' });
  },
  'who is not the producer': async talk => {
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.init('init again');
    const { transactionalId, producerId, producerEpoch } = producer;
    const request = { transactionalId, producerId, producerEpoch, groupId: talk.name('group') };
    await talk.ask('an older epoch', addOffsetsToTxnCodec, { ...request, producerEpoch: producerEpoch - 1 });
    await talk.ask('a newer epoch', addOffsetsToTxnCodec, { ...request, producerEpoch: producerEpoch + 1 });
    await talk.ask('another id', addOffsetsToTxnCodec, { ...request, producerId: producerId + 1_000_000n });
    await talk.ask('unknown', addOffsetsToTxnCodec, { ...request, transactionalId: talk.name('unknown') });
    await talk.ask('no transactional id', addOffsetsToTxnCodec, { ...request, transactionalId: '' });
  },
});
