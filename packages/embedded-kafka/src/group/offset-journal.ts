import type { CommittedOffset } from './committed-offset.js';

export interface KeptCommit {
  readonly committed: CommittedOffset;
  /** Milliseconds since the epoch. */
  readonly committedAt: number;
}

/** Where the offsets of one group are kept beyond the process. */
export interface OffsetJournal {
  set(topic: string, partition: number, commit: KeptCommit): void;
  delete(topic: string, partition: number): void;
  setPending(producerId: bigint, topic: string, partition: number, commit: KeptCommit): void;
  deletePending(producerId: bigint, topic: string, partition: number): void;
}

/** An offset as it was kept; with a producer, if its transaction had not ended. */
export interface KeptOffset {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly commit: KeptCommit;
  readonly producerId?: bigint;
}
