import { listGroupsCodec } from '../../../src/protocol/generated/list-groups.js';
import { conversationsAbout } from '../conversation.js';
import { join, stableGroup } from './group-talk.js';

export const listGroupsConversations = conversationsAbout(listGroupsCodec, {
  'all of them': async talk => {
    await stableGroup(talk, talk.name('stable'));
    await join(talk, 'another', talk.name('completing'), {}, 'b');
    await talk.moment();
    await talk.ask('list', listGroupsCodec, {});
  },
  'by state': {
    from: 4,
    play: async talk => {
      await stableGroup(talk, talk.name('stable'));
      await talk.moment();
      for (const state of ['Stable', 'stable', 'Empty', 'nonsense']) {
        await talk.ask(state, listGroupsCodec, { statesFilter: [state] });
      }
    },
  },
  'by type': {
    from: 5,
    play: async talk => {
      await stableGroup(talk, talk.name('stable'));
      await talk.moment();
      for (const type of ['Classic', 'classic', 'consumer', 'nonsense']) {
        await talk.ask(`${type}`, listGroupsCodec, { typesFilter: [type] });
      }
    },
  },
});
