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

/** How long an attempt to fetch may take, all waits included, before it counts as one that never ends. Milliseconds. */
export interface FetchPatience {
  readonly patience: number;
}
