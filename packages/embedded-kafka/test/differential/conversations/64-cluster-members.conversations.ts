import { addRaftVoterCodec } from '../../../src/protocol/generated/add-raft-voter.js';
import { removeRaftVoterCodec } from '../../../src/protocol/generated/remove-raft-voter.js';
import { unregisterBrokerCodec } from '../../../src/protocol/generated/unregister-broker.js';
import { conversationsAbout } from '../conversation.js';

const NOBODY = 9_999;
const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 1 }];
const voterDirectoryId = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** Who belongs to the cluster. Only members that there are not are put out: the ground is shared. */
export const clusterMembersConversations = [
  ...conversationsAbout(unregisterBrokerCodec, {
    'brokers that there are not': async talk => {
      await talk.ask('unknown', unregisterBrokerCodec, { brokerId: NOBODY });
      await talk.ask('negative', unregisterBrokerCodec, { brokerId: -1 });
    },
  }),
  ...conversationsAbout(addRaftVoterCodec, {
    'a voter is added': async talk => {
      const request = { clusterId: null, timeoutMs: 1_000, voterId: NOBODY, voterDirectoryId, listeners };
      await talk.ask('to this cluster', addRaftVoterCodec, request);
      await talk.ask('to another one', addRaftVoterCodec, { ...request, clusterId: 'another' });
      await talk.ask('without listeners', addRaftVoterCodec, { ...request, listeners: [] });
      await talk.ask('without an id', addRaftVoterCodec, { ...request, voterId: -1 });
    },
  }),
  ...conversationsAbout(removeRaftVoterCodec, {
    'a voter is removed': async talk => {
      const request = { clusterId: null, voterId: NOBODY, voterDirectoryId };
      await talk.ask('from this cluster', removeRaftVoterCodec, request);
      await talk.ask('from another one', removeRaftVoterCodec, { ...request, clusterId: 'another' });
      await talk.ask('without an id', removeRaftVoterCodec, { ...request, voterId: -1 });
    },
  }),
];
