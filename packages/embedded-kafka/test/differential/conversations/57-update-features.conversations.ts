import { updateFeaturesCodec } from '../../../src/protocol/generated/update-features.js';
import { conversationsAbout, type Conversation } from '../conversation.js';
import type { Talk } from '../talk.js';

interface Update {
  readonly feature: string;
  readonly maxVersionLevel: number;
  readonly upgradeType?: number;
}

/** Nothing is really changed: the ground is shared, and a feature that is raised may not come down. */
async function validate(talk: Talk, step: string, ...updates: Update[]): Promise<void> {
  const featureUpdates = updates.map(({ upgradeType = 1, ...update }) => ({
    ...update,
    upgradeType,
    allowDowngrade: upgradeType !== 1,
  }));
  await talk.ask(step, updateFeaturesCodec, { featureUpdates, validateOnly: true });
}

export const updateFeaturesConversations: Conversation[] = conversationsAbout(updateFeaturesCodec, {
  'a feature as it is, or higher': {
    from: 1,
    play: async talk => {
      await validate(talk, 'as it is', { feature: 'transaction.version', maxVersionLevel: 2 });
      await validate(talk, 'metadata as it is', { feature: 'metadata.version', maxVersionLevel: 27 });
      await validate(talk, 'beyond what there is', { feature: 'transaction.version', maxVersionLevel: 3 });
      await validate(talk, 'metadata beyond what there is', { feature: 'metadata.version', maxVersionLevel: 28 });
      await validate(talk, 'share groups', { feature: 'share.version', maxVersionLevel: 1 });
    },
  },
  'a feature goes down': {
    from: 1,
    play: async talk => {
      await validate(talk, 'as an upgrade', { feature: 'transaction.version', maxVersionLevel: 1 });
      await validate(talk, 'safely', { feature: 'transaction.version', maxVersionLevel: 1, upgradeType: 2 });
      await validate(talk, 'unsafely', { feature: 'transaction.version', maxVersionLevel: 1, upgradeType: 3 });
      await validate(talk, 'to nothing', { feature: 'group.version', maxVersionLevel: 0, upgradeType: 2 });
      await validate(talk, 'below nothing', { feature: 'group.version', maxVersionLevel: -1, upgradeType: 2 });
      await validate(talk, 'up, as a downgrade', { feature: 'share.version', maxVersionLevel: 1, upgradeType: 2 });
      await validate(talk, 'metadata', { feature: 'metadata.version', maxVersionLevel: 26, upgradeType: 2 });
      for (const level of [25, 23, 22, 7]) {
        const metadata = { feature: 'metadata.version', maxVersionLevel: level };
        await validate(talk, `metadata to ${level}`, { ...metadata, upgradeType: 2 });
        await validate(talk, `metadata to ${level}, unsafely`, { ...metadata, upgradeType: 3 });
      }
      await validate(talk, 'metadata, far', { feature: 'metadata.version', maxVersionLevel: 6, upgradeType: 3 });
    },
  },
  'what is no update': {
    from: 1,
    play: async talk => {
      await validate(talk, 'of an unknown feature', { feature: 'flying.version', maxVersionLevel: 1 });
      await validate(talk, 'of a nameless feature', { feature: '', maxVersionLevel: 1 });
      await validate(talk, 'of an unknown type', { feature: 'group.version', maxVersionLevel: 1, upgradeType: 9 });
      await validate(talk, 'of nothing');
      await validate(
        talk,
        'of one that is right and one that is wrong',
        { feature: 'group.version', maxVersionLevel: 1 },
        { feature: 'flying.version', maxVersionLevel: 1 },
      );
      await validate(
        talk,
        'of one twice',
        { feature: 'group.version', maxVersionLevel: 1 },
        { feature: 'group.version', maxVersionLevel: 0, upgradeType: 2 },
      );
      await validate(talk, 'of the quorum', { feature: 'kraft.version', maxVersionLevel: 1 });
    },
  },
  'before there was validation': {
    to: 0,
    play: async talk => {
      const ask = (step: string, feature: string, maxVersionLevel: number, allowDowngrade: boolean): Promise<unknown> =>
        talk.ask(step, updateFeaturesCodec, { featureUpdates: [{ feature, maxVersionLevel, allowDowngrade }] });
      await ask('as it is', 'transaction.version', 2, false);
      await ask('down, not allowed', 'transaction.version', 1, false);
      await ask('beyond what there is', 'transaction.version', 3, false);
      await ask('unknown', 'flying.version', 1, true);
      await ask('nothing, allowed', 'flying.version', 0, true);
    },
  },
});
