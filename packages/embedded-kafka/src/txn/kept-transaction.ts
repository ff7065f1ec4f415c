import type { TransactionState } from './transaction-state.js';

/** How a transaction ends, from when that is certain until all markers are written. */
export interface PreparedEnd {
  readonly committed: boolean;
  /** Of the markers. */
  readonly producerEpoch: number;
  /** Whether the producer goes on with a raised epoch (EndTxn version 5). */
  readonly raisesEpoch: boolean;
}

/** A transactional id as it was kept. */
export interface KeptTransaction {
  readonly id: string;
  readonly state: TransactionState;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly lastProducerEpoch: number;
  readonly previousProducerId: string;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly partitions: readonly (readonly [topic: string, partition: number])[];
  readonly prepared?: PreparedEnd;
}
