import { ErrorCode } from '../protocol/errors.js';
import { saslHandshakeCodec } from '../protocol/generated/sasl-handshake.js';
import { defineApi } from './api.js';

/**
 * SaslHandshake, v0-1.
 *
 * - Names the mechanism; a mechanism that is not enabled gets UNSUPPORTED_SASL_MECHANISM with those that are, and the
 *   connection ends. After v0 the tokens follow without a header, after v1 in SaslAuthenticate.
 * - ILLEGAL_SASL_STATE on a listener without SASL, and on a session that cannot be renewed (KIP-368).
 */
export const saslHandshake = defineApi(saslHandshakeCodec, {
  handle({ mechanism }, { version, connection }) {
    const { sasl } = connection;
    if (sasl === undefined) return { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] };
    const { failure, ...answer } = sasl.handshake(mechanism, version);
    if (failure !== undefined) connection.failAuthentication(failure);
    return answer;
  },
});
