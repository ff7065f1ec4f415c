import { describeProducersCodec } from '../../../src/protocol/generated/describe-producers.js';
import { conversationsAbout } from '../conversation.js';
import { OLD_END, OLD_PRODUCE, topicOf, TransactionalProducer } from './transaction-talk.js';

export const describeProducersConversations = conversationsAbout(describeProducersCodec, {
  'producers of a partition': async talk => {
    const topic = await topicOf(talk, 2);
    const describe = (step: string, ...partitionIndexes: number[]) =>
      talk.ask(step, describeProducersCodec, { topics: [{ name: topic.name, partitionIndexes }] });
    await describe('nobody yet', 0, 1);
    const old = await new TransactionalProducer(talk, 'old').init();
    await old.add('add', [{ name: topic.name, partitions: [0] }]);
    await old.produce('produce', topic, ['a', 'b'], { version: OLD_PRODUCE });
    await describe('while it is open', 0);
    await old.end('commit', true, OLD_END);
    await describe('when it has ended', 0);
    const fresh = await new TransactionalProducer(talk, 'fresh').init();
    await fresh.produce('produce', topic, ['c'], { partition: 1 });
    await describe('while the second is open', 0, 1);
    await fresh.end('abort', false);
    await describe('when both have ended', 0, 1);
  },
  'partitions that do not exist': async talk => {
    const topic = await topicOf(talk);
    const topics = [
      { name: topic.name, partitionIndexes: [0, 7] },
      { name: talk.name('nowhere'), partitionIndexes: [0] },
    ];
    await talk.ask('some', describeProducersCodec, { topics });
    await talk.ask('none', describeProducersCodec, { topics: [] });
  },
});
