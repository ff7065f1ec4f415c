import { manualAckStage } from './ack/manual-ack-stage.js';
import { receiptStage } from './ack/receipt-stage.js';
import { batchStage } from './batch/batch-stage.js';
import { failedRecordStage } from './batch/failed-records.js';
import { transactionStage } from './transaction/transaction-stage.js';
import type { DeliveryStage } from './delivery-runtime.js';
import { retryTopicsStage } from './retry-topics/retry-topics-stage.js';
import { retryStage } from './retry/retry-stage.js';
import { filterStage } from './filter-stage.js';
import { orderStage } from './order/order-stage.js';
import { rateLimitStage } from './rate-limit-stage.js';

/**
 * The stages of a delivery, the outermost first. A record passes through those that its policy asks for:
 *
 *     filter → rate limit → order, receipt → batch → retry and dead letter → transaction → manual acknowledgement → the handler
 */
export const DELIVERY_STAGES: readonly DeliveryStage[] = [
  filterStage,
  rateLimitStage,
  orderStage,
  receiptStage,
  batchStage,
  retryStage,
  retryTopicsStage,
  failedRecordStage,
  transactionStage,
  manualAckStage,
];
