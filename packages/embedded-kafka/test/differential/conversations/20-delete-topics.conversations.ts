import { deleteTopicsCodec, type DeleteTopicsRequestInit } from '../../../src/protocol/generated/delete-topics.js';
import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { conversationsAbout } from '../conversation.js';
import { UNKNOWN_ID, ZERO_ID } from './requests.js';

const byName = (...names: readonly string[]): DeleteTopicsRequestInit => ({
  topicNames: names,
  topics: names.map(name => ({ name, topicId: ZERO_ID })),
  timeoutMs: 10_000,
});

const byId = (topicId: string, alsoName: string | null = null) => ({
  topics: [{ name: alsoName, topicId }],
  timeoutMs: 10_000,
});

export const deleteTopicsConversations = conversationsAbout(deleteTopicsCodec, {
  'a topic that exists': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('delete', deleteTopicsCodec, byName(name));
    await talk.untilTopicIsGone(name);
    await talk.ask('metadata', metadataCodec, { topics: [{ name }], allowAutoTopicCreation: false });
    await talk.ask('again', deleteTopicsCodec, byName(name));
  },
  'topics that do not exist': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('unknown', deleteTopicsCodec, byName(talk.name('nowhere')));
    await talk.ask('invalid', deleteTopicsCodec, byName('no/such name'));
    await talk.ask('empty', deleteTopicsCodec, byName(''));
    await talk.ask('known and unknown', deleteTopicsCodec, byName(name, talk.name('nobody')));
  },
  'one topic twice': async talk => {
    const { name } = await talk.topic('heroes');
    await talk.ask('twice', deleteTopicsCodec, byName(name, name));
  },
  'no topics': async talk => {
    await talk.ask('none', deleteTopicsCodec, byName());
  },
  'by id': {
    from: 6,
    play: async talk => {
      const { name, id } = await talk.topic('heroes');
      await talk.ask('unknown', deleteTopicsCodec, byId(UNKNOWN_ID));
      await talk.ask('zero', deleteTopicsCodec, byId(ZERO_ID));
      await talk.ask('id and name', deleteTopicsCodec, byId(id, name));
      await talk.ask('known', deleteTopicsCodec, byId(id));
    },
  },
});
