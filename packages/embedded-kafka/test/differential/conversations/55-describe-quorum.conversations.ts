import { describeQuorumCodec } from '../../../src/protocol/generated/describe-quorum.js';
import { conversationsAbout } from '../conversation.js';

const of = (topicName: string, ...partitions: number[]) => ({
  topicName,
  partitions: partitions.map(partitionIndex => ({ partitionIndex })),
});

export const describeQuorumConversations = conversationsAbout(describeQuorumCodec, {
  'the quorum': async talk => {
    await talk.ask('of the metadata', describeQuorumCodec, { topics: [of('__cluster_metadata', 0)] });
  },
  'what has none': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('a topic', describeQuorumCodec, { topics: [of(name, 0)] });
    await talk.ask('another partition', describeQuorumCodec, { topics: [of('__cluster_metadata', 1)] });
    await talk.ask('two partitions', describeQuorumCodec, { topics: [of('__cluster_metadata', 0, 1)] });
    await talk.ask('two topics', describeQuorumCodec, { topics: [of('__cluster_metadata', 0), of(name, 0)] });
    await talk.ask('nothing', describeQuorumCodec, { topics: [] });
    await talk.ask('no partition', describeQuorumCodec, { topics: [of('__cluster_metadata')] });
  },
});
