import { describeClusterCodec } from '../../../src/protocol/generated/describe-cluster.js';
import { conversationsAbout } from '../conversation.js';

export const describeClusterConversations = conversationsAbout(describeClusterCodec, {
  'the brokers': async talk => {
    await talk.ask('plain', describeClusterCodec, { includeClusterAuthorizedOperations: false });
    await talk.askInVain('with operations', describeClusterCodec, { includeClusterAuthorizedOperations: true });
  },
  'endpoint types': {
    from: 1,
    play: async talk => {
      for (const endpointType of [2, 0, 9]) {
        await talk.askInVain(`type ${endpointType}`, describeClusterCodec, {
          includeClusterAuthorizedOperations: false,
          endpointType,
        });
      }
    },
  },
  'fenced brokers too': {
    from: 2,
    play: async talk => {
      await talk.ask('included', describeClusterCodec, {
        includeClusterAuthorizedOperations: false,
        includeFencedBrokers: true,
      });
    },
  },
});
