import type { LogConfigs } from './log-configs.js';
import type { SegmentList } from './segment-list.js';

/**
 * How many of the oldest segments are to be deleted, by the rules of Apache Kafka: whole segments only, the one that is
 * appended to included.
 */
export function countOfExpired(segments: SegmentList, configs: LogConfigs, now: number): number {
  if (!configs.isDeleted) return 0;
  return Math.max(countOfTooOld(segments, configs, now), countOfTooMany(segments, configs));
}

/** When the oldest segment will have expired by its age; Infinity if it never will. */
export function nextExpiry(segments: SegmentList, { isDeleted, retentionMs }: LogConfigs): number {
  const oldest = segments.at(0);
  if (!oldest || !isDeleted || retentionMs < 0) return Infinity;
  return oldest.newestTime + retentionMs + 1;
}

function countOfTooOld(segments: SegmentList, { retentionMs }: LogConfigs, now: number): number {
  if (retentionMs < 0) return 0;
  let count = 0;
  for (const segment of segments) {
    if (now - segment.newestTime <= retentionMs) break;
    count++;
  }
  return count;
}

function countOfTooMany(segments: SegmentList, { retentionBytes }: LogConfigs): number {
  if (retentionBytes < 0) return 0;
  let excess = segments.bytes - retentionBytes;
  let count = 0;
  for (const { length } of segments) {
    if (excess < length) break;
    excess -= length;
    count++;
  }
  return count;
}
