import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { getTelemetrySubscriptionsCodec } from '../protocol/generated/get-telemetry-subscriptions.js';
import { acceptedCompressions, MAX_BYTES, PUSH_INTERVAL_MS } from '../telemetry/client-instances.js';
import { defineApi } from './api.js';

/**
 * GetTelemetrySubscriptions, v0 (KIP-714).
 *
 * - Not advertised, as at a Kafka without a plugin for metrics. Who asks nevertheless is told that no metrics are wanted,
 *   whatever is configured as client metrics.
 * - THROTTLING_QUOTA_EXCEEDED for a client that asks again before the interval is over.
 */
export const getTelemetrySubscriptions = defineApi(getTelemetrySubscriptionsCodec, {
  isHidden: true,
  handle({ clientInstanceId }, { broker }) {
    const subscription = broker.clientInstances.subscribe(clientInstanceId, broker.clock.now());
    if (typeof subscription === 'number') {
      return {
        errorCode: subscription,
        clientInstanceId: ZERO_UUID,
        subscriptionId: 0,
        acceptedCompressionTypes: [],
        pushIntervalMs: 0,
        telemetryMaxBytes: 0,
        deltaTemporality: false,
        requestedMetrics: [],
      };
    }
    return {
      ...subscription,
      errorCode: ErrorCode.NONE,
      acceptedCompressionTypes: [...acceptedCompressions],
      pushIntervalMs: PUSH_INTERVAL_MS,
      telemetryMaxBytes: MAX_BYTES,
      deltaTemporality: true,
      requestedMetrics: [],
    };
  },
});
