import { ErrorCode } from '../protocol/errors.js';
import type { RecordBatch } from './record-batch.js';

/** As many requests as an idempotent producer may have in flight. */
const REMEMBERED_BATCHES = 5;
/** Bounds memory against clients that ask for one producer id after the other; the least recently seen is forgotten. */
const MAX_PRODUCERS = 10_000;

interface RememberedBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly maxTimestamp: number;
}

interface ProducerEntry {
  epoch: number;
  /** Oldest first; never empty. */
  readonly batches: RememberedBatch[];
}

export type SequenceCheck =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly baseOffset: number; readonly maxTimestamp: number }
  | { readonly kind: 'refused'; readonly errorCode: number; readonly reason: string };

const NEXT: SequenceCheck = { kind: 'next' };

/**
 * What a partition knows about its idempotent producers (KIP-98), with the rules of Apache Kafka 4.1:
 * - a batch with the sequences of one of the last five of its epoch is a duplicate and gets that one's offset;
 * - a lower epoch than the known one is fenced;
 * - a new epoch starts at sequence 0, an unknown producer anywhere (KIP-360: its records may be gone already);
 * - otherwise the first sequence follows the last one, and wraps from 2^31-1 to 0.
 */
export class ProducerStates {
  private readonly producers = new Map<number, ProducerEntry>();

  check(batch: RecordBatch): SequenceCheck {
    const entry = this.producers.get(batch.producerId);
    if (entry === undefined) return NEXT;
    const { producerEpoch, baseSequence, lastSequence } = batch;
    if (producerEpoch < entry.epoch) {
      return {
        kind: 'refused',
        errorCode: ErrorCode.INVALID_PRODUCER_EPOCH,
        reason: `producer ${batch.producerId} writes with epoch ${producerEpoch}, its last one is ${entry.epoch}`,
      };
    }
    if (producerEpoch > entry.epoch) return baseSequence === 0 ? NEXT : outOfOrder(batch, 0);
    const known = entry.batches.find(b => b.firstSequence === baseSequence && b.lastSequence === lastSequence);
    if (known) return { kind: 'duplicate', baseOffset: known.baseOffset, maxTimestamp: known.maxTimestamp };
    const expected = ((entry.batches.at(-1)?.lastSequence ?? -1) + 1) % 2 ** 31;
    return baseSequence === expected ? NEXT : outOfOrder(batch, expected);
  }

  /** Remembers a batch that was checked and appended. */
  append(batch: RecordBatch, baseOffset: number): void {
    const { producerId } = batch;
    let entry = this.producers.get(producerId);
    if (entry === undefined || entry.epoch !== batch.producerEpoch) {
      entry = { epoch: batch.producerEpoch, batches: [] };
    }
    // Re-inserted so that the map's order is that of last use.
    this.producers.delete(producerId);
    this.producers.set(producerId, entry);
    if (entry.batches.length === REMEMBERED_BATCHES) entry.batches.shift();
    entry.batches.push({
      firstSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      baseOffset,
      maxTimestamp: batch.maxTimestamp,
    });
    if (this.producers.size > MAX_PRODUCERS) {
      const oldest = this.producers.keys().next();
      if (!oldest.done) this.producers.delete(oldest.value);
    }
  }
}

function outOfOrder(batch: RecordBatch, expected: number): SequenceCheck {
  return {
    kind: 'refused',
    errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    reason: `producer ${batch.producerId} (epoch ${batch.producerEpoch}) sent sequence ${batch.baseSequence}, expected ${expected}`,
  };
}
