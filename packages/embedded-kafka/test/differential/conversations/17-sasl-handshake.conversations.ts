import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { saslHandshakeCodec } from '../../../src/protocol/generated/sasl-handshake.js';
import { conversationsAbout } from '../conversation.js';

export const saslHandshakeConversations = conversationsAbout(saslHandshakeCodec, {
  'on a listener without SASL': async talk => {
    await talk.ask('plain', saslHandshakeCodec, { mechanism: 'PLAIN' });
    await talk.ask('nonsense', saslHandshakeCodec, { mechanism: '' });
    await talk.ask('served afterwards', metadataCodec, { topics: [], allowAutoTopicCreation: false });
  },
});
