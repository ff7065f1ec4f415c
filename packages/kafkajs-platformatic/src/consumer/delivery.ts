import type { AssignedPartition } from './assigned-partition.js';
import type { DeferredMessage } from './deferred-messages.js';
import type { FetchedRecords } from './fetched-records.js';
import { MessageBatch } from './message-batch.js';

/** Records on their way through a handler. */
export interface Work {
  readonly records: FetchedRecords;
  /** The partition's when the records were taken; work of an older epoch is void. */
  readonly epoch: number;
  batch: MessageBatch;
  /** Index of the next message of `batch`. */
  cursor: number;
  /** Of the delivery that comes next; 1 is the first. */
  attempt: number;
}

/**
 * How a run hands records to the application: message by message or whole.
 *
 * `deliver` returns true when the records are done with, false when it stopped before (the gate closed, the partition
 * was paused, sought or revoked; what is left is delivered later if it is still current). It throws what the handler
 * threw; the partition's offsets then say how far it came.
 */
export interface Delivery {
  deliver(partition: AssignedPartition, work: Work): Promise<boolean>;
  /** One message again, of which something deferred had failed; `partition.deferred` is told how it ends. */
  redeliver?(partition: AssignedPartition, message: DeferredMessage): Promise<void>;
}

/** Decodes what is not handled yet, untouched by any earlier delivery. */
export function decodeFrom(partition: AssignedPartition, records: FetchedRecords, from?: bigint): MessageBatch {
  return new MessageBatch(partition.topic, partition.partition, records, records.messages(from));
}
