import { ErrorCode } from '../protocol/errors.js';
import type { TransactionMarker } from './control-batch.js';
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
  readonly epoch: number;
  /** Of this epoch, oldest first; empty after a marker that raised the epoch. */
  readonly batches: RememberedBatch[];
  /** Of the last record, markers included. */
  lastTimestamp: number;
  /** Base offset of its last batch, or of its last marker if that came later. */
  lastOffset: number;
  /** Of the last marker; -1 before the first one. */
  coordinatorEpoch: number;
}

/** A producer as DescribeProducers tells of it. */
export interface ProducerDescription {
  readonly producerId: number;
  readonly epoch: number;
  /** -1 if nothing was written in this epoch. */
  readonly lastSequence: number;
  readonly lastTimestamp: number;
  readonly coordinatorEpoch: number;
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
 * - otherwise the first sequence follows the last one, and wraps from 2^31-1 to 0;
 * - a transaction's marker counts as a write of its epoch, so a marker of a raised epoch fences (KIP-890).
 */
export class ProducerStates {
  private readonly producers = new Map<number, ProducerEntry>();

  /** `mustKeep`: producers that may not be forgotten, however long ago they were seen. */
  constructor(private readonly mustKeep: (producerId: number) => boolean) {}

  /** The producer's epoch; undefined if it is not known. */
  epochOf(producerId: number): number | undefined {
    return this.producers.get(producerId)?.epoch;
  }

  /** Whether this is what a producer wrote last: without it, its sequence would not be known from the log any more. */
  isLastBatch({ producerId, baseOffset }: RecordBatch): boolean {
    return this.producers.get(producerId)?.lastOffset === baseOffset;
  }

  describe(): ProducerDescription[] {
    return Array.from(this.producers, ([producerId, { epoch, batches, lastTimestamp, coordinatorEpoch }]) => {
      const lastSequence = batches.at(-1)?.lastSequence ?? -1;
      return { producerId, epoch, lastSequence, lastTimestamp, coordinatorEpoch };
    });
  }

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
    const entry = this.enter(batch.producerId, batch.producerEpoch);
    const { baseSequence, lastSequence, maxTimestamp } = batch;
    if (entry.batches.length === REMEMBERED_BATCHES) entry.batches.shift();
    entry.batches.push({ firstSequence: baseSequence, lastSequence, baseOffset, maxTimestamp });
    entry.lastTimestamp = maxTimestamp;
    entry.lastOffset = baseOffset;
  }

  /** Error code for a marker of an epoch, or of a coordinator, that another one has followed. */
  markerRefusal({ producerId, producerEpoch, coordinatorEpoch }: TransactionMarker): number {
    const entry = this.producers.get(producerId);
    if (entry === undefined) return ErrorCode.NONE;
    if (producerEpoch < entry.epoch) return ErrorCode.INVALID_PRODUCER_EPOCH;
    return coordinatorEpoch < entry.coordinatorEpoch ? ErrorCode.TRANSACTION_COORDINATOR_FENCED : ErrorCode.NONE;
  }

  /** Remembers a marker that was appended. */
  appendMarker(
    { producerId, producerEpoch, coordinatorEpoch }: TransactionMarker,
    timestamp: number,
    offset: number,
  ): void {
    const entry = this.enter(producerId, producerEpoch);
    entry.lastTimestamp = timestamp;
    entry.lastOffset = offset;
    entry.coordinatorEpoch = coordinatorEpoch;
  }

  /** The producer's entry in this epoch, now the last one used. */
  private enter(producerId: number, epoch: number): ProducerEntry {
    const known = this.producers.get(producerId);
    const entry =
      known?.epoch === epoch
        ? known
        : { epoch, batches: [], lastTimestamp: -1, lastOffset: -1, coordinatorEpoch: known?.coordinatorEpoch ?? -1 };
    // Re-inserted so that the map's order is that of last use.
    this.producers.delete(producerId);
    this.producers.set(producerId, entry);
    if (this.producers.size > MAX_PRODUCERS) this.forgetOldest();
    return entry;
  }

  private forgetOldest(): void {
    for (const producerId of this.producers.keys()) {
      if (this.mustKeep(producerId)) continue;
      this.producers.delete(producerId);
      return;
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
