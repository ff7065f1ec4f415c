import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { conversationsAbout } from '../conversation.js';
import { UNKNOWN_ID, ZERO_ID } from './requests.js';

const named = (...names: readonly string[]) => names.map(name => ({ name }));

const byId = (...ids: readonly string[]) => ({
  topics: ids.map(topicId => ({ topicId, name: null })),
  allowAutoTopicCreation: false,
});

export const metadataConversations = conversationsAbout(metadataCodec, {
  'topics by name': async talk => {
    const one = await talk.topic('one', 3);
    const two = await talk.topic('two');
    await talk.ask('one', metadataCodec, { topics: named(one.name) });
    await talk.ask('both, one of them twice', metadataCodec, { topics: named(two.name, one.name, two.name) });
  },
  'no topics': {
    from: 1,
    play: async talk => {
      await talk.ask('empty list', metadataCodec, { topics: [] });
    },
  },
  'authorized operations': {
    from: 8,
    play: async talk => {
      const { name } = await talk.topic('one');
      await talk.ask('of the topic', metadataCodec, { topics: named(name), includeTopicAuthorizedOperations: true });
      await talk.askInVain('of the cluster', metadataCodec, { topics: [], includeClusterAuthorizedOperations: true });
      await talk.ask('of a topic that does not exist', metadataCodec, {
        topics: named(talk.name('nowhere')),
        allowAutoTopicCreation: false,
        includeTopicAuthorizedOperations: true,
      });
    },
  },
  'unknown topics, not to be created': {
    from: 4,
    play: async talk => {
      const { name } = await talk.topic('one');
      const nowhere = talk.name('nowhere');
      await talk.ask('unknown', metadataCodec, { topics: named(nowhere), allowAutoTopicCreation: false });
      await talk.ask('known and unknown', metadataCodec, {
        topics: named(nowhere, name),
        allowAutoTopicCreation: false,
      });
    },
  },
  'unknown topics, to be created': async talk => {
    const name = talk.name('new');
    await talk.ask('first', metadataCodec, { topics: named(name), allowAutoTopicCreation: true });
    await talk.untilTopicServes(name, 1);
    await talk.ask('later', metadataCodec, { topics: named(name), allowAutoTopicCreation: true });
  },
  'invalid names': async talk => {
    const bad = {
      slash: 'a/b',
      space: 'a b',
      empty: '',
      dot: '.',
      'two dots': '..',
      'too long': 'a'.repeat(250),
      unicode: 'hélas',
    };
    for (const [step, name] of Object.entries(bad)) {
      await talk.askInVain(step, metadataCodec, { topics: named(name), allowAutoTopicCreation: true });
      talk.forget();
    }
    await talk.askInVain('not to be created', metadataCodec, { topics: named('a/b'), allowAutoTopicCreation: false });
  },
  'a name that collides with another': async talk => {
    const first = await talk.topic('a.b');
    const second = talk.knownAs(first.name.replace('a.b', 'a_b'), 'a_b');
    await talk.askInVain('underscore for dot', metadataCodec, { topics: named(second), allowAutoTopicCreation: true });
  },
  'topics by id': {
    from: 10,
    play: async talk => {
      const { name, id } = await talk.topic('one');
      await talk.askInVain('known', metadataCodec, byId(id));
      await talk.askInVain('unknown', metadataCodec, byId(UNKNOWN_ID));
      await talk.askInVain('zero', metadataCodec, byId(ZERO_ID));
      talk.forget();
      await talk.askInVain('id and name', metadataCodec, {
        topics: [{ topicId: id, name }],
        allowAutoTopicCreation: false,
      });
      talk.forget();
      await talk.askInVain('unknown id and a name', metadataCodec, {
        topics: [{ topicId: UNKNOWN_ID, name }],
        allowAutoTopicCreation: false,
      });
      talk.forget();
      await talk.askInVain('known and unknown', metadataCodec, byId(UNKNOWN_ID, id));
    },
  },
});
