import type { Signal } from './signal.js';

/** What the lanes of one node share. */
export interface NodeFetching {
  readonly nodeId: number;
  /** Woken when a partition of the node may have become fetchable. */
  readonly changed: Signal;
  /** True while the long poll is on its way: only then the second lane has work. */
  isPolling: boolean;
}
