import { ErrorCode } from '../protocol/errors.js';
import { apiVersionsCodec } from '../protocol/generated/api-versions.js';
import { defineApi } from './api.js';

/** What a client may call itself (KIP-511). */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/** From which version on a range that begins at 0 can be told. */
const ZERO_RANGES_SINCE = 4;

/**
 * ApiVersions, v0-4.
 *
 * - Lists what is registered, but for telemetry, which Kafka hides, too, as long as nobody wants metrics.
 * - v3+: the features (KIP-584), of which `transaction.version` makes clients use KIP-890's protocol. Ranges that begin at 0 are
 *   told from v4 on, as older clients take them for malformed. A Kafka before 4.0 is played without features.
 * - v3+: a client that does not name itself and its version properly gets INVALID_REQUEST.
 * - A version that is not known here is answered by the connection itself, in version 0 with UNSUPPORTED_VERSION.
 */
export const apiVersions = defineApi(apiVersionsCodec, {
  handle({ clientSoftwareName, clientSoftwareVersion }, { version, broker, connection }) {
    if (version >= 3 && !(SOFTWARE_NAME.test(clientSoftwareName) && SOFTWARE_NAME.test(clientSoftwareVersion))) {
      return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] };
    }
    connection.sasl?.versionsTold();
    const { features } = broker;
    const { finalized } = features;
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
      supportedFeatures: features.supported
        .filter(({ min }) => finalized.length > 0 && (min > 0 || version >= ZERO_RANGES_SINCE))
        .map(({ name, min, max }) => ({ name, minVersion: min, maxVersion: max })),
      finalizedFeaturesEpoch: features.epoch,
      finalizedFeatures: finalized.map(({ name, level }) => ({ name, minVersionLevel: level, maxVersionLevel: level })),
    };
  },
});
