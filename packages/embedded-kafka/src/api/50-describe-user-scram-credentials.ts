import { ErrorCode } from '../protocol/errors.js';
import { describeUserScramCredentialsCodec } from '../protocol/generated/describe-user-scram-credentials.js';
import { defineApi } from './api.js';
import { duplicatesOf } from './duplicates.js';

/**
 * DescribeUserScramCredentials, v0 (KIP-554).
 *
 * - Mechanisms and iterations of the users that are asked for, of all for null or none; never a key.
 * - RESOURCE_NOT_FOUND for a user without credentials, DUPLICATE_RESOURCE for one who is asked for twice.
 */
export const describeUserScramCredentials = defineApi(describeUserScramCredentialsCodec, {
  handle({ users }, { broker }) {
    const { scramCredentials } = broker;
    const names = users === null || users.length === 0 ? scramCredentials.users : users.map(({ name }) => name);
    const duplicates = duplicatesOf(names);
    const results = [...new Set(names)].map(user => {
      if (duplicates.has(user)) {
        const errorMessage = `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`;
        return { user, errorCode: ErrorCode.DUPLICATE_RESOURCE, errorMessage, credentialInfos: [] };
      }
      const credentials = scramCredentials.describe(user);
      if (credentials.length === 0) {
        const errorMessage = `Attempt to describe a user credential that does not exist: ${user}`;
        return { user, errorCode: ErrorCode.RESOURCE_NOT_FOUND, errorMessage, credentialInfos: [] };
      }
      return {
        user,
        errorCode: ErrorCode.NONE,
        errorMessage: '',
        credentialInfos: credentials.map(({ mechanism, iterations }) => ({ mechanism: mechanism.code, iterations })),
      };
    });
    return { errorCode: ErrorCode.NONE, errorMessage: '', results };
  },
});
