import { ErrorCode } from '../protocol/errors.js';
import { createDelegationTokenCodec } from '../protocol/generated/create-delegation-token.js';
import { describeDelegationTokenCodec } from '../protocol/generated/describe-delegation-token.js';
import { expireDelegationTokenCodec } from '../protocol/generated/expire-delegation-token.js';
import { renewDelegationTokenCodec } from '../protocol/generated/renew-delegation-token.js';
import { ANONYMOUS } from '../security/principal.js';
import { defineApi, type AnyApi, type ConnectionContext } from './api.js';

/*
 * Delegation tokens (KIP-48): CreateDelegationToken (38, v1-3), RenewDelegationToken (39, v1-2), ExpireDelegationToken (40, v1-2),
 * DescribeDelegationToken (41, v1-3).
 *
 * They are off, as in an Apache Kafka without `delegation.token.secret.key`.
 * - DELEGATION_TOKEN_REQUEST_NOT_ALLOWED for who has not proved who he is, and whatever he asks.
 * - DELEGATION_TOKEN_AUTH_DISABLED for everybody else; a renewer that is no user is INVALID_PRINCIPAL_TYPE first.
 */
const NO_TIME = -1n;
const USER = 'User';

function refusal({ principal }: ConnectionContext): number {
  const isAnonymous = principal.type === ANONYMOUS.type && principal.name === ANONYMOUS.name;
  return isAnonymous ? ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED : ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED;
}

export const createDelegationToken = defineApi(createDelegationTokenCodec, {
  handle({ ownerPrincipalType, ownerPrincipalName, renewers }, { version, connection }) {
    const { principal } = connection;
    const errorCode = refusal(connection);
    const isForSomebody = (ownerPrincipalName ?? '') !== '';
    const isForOthers = renewers.some(({ principalType }) => principalType !== USER);
    return {
      errorCode:
        errorCode === ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED && isForOthers
          ? ErrorCode.INVALID_PRINCIPAL_TYPE
          : errorCode,
      principalType: isForSomebody ? (ownerPrincipalType ?? '') : principal.type,
      principalName: isForSomebody ? (ownerPrincipalName ?? '') : principal.name,
      tokenRequesterPrincipalType: version >= 3 ? principal.type : '',
      tokenRequesterPrincipalName: version >= 3 ? principal.name : '',
      issueTimestampMs: NO_TIME,
      expiryTimestampMs: NO_TIME,
      maxTimestampMs: NO_TIME,
      tokenId: '',
      hmac: Buffer.alloc(0),
    };
  },
});

export const renewDelegationToken = defineApi(renewDelegationTokenCodec, {
  handle: (_, { connection }) => ({ errorCode: refusal(connection), expiryTimestampMs: NO_TIME }),
});

export const expireDelegationToken = defineApi(expireDelegationTokenCodec, {
  handle: (_, { connection }) => ({ errorCode: refusal(connection), expiryTimestampMs: NO_TIME }),
});

export const describeDelegationToken = defineApi(describeDelegationTokenCodec, {
  handle: (_, { connection }) => ({ errorCode: refusal(connection), tokens: [] }),
});

export const delegationTokenApis: readonly AnyApi[] = [
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationToken,
];
