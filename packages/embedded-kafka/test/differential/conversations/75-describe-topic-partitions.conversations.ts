import { describeTopicPartitionsCodec } from '../../../src/protocol/generated/describe-topic-partitions.js';
import { conversationsAbout } from '../conversation.js';

export const describeTopicPartitionsConversations = conversationsAbout(describeTopicPartitionsCodec, {
  'topics by name': async talk => {
    const [a, b] = [await talk.topic('a', 2), await talk.topic('b')];
    const topics = [{ name: b.name }, { name: a.name }];
    await talk.ask('two, the later first', describeTopicPartitionsCodec, { topics });
    await talk.ask('one twice', describeTopicPartitionsCodec, { topics: [...topics, { name: a.name }] });
  },
  'page by page': async talk => {
    const [a, b] = [await talk.topic('a', 3), await talk.topic('b', 2)];
    const topics = [{ name: a.name }, { name: b.name }];
    const page = { topics, responsePartitionLimit: 2 };
    await talk.ask('first', describeTopicPartitionsCodec, page);
    const at = (topicName: string, partitionIndex: number) => ({ ...page, cursor: { topicName, partitionIndex } });
    await talk.ask('second', describeTopicPartitionsCodec, at(a.name, 2));
    await talk.ask('last', describeTopicPartitionsCodec, at(b.name, 1));
    await talk.ask('a page that is full to the end', describeTopicPartitionsCodec, {
      ...page,
      responsePartitionLimit: 3,
    });
    await talk.ask('beyond the partitions', describeTopicPartitionsCodec, at(b.name, 9));
    await talk.ask('no limit', describeTopicPartitionsCodec, { topics, responsePartitionLimit: 0 });
    await talk.ask('a negative limit', describeTopicPartitionsCodec, { topics, responsePartitionLimit: -1 });
  },
  'a cursor that cannot be': async talk => {
    const { name } = await talk.topic('heroes');
    const cursor = { topicName: name, partitionIndex: -1 };
    await talk.askInVain('partition -1', describeTopicPartitionsCodec, { topics: [{ name }], cursor });
  },
  'what does not exist': async talk => {
    const { name } = await talk.topic('heroes');
    const nowhere = talk.name('nowhere');
    await talk.ask('a topic', describeTopicPartitionsCodec, { topics: [{ name: nowhere }, { name }] });
    await talk.ask('a name that cannot be', describeTopicPartitionsCodec, { topics: [{ name: 'a/b' }] });
    const cursor = { topicName: nowhere, partitionIndex: 0 };
    await talk.ask('a cursor at a missing topic', describeTopicPartitionsCodec, {
      topics: [{ name: nowhere }],
      cursor,
    });
  },
});
