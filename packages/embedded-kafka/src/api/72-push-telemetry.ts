import { pushTelemetryCodec } from '../protocol/generated/push-telemetry.js';
import { defineApi } from './api.js';

/**
 * PushTelemetry, v0 (KIP-714).
 *
 * - Not advertised, see GetTelemetrySubscriptions. What is sent nevertheless is checked as Kafka does, and thrown away.
 */
export const pushTelemetry = defineApi(pushTelemetryCodec, {
  isHidden: true,
  handle: (request, { broker }) => ({ errorCode: broker.clientInstances.push(request, broker.clock.now()) }),
});
