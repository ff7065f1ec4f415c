/** How a consumer fetches. */
export interface FetchOptions {
  /** Milliseconds. */
  readonly maxWaitTimeInMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** Milliseconds for which a follower named by a leader is read from. */
  readonly metadataMaxAge: number;
  readonly isolationLevel: 0 | 1;
  readonly rackId: string;
}
