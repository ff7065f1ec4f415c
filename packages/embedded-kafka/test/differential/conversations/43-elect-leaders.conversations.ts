import { electLeadersCodec } from '../../../src/protocol/generated/elect-leaders.js';
import { conversationsAbout } from '../conversation.js';

const elect = (topic: string, partitions: readonly number[], electionType = 0) => ({
  electionType,
  topicPartitions: [{ topic, partitions }],
  timeoutMs: 5_000,
});

export const electLeadersConversations = conversationsAbout(electLeadersCodec, {
  'where all is well': async talk => {
    const { name } = await talk.topic('heroes', 2);
    await talk.ask('preferred', electLeadersCodec, elect(name, [0, 1]));
  },
  'unclean ones': {
    from: 1,
    play: async talk => {
      const { name } = await talk.topic('heroes');
      await talk.ask('unclean', electLeadersCodec, elect(name, [0], 1));
      await talk.ask('what does not exist', electLeadersCodec, elect(name, [4], 1));
    },
  },
  'a type that does not exist': {
    from: 1,
    play: async talk => {
      const { name } = await talk.topic('heroes');
      await talk.askInVain('type 2', electLeadersCodec, elect(name, [0], 2));
    },
  },
  'what does not exist': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('a partition', electLeadersCodec, elect(name, [0, 4]));
    await talk.ask('a topic', electLeadersCodec, elect(talk.name('nowhere'), [0]));
    await talk.ask('nothing', electLeadersCodec, { electionType: 0, topicPartitions: [], timeoutMs: 5_000 });
  },
});
