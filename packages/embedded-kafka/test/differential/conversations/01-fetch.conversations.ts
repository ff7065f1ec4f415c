import { deleteTopicsCodec } from '../../../src/protocol/generated/delete-topics.js';
import { fetchCodec, type FetchRequestInit } from '../../../src/protocol/generated/fetch.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { batchOf } from '../record-batches.js';
import type { Talk, TopicHandle } from '../talk.js';
import { fetchRequest, produceRequest, UNKNOWN_ID } from './requests.js';

/** A topic with these batches in partition 0, one record each. */
async function topicWith(talk: Talk, values: readonly string[], partitions = 1): Promise<TopicHandle> {
  const topic = await talk.topic('heroes', partitions);
  for (const [index, value] of values.entries()) {
    await talk.ask(`given batch ${index}`, produceCodec, produceRequest(topic, batchOf(value)), { on: 'producer' });
  }
  return topic;
}

const partitionsOf = (topic: TopicHandle, offsets: readonly bigint[]): FetchRequestInit['topics'][number] => ({
  topic: topic.name,
  topicId: topic.id,
  partitions: offsets.map((fetchOffset, partition) => ({ partition, fetchOffset, partitionMaxBytes: 1 << 20 })),
});

export const fetchConversations = conversationsAbout(fetchCodec, {
  'from every offset': async talk => {
    const topic = await topicWith(talk, ['a', 'b']);
    for (const offset of [0n, 1n, 2n]) await talk.ask(`offset ${offset}`, fetchCodec, fetchRequest(topic, { offset }));
  },
  'out of range on both sides': async talk => {
    const topic = await topicWith(talk, ['a']);
    await talk.ask('beyond the end', fetchCodec, fetchRequest(topic, { offset: 5n }));
    await talk.ask('negative', fetchCodec, fetchRequest(topic, { offset: -1n }));
    await talk.ask(
      'an error is answered at once',
      fetchCodec,
      fetchRequest(topic, { offset: 5n, maxWaitMs: 9_000, minBytes: 1 }),
    );
  },
  'an offset within a batch': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('given', produceCodec, produceRequest(topic, batchOf('a', 'b', 'c')));
    await talk.ask('the middle', fetchCodec, fetchRequest(topic, { offset: 1n }));
  },
  'an empty partition': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('empty', fetchCodec, fetchRequest(topic));
    await talk.ask('committed only', fetchCodec, fetchRequest(topic, { isolationLevel: 1 }));
  },
  'read committed': async talk => {
    const topic = await topicWith(talk, ['a']);
    await talk.ask('committed', fetchCodec, fetchRequest(topic, { isolationLevel: 1 }));
    await talk.ask('a level that does not exist', fetchCodec, fetchRequest(topic, { isolationLevel: 2 }));
  },
  'size limits and the first batch': async talk => {
    const topic = await topicWith(talk, ['x'.repeat(100), 'y'.repeat(100), 'z'.repeat(100)]);
    await talk.ask('partition limit 1', fetchCodec, fetchRequest(topic, { partitionMaxBytes: 1 }));
    await talk.ask('partition limit of one and a half', fetchCodec, fetchRequest(topic, { partitionMaxBytes: 260 }));
    await talk.ask('request limit 1', fetchCodec, fetchRequest(topic, { maxBytes: 1 }));
    await talk.ask('request limit of one and a half', fetchCodec, fetchRequest(topic, { maxBytes: 260 }));
    await talk.ask('limits of 0', fetchCodec, fetchRequest(topic, { maxBytes: 0, partitionMaxBytes: 0 }));
  },
  'the first batch, with two partitions': async talk => {
    const topic = await topicWith(talk, ['x'.repeat(100)], 2);
    await talk.ask(
      'given in partition 1',
      produceCodec,
      produceRequest(topic, batchOf('y'.repeat(100)), { partition: 1 }),
    );
    const topics = [partitionsOf(topic, [0n, 0n])];
    await talk.ask('limit 1', fetchCodec, { maxWaitMs: 0, minBytes: 0, maxBytes: 1, topics });
    await talk.ask('no limit', fetchCodec, { maxWaitMs: 0, minBytes: 0, topics });
  },
  'waits for records': async talk => {
    const topic = await talk.topic('heroes');
    const pending = await talk.begin('wait', fetchCodec, fetchRequest(topic, { maxWaitMs: 9_000, minBytes: 1 }));
    await pending.observeParked();
    await talk.ask('a record comes', produceCodec, produceRequest(topic, batchOf('a')), { on: 'producer' });
    await pending.answer();
  },
  'waits no longer than asked': async talk => {
    const topic = await topicWith(talk, ['a']);
    await talk.ask('too few bytes', fetchCodec, fetchRequest(topic, { maxWaitMs: 300, minBytes: 1_000 }));
    await talk.ask('at the end', fetchCodec, fetchRequest(topic, { maxWaitMs: 300, minBytes: 1, offset: 1n }));
  },
  'an unknown topic and an unknown partition': async talk => {
    const topic = await topicWith(talk, ['a']);
    const nowhere = { name: talk.name('nowhere'), id: UNKNOWN_ID };
    await talk.ask('topic', fetchCodec, fetchRequest(nowhere, { maxWaitMs: 9_000, minBytes: 1 }));
    await talk.ask('partition', fetchCodec, fetchRequest(topic, { partition: 3, maxWaitMs: 9_000, minBytes: 1 }));
    await talk.ask('negative partition', fetchCodec, fetchRequest(topic, { partition: -1 }));
    await talk.ask('good and bad', fetchCodec, {
      maxWaitMs: 9_000,
      minBytes: 1,
      topics: [partitionsOf(nowhere, [0n]), partitionsOf(topic, [0n, 0n])],
    });
  },
  'a topic that is deleted meanwhile': async talk => {
    const topic = await talk.topic('heroes');
    const pending = await talk.begin('wait', fetchCodec, fetchRequest(topic, { maxWaitMs: 4_000, minBytes: 1 }));
    await pending.observeParked();
    await talk.ask(
      'delete',
      deleteTopicsCodec,
      { topics: [{ name: null, topicId: topic.id }], timeoutMs: 5_000 },
      { on: 'admin' },
    );
    await pending.answer();
  },
  'nothing at all': async talk => {
    const topic = await talk.topic('heroes');
    await talk.ask('no topics', fetchCodec, { maxWaitMs: 0, minBytes: 0, topics: [] });
    await talk.ask('no partitions', fetchCodec, { maxWaitMs: 0, minBytes: 0, topics: [partitionsOf(topic, [])] });
    await talk.ask('no topics, but time', fetchCodec, { maxWaitMs: 300, minBytes: 1, topics: [] });
  },
  'leader epochs': async talk => {
    const topic = await topicWith(talk, ['a']);
    for (const currentLeaderEpoch of [0, 1, -2]) {
      await talk.ask(`epoch ${currentLeaderEpoch}`, fetchCodec, fetchRequest(topic, { currentLeaderEpoch }));
    }
    const [{ partitions: [partition] = [] } = {}] = fetchRequest(topic).topics;
    const topics = [{ topic: topic.name, topicId: topic.id, partitions: [{ ...partition!, lastFetchedEpoch: 7 }] }];
    await talk.ask('last fetched epoch 7', fetchCodec, { maxWaitMs: 0, minBytes: 0, topics });
  },
  'a session': {
    from: 7,
    play: async talk => {
      const topic = await topicWith(talk, ['a'], 2);
      const base = { maxWaitMs: 0, minBytes: 0 };
      const topics = [partitionsOf(topic, [0n, 0n])];
      const { sessionId } = await talk.ask('full', fetchCodec, { ...base, sessionId: 0, sessionEpoch: 0, topics });
      await talk.ask('unchanged', fetchCodec, { ...base, sessionId, sessionEpoch: 1, topics: [] });
      await talk.ask('moved on', fetchCodec, {
        ...base,
        sessionId,
        sessionEpoch: 2,
        topics: [partitionsOf(topic, [1n])],
      });
      await talk.ask('nothing new', fetchCodec, { ...base, sessionId, sessionEpoch: 3, topics: [] });
      await talk.ask('given more', produceCodec, produceRequest(topic, batchOf('b'), { partition: 1 }), {
        on: 'producer',
      });
      await talk.ask('something new', fetchCodec, { ...base, sessionId, sessionEpoch: 4, topics: [] });
      await talk.ask('forget partition 1', fetchCodec, {
        ...base,
        sessionId,
        sessionEpoch: 5,
        topics: [],
        forgottenTopicsData: [{ topic: topic.name, topicId: topic.id, partitions: [1] }],
      });
      await talk.ask('waits', fetchCodec, { maxWaitMs: 300, minBytes: 1, sessionId, sessionEpoch: 6, topics: [] });
      await talk.ask('wrong epoch', fetchCodec, { ...base, sessionId, sessionEpoch: 9, topics: [] });
      await talk.ask('the right epoch after it', fetchCodec, { ...base, sessionId, sessionEpoch: 7, topics: [] });
      await talk.ask('end', fetchCodec, { ...base, sessionId, sessionEpoch: -1, topics: [] });
      await talk.ask('after the end', fetchCodec, { ...base, sessionId, sessionEpoch: 8, topics: [] });
    },
  },
  'a session that does not exist': {
    from: 7,
    play: async talk => {
      const topic = await topicWith(talk, ['a']);
      await talk.ask('epoch 1', fetchCodec, fetchRequest(topic, { sessionId: 123_456, sessionEpoch: 1 }));
      await talk.ask('epoch 0', fetchCodec, fetchRequest(topic, { sessionId: 123_456, sessionEpoch: 0 }));
      await talk.ask('epoch -1', fetchCodec, fetchRequest(topic, { sessionId: 123_456, sessionEpoch: -1 }));
      await talk.ask('no id, epoch 1', fetchCodec, fetchRequest(topic, { sessionId: 0, sessionEpoch: 1 }));
      await talk.ask('epoch -2', fetchCodec, fetchRequest(topic, { sessionId: 0, sessionEpoch: -2 }));
    },
  },
  'a session with errors': {
    from: 7,
    play: async talk => {
      const topic = await topicWith(talk, ['a']);
      const nowhere = { name: talk.name('nowhere'), id: UNKNOWN_ID };
      const topics = [partitionsOf(nowhere, [0n]), partitionsOf(topic, [7n])];
      const base = { maxWaitMs: 0, minBytes: 0 };
      const { sessionId } = await talk.ask('full', fetchCodec, { ...base, sessionId: 0, sessionEpoch: 0, topics });
      await talk.ask('again', fetchCodec, { ...base, sessionId, sessionEpoch: 1, topics: [] });
    },
  },
  'a session without partitions': {
    from: 7,
    play: async talk => {
      await talk.ask('epoch 0', fetchCodec, { maxWaitMs: 0, minBytes: 0, sessionId: 0, sessionEpoch: 0, topics: [] });
    },
  },
  'as a follower would': async talk => {
    const topic = await topicWith(talk, ['a']);
    const follower = { replicaId: 99, replicaState: { replicaId: 99, replicaEpoch: 1n } };
    await talk.ask('replica 99', fetchCodec, fetchRequest(topic, follower));
  },
});
