import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { saslAuthenticateCodec } from '../../../src/protocol/generated/sasl-authenticate.js';
import { conversationsAbout } from '../conversation.js';

export const saslAuthenticateConversations = conversationsAbout(saslAuthenticateCodec, {
  'on a listener without SASL': async talk => {
    await talk.ask('a token', saslAuthenticateCodec, { authBytes: Buffer.from('\0alice\0secret') });
    await talk.ask('nothing', saslAuthenticateCodec, { authBytes: Buffer.alloc(0) });
    await talk.ask('served afterwards', metadataCodec, { topics: [], allowAutoTopicCreation: false });
  },
});
