import type { BatchLimits } from './batch-rules.js';

/** What a topic's configuration has to say about its logs. It may change at any time, and counts from then on. */
export interface LogConfigs extends BatchLimits {
  /** `segment.bytes`: a segment that would grow beyond it is followed by a new one. */
  readonly segmentBytes: number;
  /** `segment.ms`: so is one whose first record is older than this, by the time of the record that comes next. */
  readonly segmentMs: number;
  /** `cleanup.policy` has `delete`: old segments go. */
  readonly isDeleted: boolean;
  /** `retention.ms`: the age at which a segment goes, by its newest record; -1 for never. */
  readonly retentionMs: number;
  /** `retention.bytes`: the size that the log shrinks to, by whole segments; -1 for none. */
  readonly retentionBytes: number;
  /** `cleanup.policy` has `compact`: of the records with one key, the last one stays. */
  readonly isCompacted: boolean;
  /** `delete.retention.ms`: how long tombstones and markers of transactions stay after they were first cleaned. */
  readonly deleteRetentionMs: number;
  /** `min.compaction.lag.ms`: how old a record must be before it may be cleaned. */
  readonly minCompactionLagMs: number;
  /** `max.compaction.lag.ms`: how old a record may become before it is cleaned. */
  readonly maxCompactionLagMs: number;
  /** `min.cleanable.dirty.ratio`: the part of the log that must be new since the last cleaning. */
  readonly minCleanableDirtyRatio: number;
}
