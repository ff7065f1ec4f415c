import { InvalidOptionsError } from '../../errors/invalid-options.error.js';
import type { DeliveryStage } from '../delivery-runtime.js';
import { BatchRunner, type HandleBatch, handleBatchWith } from './batch-runner.js';
import { failAlone } from './failed-records.js';
import { KafkaBatchContext } from './kafka-batch-context.js';
import { KafkaBatchTransactionContext } from '../transaction/kafka-transaction-context.js';
import { inTransactionOf } from '../transaction/transaction-stage.js';
import { PartitionBatches } from './partition-batches.js';

/**
 * `batch`: gathers records of a partition, calls the handler with all of them, and settles each by what became of it. Records
 * overlap on their way here, so the engine must be able to defer them.
 */
export const batchStage: DeliveryStage = (listener, runtime, next) => {
  const { batch, transaction } = listener.policy;
  if (batch === undefined) {
    return undefined;
  }
  const handlePlain = handleBatchWith(runtime, (...parts) => new KafkaBatchContext(...parts));
  runtime.lifecycle.onStart(() => {
    if (runtime.client().capabilities?.defer !== true) {
      throw new InvalidOptionsError('@Delivery()', [
        `${listener.pattern}: "batch" needs an engine that lets messages of a partition overlap (payload.defer), which KafkaJS ` +
          'does not: leave out "driver" to use the default engine, or leave out "batch"',
      ]);
    }
  });
  const handle: HandleBatch = (payloads, attempt) => {
    const inTransaction = inTransactionOf(listener);
    return inTransaction === undefined
      ? handlePlain(payloads, attempt)
      : inTransaction(payloads, outbox =>
          handleBatchWith(runtime, (...parts) => new KafkaBatchTransactionContext(...parts, outbox))(payloads, attempt),
        );
  };
  const runner = new BatchRunner(handle, transaction !== undefined);
  const partitions = new Map<string, PartitionBatches>();
  return (payload, attempt) => {
    const key = `${payload.partition}:${payload.topic}`;
    let batches = partitions.get(key);
    if (batches === undefined) {
      batches = new PartitionBatches({
        ...batch,
        run: (payloads, batchAttempt) => runner.run(payloads, batchAttempt),
        fail: (failed, failedAttempt, error) => failAlone(failed, failedAttempt, error, next),
        onEmpty: () => partitions.delete(key),
      });
      partitions.set(key, batches);
    }
    return batches.add(payload, attempt);
  };
};
