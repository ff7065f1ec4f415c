import { listOffsetsCodec } from '../../../src/protocol/generated/list-offsets.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { recordBatch, THEN } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { produceRequest } from './requests.js';

async function topicWithTimes(talk: Talk): Promise<TopicHandle> {
  const topic = await talk.topic('heroes');
  const batches = [
    recordBatch({ records: [{ value: 'a' }, { value: 'b', timestampDelta: 10 }] }),
    recordBatch({
      records: [{ value: 'c' }, { value: 'd', timestampDelta: 500 }, { value: 'e', timestampDelta: 3 }],
      baseTimestamp: THEN + 100,
    }),
    recordBatch({ records: [{ value: 'f' }], baseTimestamp: THEN + 50, compression: 'gzip' }),
  ];
  for (const [index, batch] of batches.entries()) {
    await talk.ask(`given batch ${index}`, produceCodec, produceRequest(topic, batch), { on: 'producer' });
  }
  return topic;
}

const at = (
  name: string,
  timestamp: bigint,
  more: { partition?: number; isolationLevel?: number; currentLeaderEpoch?: number } = {},
) => ({
  replicaId: -1,
  isolationLevel: more.isolationLevel ?? 0,
  topics: [
    {
      name,
      partitions: [
        { partitionIndex: more.partition ?? 0, timestamp, currentLeaderEpoch: more.currentLeaderEpoch ?? -1 },
      ],
    },
  ],
  timeoutMs: 5_000,
});

const special = {
  latest: -1n,
  earliest: -2n,
  'max timestamp': -3n,
  'earliest local': -4n,
  'latest tiered': -5n,
  'earliest pending upload': -6n,
  'minus 7': -7n,
};

export const listOffsetsConversations = conversationsAbout(listOffsetsCodec, {
  'special timestamps of an empty partition': async talk => {
    const { name } = await talk.topic('heroes');
    for (const [step, timestamp] of Object.entries(special))
      await talk.askInVain(step, listOffsetsCodec, at(name, timestamp));
  },
  'special timestamps': async talk => {
    const { name } = await topicWithTimes(talk);
    for (const [step, timestamp] of Object.entries(special))
      await talk.askInVain(step, listOffsetsCodec, at(name, timestamp));
  },
  'by timestamp': async talk => {
    const { name } = await topicWithTimes(talk);
    for (const after of [-1_000, 0, 1, 10, 11, 100, 101, 103, 500, 600, 601]) {
      await talk.ask(`${after} ms after the first`, listOffsetsCodec, at(name, BigInt(THEN + after)));
    }
    await talk.ask('zero', listOffsetsCodec, at(name, 0n));
  },
  'read committed': async talk => {
    const { name } = await topicWithTimes(talk);
    for (const timestamp of [-1n, -2n, BigInt(THEN)]) {
      await talk.ask(`${timestamp}`, listOffsetsCodec, at(name, timestamp, { isolationLevel: 1 }));
    }
  },
  'an unknown topic, an unknown partition': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('topic', listOffsetsCodec, at(talk.name('nowhere'), -1n));
    await talk.ask('partition', listOffsetsCodec, at(name, -1n, { partition: 4 }));
    await talk.ask('negative partition', listOffsetsCodec, at(name, -1n, { partition: -1 }));
    await talk.ask('invalid name', listOffsetsCodec, at('no/such name', -1n));
  },
  'leader epochs': async talk => {
    const { name } = await talk.topic('heroes');
    for (const currentLeaderEpoch of [0, 1]) {
      await talk.ask(`epoch ${currentLeaderEpoch}`, listOffsetsCodec, at(name, -1n, { currentLeaderEpoch }));
    }
  },
  'one partition twice': async talk => {
    const { name } = await talk.topic('heroes');
    const partitions = [-1n, -2n].map(timestamp => ({ partitionIndex: 0, timestamp }));
    await talk.ask('latest and earliest', listOffsetsCodec, { replicaId: -1, topics: [{ name, partitions }] });
  },
  'nothing at all': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('no topics', listOffsetsCodec, { replicaId: -1, topics: [] });
    await talk.ask('no partitions', listOffsetsCodec, { replicaId: -1, topics: [{ name, partitions: [] }] });
  },
});
