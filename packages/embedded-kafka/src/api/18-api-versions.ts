import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { defineApi } from './api.js';

/** What a client may call itself (KIP-511). */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

const TRANSACTION_VERSION = 'transaction.version';
/** 1 for KIP-848's groups. */
const GROUP_VERSION = 'group.version';
/** Features never change while a broker runs. */
const FEATURES_EPOCH = 1n;

/**
 * ApiVersions, v0-4.
 *
 * - Lists what is registered, but for telemetry, which Kafka hides, too, as long as nobody wants metrics.
 * - v3+: the features `transaction.version`, which makes clients use KIP-890's protocol, and `group.version`. Their
 *   supported ranges begin at 0 and are therefore told from v4 on (older clients take that for malformed); the others that
 *   Kafka has are not there.
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
      apiKeys: broker.apis
        .all()
        .filter(({ isHidden = false }) => !isHidden)
        .map(api => ({
          apiKey: api.key,
          minVersion: api.advertisedMinVersion ?? api.minVersion,
          maxVersion: api.maxVersion,
        })),
      supportedFeatures:
        version >= 4 && broker.settings.groupVersion > 0
          ? [
              { name: TRANSACTION_VERSION, minVersion: 0, maxVersion: 2 },
              { name: GROUP_VERSION, minVersion: 0, maxVersion: 1 },
            ]
          : [],
      finalizedFeaturesEpoch: FEATURES_EPOCH,
      finalizedFeatures: [
        ...finalized(TRANSACTION_VERSION, broker.settings.transactionVersion),
        ...finalized(GROUP_VERSION, broker.settings.groupVersion),
      ],
    };
  },
});

/** A feature at level 0 is off, and not listed. */
function finalized(name: string, level: number): { name: string; minVersionLevel: number; maxVersionLevel: number }[] {
  return level === 0 ? [] : [{ name, minVersionLevel: level, maxVersionLevel: level }];
}
