import { describeProducersCodec } from '../../../src/protocol/generated/describe-producers.js';
import { fetchCodec } from '../../../src/protocol/generated/fetch.js';
import { writeTxnMarkersCodec } from '../../../src/protocol/generated/write-txn-markers.js';
import { conversationsAbout } from '../conversation.js';
import { fetchRequest } from './requests.js';
import { OLD_END, OLD_PRODUCE, topicOf, TransactionalProducer } from './transaction-talk.js';
import type { Talk, TopicHandle } from '../talk.js';

interface Marker {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly committed?: boolean;
  readonly coordinatorEpoch?: number;
  readonly topics: readonly (readonly [name: string, ...partitions: number[]])[];
}

const mark = (talk: Talk, step: string, ...markers: Marker[]) =>
  talk.ask(step, writeTxnMarkersCodec, {
    markers: markers.map(({ committed = true, coordinatorEpoch = 0, topics, ...producer }) => ({
      ...producer,
      transactionResult: committed,
      coordinatorEpoch,
      topics: topics.map(([name, ...partitionIndexes]) => ({ name, partitionIndexes })),
    })),
  });

const read = (talk: Talk, step: string, topic: TopicHandle) =>
  talk.ask(step, fetchCodec, fetchRequest(topic, { isolationLevel: 1 }));

const producers = (talk: Talk, step: string, topic: TopicHandle) =>
  talk.ask(step, describeProducersCodec, { topics: [{ name: topic.name, partitionIndexes: [0] }] });

/** A transaction that is open in partition 0 of the topic. */
async function open(talk: Talk, name: string, topic: TopicHandle): Promise<TransactionalProducer> {
  const producer = await new TransactionalProducer(talk, name).init();
  await producer.add('add', [{ name: topic.name, partitions: [0] }]);
  await producer.produce('produce', topic, ['a', 'b'], { version: OLD_PRODUCE });
  return producer;
}

export const writeTxnMarkersConversations = conversationsAbout(writeTxnMarkersCodec, {
  'a transaction that hangs is ended': async talk => {
    const topic = await topicOf(talk, 2);
    const hanging = await open(talk, 'hanging', topic);
    const { producerId, producerEpoch } = hanging;
    await read(talk, 'is open', topic);
    await mark(talk, 'aborted', { producerId, producerEpoch, committed: false, topics: [[topic.name, 0]] });
    await read(talk, 'is aborted', topic);
    await producers(talk, 'no transaction is open', topic);
    await mark(talk, 'once more', { producerId, producerEpoch, committed: false, topics: [[topic.name, 0]] });
    await mark(talk, 'where it never wrote', { producerId, producerEpoch, topics: [[topic.name, 1]] });
    await hanging.end('ends it itself', true, OLD_END);
    await read(talk, 'afterwards', topic);
  },
  'what is refused': async talk => {
    const topic = await topicOf(talk);
    const hanging = await open(talk, 'hanging', topic);
    const { producerId, producerEpoch } = hanging;
    const other = talk.name('unknown');
    await mark(talk, 'no marker');
    await mark(talk, 'no topic', { producerId, producerEpoch, topics: [] });
    await mark(talk, 'no partition', { producerId, producerEpoch, topics: [[topic.name]] });
    await mark(talk, 'an unknown topic', { producerId, producerEpoch, topics: [[other, 0]] });
    await mark(talk, 'an unknown partition and a known one', {
      producerId,
      producerEpoch,
      coordinatorEpoch: 5,
      topics: [[topic.name, 0, 7]],
    });
    await mark(talk, 'an older coordinator', {
      producerId,
      producerEpoch,
      coordinatorEpoch: 4,
      topics: [[topic.name, 0]],
    });
    await mark(talk, 'a newer epoch', {
      producerId,
      producerEpoch: producerEpoch + 1,
      coordinatorEpoch: 5,
      topics: [[topic.name, 0]],
    });
    await mark(talk, 'an older epoch', { producerId, producerEpoch, coordinatorEpoch: 5, topics: [[topic.name, 0]] });
    await mark(talk, 'a producer that never wrote', {
      producerId: 1_000_000_007n,
      producerEpoch: 3,
      topics: [[topic.name, 0]],
    });
    await mark(
      talk,
      'two at once',
      { producerId: 1_000_000_007n, producerEpoch: 4, topics: [[topic.name, 0]] },
      {
        producerId: 1_000_000_008n,
        producerEpoch: 4,
        committed: false,
        topics: [
          [topic.name, 0],
          [other, 0],
        ],
      },
    );
    await mark(talk, 'a negative epoch', { producerId, producerEpoch: -1, topics: [[topic.name, 0]] });
    await mark(talk, 'a negative id', { producerId: -1n, producerEpoch: 0, topics: [[topic.name, 0]] });
    await producers(talk, 'what came of it', topic);
  },
});
