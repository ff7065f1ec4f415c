import type { DeliveryStage } from '../delivery-runtime.js';
import { BatchRunner, type HandleBatch, handleBatchWith } from './batch-runner.js';
import { failAlone } from './failed-records.js';
import { KafkaBatchContext } from './kafka-batch-context.js';
import { KafkaBatchTransactionContext } from '../transaction/kafka-transaction-context.js';
import { inTransactionOf } from '../transaction/transaction-stage.js';
import { ManualBatches } from './manual-batch.js';
import { PartitionBatches } from './partition-batches.js';

/**
 * `batch`: gathers records of a partition, calls the handler with all of them, and settles each by what became of it. Records
 * overlap on their way here, so the engine must be able to defer them.
 */
export const batchStage: DeliveryStage = (listener, runtime, next) => {
  const { ack, batch, transaction } = listener.policy;
  if (batch === undefined) {
    return undefined;
  }
  const handlePlain = handleBatchWith(runtime, (...parts) => new KafkaBatchContext(...parts));
  const handle: HandleBatch = (payloads, attempt) => {
    const inTransaction = inTransactionOf(listener);
    return inTransaction === undefined
      ? handlePlain(payloads, attempt)
      : inTransaction(payloads, outbox =>
          handleBatchWith(runtime, (...parts) => new KafkaBatchTransactionContext(...parts, outbox))(payloads, attempt),
        );
  };
  const manual = ack === 'manual' ? new ManualBatches(runtime) : undefined;
  const runner = new BatchRunner(manual?.handle ?? handle, transaction !== undefined);
  const tenures = new WeakMap<object, PartitionBatches>();
  return (payload, attempt) => {
    // An engine that defers says whose tenure it is; that is checked at the start.
    const tenure = payload.tenure ?? tenures;
    let batches = tenures.get(tenure);
    if (batches === undefined) {
      batches = new PartitionBatches({
        ...batch,
        comesAgain: ack !== 'receipt',
        run: (payloads, batchAttempt) => runner.run(payloads, batchAttempt),
        fail: (failed, failedAttempt, error) => failAlone(failed, failedAttempt, error, next),
        isDone: each => manual?.isDone(each) === true,
      });
      tenures.set(tenure, batches);
    }
    return batches.add(payload, attempt);
  };
};
