import { findCoordinatorCodec } from '../../../src/protocol/generated/find-coordinator.js';
import { conversationsAbout } from '../conversation.js';

export const findCoordinatorConversations = conversationsAbout(findCoordinatorCodec, {
  'every type': async talk => {
    const key = talk.name('key');
    for (const keyType of [0, 1]) {
      await talk.ask(`type ${keyType}`, findCoordinatorCodec, { key, keyType, coordinatorKeys: [key] });
    }
    // A share coordinator's key has a form that this one has not.
    for (const keyType of [2, 3, -1]) {
      await talk.askInVain(`type ${keyType}`, findCoordinatorCodec, { key, keyType, coordinatorKeys: [key] });
      talk.forget();
    }
  },
  'empty keys': async talk => {
    await talk.askInVain('group', findCoordinatorCodec, { key: '', keyType: 0, coordinatorKeys: [''] });
    await talk.askInVain('transaction', findCoordinatorCodec, { key: '', keyType: 1, coordinatorKeys: [''] });
  },
  'several keys': {
    from: 4,
    play: async talk => {
      const [a, b] = [talk.name('a'), talk.name('b')];
      await talk.ask('two and one twice', findCoordinatorCodec, { keyType: 0, coordinatorKeys: [a, b, a] });
      await talk.ask('none', findCoordinatorCodec, { keyType: 0, coordinatorKeys: [] });
    },
  },
});
