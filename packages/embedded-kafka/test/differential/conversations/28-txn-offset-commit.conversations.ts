import { addOffsetsToTxnCodec } from '../../../src/protocol/generated/add-offsets-to-txn.js';
import { offsetCommitCodec } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchCodec } from '../../../src/protocol/generated/offset-fetch.js';
import {
  txnOffsetCommitCodec,
  type TxnOffsetCommitRequestInit,
} from '../../../src/protocol/generated/txn-offset-commit.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';
import { stableGroup } from './group-talk.js';
import { byVerification, NEW_END, OLD_END, topicOf, TransactionalProducer, type Identity } from './transaction-talk.js';

interface Place {
  readonly groupId: string;
  readonly topic: string;
}

const partition = (partitionIndex: number, committedOffset: bigint, committedMetadata: string | null = 'm') => ({
  partitionIndex,
  committedOffset,
  committedLeaderEpoch: 0,
  committedMetadata,
});

const commitOf = (
  { transactionalId, producerId, producerEpoch }: Identity,
  { groupId, topic }: Place,
  more: Partial<TxnOffsetCommitRequestInit> = {},
): TxnOffsetCommitRequestInit => ({
  transactionalId,
  producerId,
  producerEpoch,
  groupId,
  topics: [{ name: topic, partitions: [partition(0, 4n)] }],
  ...more,
});

/** What an old producer asks for before it commits offsets. */
async function addGroup(talk: Talk, step: string, producer: Identity, groupId: string): Promise<void> {
  const { transactionalId, producerId, producerEpoch } = producer;
  await talk.ask(step, addOffsetsToTxnCodec, { transactionalId, producerId, producerEpoch, groupId });
}

async function show(talk: Talk, step: string, { groupId, topic }: Place): Promise<void> {
  const topics = [{ name: topic, partitionIndexes: [0, 1] }];
  for (const requireStable of [false, true]) {
    const request = { groups: [{ groupId, topics }], requireStable };
    await talk.ask(`${step}, ${requireStable ? 'stable' : 'unstable'}`, offsetFetchCodec, request);
  }
  await talk.ask(`${step}, all`, offsetFetchCodec, { groups: [{ groupId, topics: null }], requireStable: true });
}

const ended = (committed: boolean) => async (talk: Talk) => {
  const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
  const producer = await new TransactionalProducer(talk, 'p').init();
  await addGroup(talk, 'add', producer, place.groupId);
  await talk.ask('commit', txnOffsetCommitCodec, commitOf(producer, place));
  await show(talk, 'while it is open', place);
  await producer.end('end', committed, talk.version >= 5 ? NEW_END : OLD_END);
  await show(talk, 'when it has ended', place);
};

const withoutTheGroup = async (talk: Talk) => {
  const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
  const producer = await new TransactionalProducer(talk, 'p').init();
  await talk.ask('commit', txnOffsetCommitCodec, commitOf(producer, place));
  await show(talk, 'afterwards', place);
};

export const txnOffsetCommitConversations = conversationsAbout(txnOffsetCommitCodec, {
  'a commit': ended(true),
  'an abort': ended(false),
  'a plain commit in between': async talk => {
    const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
    const plain = (step: string, offset: bigint) =>
      talk.ask(step, offsetCommitCodec, {
        groupId: place.groupId,
        memberId: '',
        topics: [{ name: place.topic, partitions: [partition(0, offset)] }],
      });
    const producer = await new TransactionalProducer(talk, 'p').init();
    await plain('before', 1n);
    await addGroup(talk, 'add', producer, place.groupId);
    await talk.ask('commit', txnOffsetCommitCodec, commitOf(producer, place));
    await plain('after', 2n);
    await show(talk, 'while it is open', place);
    await producer.end('end', true, OLD_END);
    await show(talk, 'when it has ended', place);
  },
  ...byVerification('without the group added', withoutTheGroup, [
    [0, 3],
    [4, 4],
    [5, 5],
  ]),
  'who is not the producer': async talk => {
    const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
    const producer = await new TransactionalProducer(talk, 'p').init();
    await producer.init('init again');
    await addGroup(talk, 'add', producer, place.groupId);
    const { transactionalId, producerId, producerEpoch } = producer;
    const cases = {
      'an older epoch': { transactionalId, producerId, producerEpoch: producerEpoch - 1 },
      'a newer epoch': { transactionalId, producerId, producerEpoch: producerEpoch + 1 },
      'another id': { transactionalId, producerId: producerId + 1_000_000n, producerEpoch },
      'an unknown transactional id': { transactionalId: talk.name('unknown'), producerId, producerEpoch },
      'no transactional id': { transactionalId: '', producerId, producerEpoch },
    };
    for (const [step, identity] of Object.entries(cases)) {
      await talk.ask(step, txnOffsetCommitCodec, commitOf(identity, place));
    }
    await show(talk, 'afterwards', place);
  },
  'what cannot be committed': async talk => {
    const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
    const producer = await new TransactionalProducer(talk, 'p').init();
    await addGroup(talk, 'add', producer, place.groupId);
    const topics = [
      { name: place.topic, partitions: [partition(0, 1n), partition(7, 1n), partition(1, 1n, 'x'.repeat(4_097))] },
      { name: talk.name('nowhere'), partitions: [partition(0, 1n)] },
    ];
    await talk.ask('some', txnOffsetCommitCodec, commitOf(producer, place, { topics }));
    await talk.ask('nothing', txnOffsetCommitCodec, commitOf(producer, place, { topics: [] }));
    await talk.ask('no group', txnOffsetCommitCodec, commitOf(producer, { ...place, groupId: '' }));
    const untold = [{ name: place.topic, partitions: [partition(1, 5n, null)] }];
    await talk.ask('null metadata', txnOffsetCommitCodec, commitOf(producer, place, { topics: untold }));
    await producer.end('end', true, OLD_END);
    await show(talk, 'when it has ended', place);
  },
  'a group with members': {
    from: 3,
    play: async talk => {
      const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
      const { memberId, generationId } = await stableGroup(talk, place.groupId);
      const producer = await new TransactionalProducer(talk, 'p').init();
      await addGroup(talk, 'add', producer, place.groupId);
      const cases: Record<string, Partial<TxnOffsetCommitRequestInit>> = {
        nobody: {},
        'its member': { memberId, generationId },
        'an older generation': { memberId, generationId: generationId - 1 },
        'a newer generation': { memberId, generationId: generationId + 1 },
        'another member': { memberId: 'somebody', generationId },
        'its member without a generation': { memberId },
        'an unknown instance': { memberId, generationId, groupInstanceId: 'instance' },
      };
      for (const [step, more] of Object.entries(cases)) {
        await talk.ask(step, txnOffsetCommitCodec, commitOf(producer, place, more));
      }
    },
  },
  'a generation of a group that does not exist': {
    from: 3,
    play: async talk => {
      const place = { groupId: talk.name('group'), topic: (await topicOf(talk, 2)).name };
      const producer = await new TransactionalProducer(talk, 'p').init();
      await addGroup(talk, 'add', producer, place.groupId);
      const more = { memberId: 'somebody', generationId: 1 };
      await talk.ask('commit', txnOffsetCommitCodec, commitOf(producer, place, more));
    },
  },
});
