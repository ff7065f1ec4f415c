import { deleteRecordsCodec } from '../../../src/protocol/generated/delete-records.js';
import { offsetForLeaderEpochCodec } from '../../../src/protocol/generated/offset-for-leader-epoch.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf } from '../record-batches.js';
import { produceRequest } from './requests.js';

const endOf = (topic: string, leaderEpoch: number, currentLeaderEpoch = -1, partition = 0) => ({
  replicaId: -2,
  topics: [{ topic, partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }],
});

export const offsetForLeaderEpochConversations = conversationsAbout(offsetForLeaderEpochCodec, {
  'epochs of an empty partition': async talk => {
    const { name } = await talk.topic('heroes');
    for (const epoch of [-1, 0, 1]) await talk.ask(`epoch ${epoch}`, offsetForLeaderEpochCodec, endOf(name, epoch));
  },
  'epochs of a partition with records': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('given', produceCodec, produceRequest(topic, batchOf('a', 'b')));
    for (const epoch of [-2, -1, 0, 1, 2_000_000]) {
      await talk.ask(`epoch ${epoch}`, offsetForLeaderEpochCodec, endOf(topic.name, epoch));
    }
    await talk.ask('as a consumer', offsetForLeaderEpochCodec, { ...endOf(topic.name, 0), replicaId: -1 });
  },
  'records that were deleted': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('given', produceCodec, produceRequest(topic, batchOf('a', 'b')));
    await talk.ask('delete', deleteRecordsCodec, {
      topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, offset: 1n }] }],
      timeoutMs: 5_000,
    });
    await talk.ask('epoch 0', offsetForLeaderEpochCodec, endOf(topic.name, 0));
  },
  'the epoch that the client believes in': async talk => {
    const { name } = await talk.topic('heroes');
    for (const current of [0, 1]) {
      await talk.ask(`current ${current}`, offsetForLeaderEpochCodec, endOf(name, 0, current));
    }
  },
  'what does not exist': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('a topic', offsetForLeaderEpochCodec, endOf(talk.name('nowhere'), 0));
    await talk.ask('a partition', offsetForLeaderEpochCodec, endOf(name, 0, -1, 7));
    await talk.ask('nothing', offsetForLeaderEpochCodec, { replicaId: -2, topics: [] });
  },
});
