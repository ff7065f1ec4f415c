import { listTransactionsCodec } from '../../../src/protocol/generated/list-transactions.js';
import { conversationsAbout } from '../conversation.js';
import { topicOf, TransactionalProducer } from './transaction-talk.js';

export const listTransactionsConversations = conversationsAbout(listTransactionsCodec, {
  'by state and by producer': async talk => {
    const topic = await topicOf(talk);
    const [idle, busy] = [
      await new TransactionalProducer(talk, 'idle').init(),
      await new TransactionalProducer(talk, 'busy').init(),
    ];
    await busy.produce('produce', topic, ['a']);
    const list = (step: string, stateFilters: string[], producerIdFilters: bigint[]) =>
      talk.ask(step, listTransactionsCodec, { stateFilters, producerIdFilters });
    await list('all of the two', [], [idle.producerId, busy.producerId]);
    await list('empty ones', ['Empty'], [idle.producerId, busy.producerId]);
    await list('ongoing or committed', ['Ongoing', 'CompleteCommit'], [idle.producerId, busy.producerId]);
    await list('by state only', ['Ongoing'], []);
    await list('states that are none', ['ongoing', 'Sleeping', 'Dead'], [busy.producerId]);
    await list('nobody', [], [9_000_000_000n]);
  },
  'by duration': {
    from: 1,
    play: async talk => {
      const topic = await topicOf(talk);
      const busy = await new TransactionalProducer(talk, 'busy').init();
      await busy.produce('produce', topic, ['a']);
      await talk.moment();
      for (const durationFilter of [-1n, 0n, 50n, 60_000n]) {
        const request = { stateFilters: [], producerIdFilters: [busy.producerId], durationFilter };
        await talk.ask(`${durationFilter} ms`, listTransactionsCodec, request);
      }
      await busy.end('commit', true);
      await talk.ask('ended', listTransactionsCodec, {
        stateFilters: [],
        producerIdFilters: [busy.producerId],
        durationFilter: 50n,
      });
    },
  },
  'by pattern': {
    from: 2,
    play: async talk => {
      const one = await new TransactionalProducer(talk, 'one').init();
      const two = await new TransactionalProducer(talk, 'two').init();
      const patterns = ['.*-one', '.*', 'one', '.*-(one|two)$', '.*tw[n-p]', '[', '(?=a)', '', null];
      for (const transactionalIdPattern of patterns) {
        const request = {
          stateFilters: [],
          producerIdFilters: [one.producerId, two.producerId],
          transactionalIdPattern,
        };
        await talk.askInVain(`pattern ${transactionalIdPattern}`, listTransactionsCodec, request);
      }
    },
  },
});
