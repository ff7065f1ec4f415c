import { createDelegationTokenCodec } from '../../../src/protocol/generated/create-delegation-token.js';
import { describeDelegationTokenCodec } from '../../../src/protocol/generated/describe-delegation-token.js';
import { expireDelegationTokenCodec } from '../../../src/protocol/generated/expire-delegation-token.js';
import { renewDelegationTokenCodec } from '../../../src/protocol/generated/renew-delegation-token.js';
import { conversationsAbout } from '../conversation.js';

const alice = { principalType: 'User', principalName: 'alice' };
const hmac = Buffer.from('a token');

/** Delegation tokens (KIP-48), on a listener that cannot have them. */
export const delegationTokensConversations = [
  ...conversationsAbout(createDelegationTokenCodec, {
    'a token is created': async talk => {
      const renewers = [alice];
      const request = { ownerPrincipalType: null, ownerPrincipalName: null, renewers, maxLifetimeMs: 60_000n };
      await talk.ask('for oneself', createDelegationTokenCodec, request);
      await talk.ask('nobody may renew', createDelegationTokenCodec, { ...request, renewers: [], maxLifetimeMs: -1n });
    },
    'a token for somebody else': {
      from: 3,
      play: async talk => {
        const request = { ownerPrincipalType: 'User', ownerPrincipalName: 'alice', renewers: [], maxLifetimeMs: -1n };
        await talk.ask('for alice', createDelegationTokenCodec, request);
        await talk.ask('of no type', createDelegationTokenCodec, { ...request, ownerPrincipalType: '' });
      },
    },
  }),
  ...conversationsAbout(renewDelegationTokenCodec, {
    'a token is renewed': async talk => {
      await talk.ask('that there is not', renewDelegationTokenCodec, { hmac, renewPeriodMs: 1_000n });
      await talk.ask('without bytes', renewDelegationTokenCodec, { hmac: Buffer.alloc(0), renewPeriodMs: -1n });
    },
  }),
  ...conversationsAbout(expireDelegationTokenCodec, {
    'a token is ended': async talk => {
      await talk.ask('that there is not', expireDelegationTokenCodec, { hmac, expiryTimePeriodMs: -1n });
    },
  }),
  ...conversationsAbout(describeDelegationTokenCodec, {
    'tokens are described': async talk => {
      await talk.ask('of all', describeDelegationTokenCodec, { owners: null });
      await talk.ask('of one', describeDelegationTokenCodec, { owners: [alice] });
      await talk.ask('of nobody', describeDelegationTokenCodec, { owners: [] });
    },
  }),
];
