import { alterReplicaLogDirsCodec } from '../../../src/protocol/generated/alter-replica-log-dirs.js';
import { describeLogDirsCodec } from '../../../src/protocol/generated/describe-log-dirs.js';
import { produceCodec } from '../../../src/protocol/generated/produce.js';
import { conversationsAbout } from '../conversation.js';
import { recordBatch } from '../record-batches.js';
import { produceRequest } from './requests.js';

export const describeLogDirsConversations = conversationsAbout(describeLogDirsCodec, {
  'partitions and their sizes': async talk => {
    const topic = await talk.topic('logs', 2);
    const empty = await talk.topic('empty');
    await talk.ask(
      'written',
      produceCodec,
      produceRequest(topic, recordBatch({ records: [{ value: 'some' }, { value: 'records' }] })),
    );
    await talk.ask('written again', produceCodec, produceRequest(topic, recordBatch({ records: [{ value: 'more' }] })));
    const ask = (step: string, ...topics: (readonly [topic: string, ...partitions: number[]])[]) =>
      talk.ask(step, describeLogDirsCodec, {
        topics: topics.map(([name, ...partitions]) => ({ topic: name, partitions })),
      });
    await ask('both', [topic.name, 0, 1]);
    await ask('one', [topic.name, 1]);
    await ask('two topics', [topic.name, 0], [empty.name, 0]);
    await ask('one that is not there', [topic.name, 0, 2]);
    await ask('only one that is not there', [topic.name, -1]);
    await ask('twice', [topic.name, 0, 0], [topic.name, 0]);
    await ask('an unknown topic', [talk.name('unknown'), 0]);
    await ask('no partitions', [topic.name]);
    await ask('no topics');
    await talk.ask('all', describeLogDirsCodec, { topics: null });
  },
});

export const alterReplicaLogDirsConversations = conversationsAbout(alterReplicaLogDirsCodec, {
  'where replicas are to lie': async talk => {
    const topic = await talk.topic('moved', 2);
    const { results } = await talk.ask('where they are', describeLogDirsCodec, {
      topics: [{ topic: topic.name, partitions: [0] }],
    });
    const path = results[0]?.logDir ?? '';
    const ask = (step: string, to: string, ...topics: (readonly [topic: string, ...partitions: number[]])[]) =>
      talk.ask(step, alterReplicaLogDirsCodec, {
        dirs: [{ path: to, topics: topics.map(([name, ...partitions]) => ({ name, partitions })) }],
      });
    await ask('where they lie', path, [topic.name, 0, 1]);
    await ask('nowhere', '/nowhere', [topic.name, 0]);
    await ask('no path', '', [topic.name, 0]);
    await ask('a relative path', 'somewhere', [topic.name, 0]);
    await ask('a partition that is not there', path, [topic.name, 0, 7]);
    await ask('an unknown topic', path, [talk.name('unknown'), 0]);
    await ask('an unknown topic, nowhere', '/nowhere', [talk.name('unknown-2'), 0]);
    await ask('no partitions', path, [topic.name]);
    await talk.ask('nothing', alterReplicaLogDirsCodec, { dirs: [] });
    await talk.ask('here and nowhere', alterReplicaLogDirsCodec, {
      dirs: [
        { path, topics: [{ name: topic.name, partitions: [0] }] },
        { path: '/nowhere', topics: [{ name: topic.name, partitions: [1] }] },
      ],
    });
    await talk.ask('twice, nowhere last', alterReplicaLogDirsCodec, {
      dirs: [path, '/nowhere'].map(each => ({ path: each, topics: [{ name: topic.name, partitions: [0] }] })),
    });
  },
});
