/** A committed position, with everything the client sent along. */
export interface CommittedOffset {
  readonly offset: bigint;
  /** -1 if the client did not say. */
  readonly leaderEpoch: number;
  /** As sent: an empty string stays empty and null stays null. */
  readonly metadata: string | null;
  /** When it expires, if the client said so (OffsetCommit v2-4); milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

export interface StoredOffset {
  readonly committed: CommittedOffset;
  /** Milliseconds since the epoch. */
  readonly committedAt: number;
  readonly sequence: number;
}
