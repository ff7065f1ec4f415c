import type { AbortedTransaction } from '../wire/fetch-api.js';

/** What the filter has to know of a record batch. */
export interface TransactionalBatch {
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
}

/**
 * Leaves out control batches and the batches of aborted transactions, going through one partition's part of a Fetch
 * response in log order.
 *
 * A transaction of a producer is aborted from the `firstOffset` that the response lists until that producer's next
 * control batch. One producer may be listed several times, and the control batch may lie beyond this response, so the
 * set of producers that are inside an aborted transaction is moved along with the log:
 * https://kafka.apache.org/documentation/#controlbatch
 *
 * @param aborted empty when reading uncommitted: then only control batches are left out
 */
export function visibleBatches<Batch extends TransactionalBatch>(
  batches: Iterable<Batch>,
  aborted: readonly AbortedTransaction[],
): Batch[] {
  const upcoming = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  const visible: Batch[] = [];
  let next = 0;
  for (const batch of batches) {
    for (
      let entry = upcoming[next];
      entry !== undefined && entry.firstOffset <= batch.lastOffset;
      entry = upcoming[next]
    ) {
      aborting.add(entry.producerId);
      next++;
    }
    if (batch.isControl) {
      aborting.delete(batch.producerId);
    } else if (!batch.isTransactional || !aborting.has(batch.producerId)) {
      visible.push(batch);
    }
  }
  return visible;
}
