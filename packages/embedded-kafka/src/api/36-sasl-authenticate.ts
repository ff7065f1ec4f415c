import { ErrorCode } from '../protocol/errors.js';
import { saslAuthenticateCodec } from '../protocol/generated/sasl-authenticate.js';
import { defineApi } from './api.js';

/**
 * SaslAuthenticate, v0-2.
 *
 * - Carries a mechanism's message to and fro. A client that fails gets SASL_AUTHENTICATION_FAILED, then the connection ends.
 * - v1+ tells how long the session lasts (KIP-368); a connection that is used for longer without renewing it ends.
 * - ILLEGAL_SASL_STATE where nothing is left to prove.
 */
export const saslAuthenticate = defineApi(saslAuthenticateCodec, {
  async handle({ authBytes }, { version, connection }) {
    if (connection.sasl === undefined) {
      return {
        errorCode: ErrorCode.ILLEGAL_SASL_STATE,
        errorMessage: 'SaslAuthenticate request received after successful authentication',
        authBytes: Buffer.alloc(0),
      };
    }
    const { failure, ...answer } = await connection.sasl.token(authBytes, version);
    if (failure !== undefined) connection.failAuthentication(failure);
    return answer;
  },
});
