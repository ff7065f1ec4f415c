import type { DeliveryPolicy } from './policy/delivery-policy.js';
import { batchStage } from './batch/batch-stage.js';
import { failedRecordStage } from './batch/failed-records.js';
import type { DeliveryStage } from './delivery-runtime.js';
import { retryStage } from './retry/retry-stage.js';

/**
 * The stages of a delivery, the outermost first. A record passes through those that its policy asks for:
 *
 *     filter → rate limit → order and acknowledgement → batch, transaction → retry and dead letter → the handler
 */
export const DELIVERY_STAGES: readonly DeliveryStage[] = [batchStage, retryStage, failedRecordStage];

/** Words that are checked and have no stage yet: a policy that uses one is refused. */
export const WORDS_WITHOUT_STAGE: readonly (keyof DeliveryPolicy)[] = [
  'ack',
  'order',
  'concurrency',
  'transaction',
  'rateLimit',
  'filter',
];
