import { ErrorCode } from '../protocol/errors.js';
import { updateFeaturesCodec } from '../protocol/generated/update-features.js';
import { defineApi } from './api.js';

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;

/**
 * UpdateFeatures, v0-2 (KIP-584).
 *
 * - All updates are made, or none: INVALID_UPDATE_VERSION with the reason of the first that is refused.
 * - What counts of the features is said in cluster/features.ts. Connections that are open keep what they were told.
 * - v0-1: a result for each feature when all went well.
 */
export const updateFeatures = defineApi(updateFeaturesCodec, {
  handle({ featureUpdates, validateOnly }, { version, broker }) {
    const updates = featureUpdates.map(({ feature, maxVersionLevel, upgradeType, allowDowngrade }) => ({
      feature,
      level: maxVersionLevel,
      upgradeType: version === 0 ? (allowDowngrade ? SAFE_DOWNGRADE : UPGRADE) : upgradeType,
    }));
    const errorMessage = broker.features.update(updates, validateOnly);
    if (errorMessage !== undefined) return { errorCode: ErrorCode.INVALID_UPDATE_VERSION, errorMessage, results: [] };
    const results = updates.map(({ feature }) => ({ feature, errorCode: ErrorCode.NONE, errorMessage: 'NONE' }));
    return { errorCode: ErrorCode.NONE, errorMessage: null, results: version <= 1 ? results : [] };
  },
});
