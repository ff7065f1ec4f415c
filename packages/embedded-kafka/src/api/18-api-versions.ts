import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { defineApi } from './api.js';

/** What a client may call itself (KIP-511). */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

const TRANSACTION_VERSION = 'transaction.version';
/** Features never change while a broker runs. */
const FEATURES_EPOCH = 1n;

/**
 * ApiVersions, v0-4.
 *
 * - Lists exactly what is registered.
 * - v3+: the feature `transaction.version`, which makes clients use KIP-890's protocol. Its supported range begins at 0 and
 *   is therefore told from v4 on (older clients take that for malformed); the others that Kafka has are not there.
 * - v3+: a client that does not name itself and its version properly gets INVALID_REQUEST.
 * - A version that is not known here is answered by the connection itself, in version 0 with UNSUPPORTED_VERSION.
 */
export const apiVersions = defineApi(apiVersionsCodec, {
  handle({ clientSoftwareName, clientSoftwareVersion }, { version, broker, connection }) {
    if (version >= 3 && !(SOFTWARE_NAME.test(clientSoftwareName) && SOFTWARE_NAME.test(clientSoftwareVersion))) {
      return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] };
    }
    connection.sasl?.versionsTold();
    return {
      errorCode: ErrorCode.NONE,
      apiKeys: broker.apis.all().map(api => ({
        apiKey: api.key,
        minVersion: api.advertisedMinVersion ?? api.minVersion,
        maxVersion: api.maxVersion,
      })),
      supportedFeatures: version >= 4 ? [{ name: TRANSACTION_VERSION, minVersion: 0, maxVersion: 2 }] : [],
      finalizedFeaturesEpoch: FEATURES_EPOCH,
      finalizedFeatures: finalized(broker.settings.transactionVersion),
    };
  },
});

/** A feature at level 0 is off, and not listed. */
function finalized(level: number): { name: string; minVersionLevel: number; maxVersionLevel: number }[] {
  return level === 0 ? [] : [{ name: TRANSACTION_VERSION, minVersionLevel: level, maxVersionLevel: level }];
}
