import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { defineApi } from './api.js';

/** What a client may call itself (KIP-511). */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/**
 * ApiVersions, v0-4.
 *
 * - Lists exactly what is registered. No features: none of those that Kafka negotiates is implemented yet.
 * - v3+: a client that does not name itself and its version properly gets INVALID_REQUEST.
 * - A version that is not known here is answered by the connection itself, in version 0 with UNSUPPORTED_VERSION.
 */
export const apiVersions = defineApi(apiVersionsCodec, {
  handle({ clientSoftwareName, clientSoftwareVersion }, { version, broker }) {
    if (version >= 3 && !(SOFTWARE_NAME.test(clientSoftwareName) && SOFTWARE_NAME.test(clientSoftwareVersion))) {
      return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] };
    }
    return {
      errorCode: ErrorCode.NONE,
      apiKeys: broker.apis.all().map(api => ({
        apiKey: api.key,
        minVersion: api.advertisedMinVersion ?? api.minVersion,
        maxVersion: api.maxVersion,
      })),
    };
  },
});
