import type { FetchPartition } from '../protocol/generated/fetch-request.js';
import type { PartitionDataInit } from '../protocol/generated/fetch-response.js';

/** One partition that a fetch is about; its topic has a name up to version 12, an id from 13 on. */
export interface FetchTarget {
  readonly topic: string;
  readonly topicId: string;
  readonly wanted: FetchPartition;
}

/** What was found there. */
export interface FetchedPartition {
  readonly target: FetchTarget;
  readonly data: PartitionDataInit;
  /** Bytes of records. */
  readonly size: number;
}
