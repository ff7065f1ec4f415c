import type { AdminRequests } from './admin-requests.js';
import type { SeekEntry } from './admin-types.js';
import { assertName } from './argument-check.js';
import { EARLIEST, LATEST, lookUpOffsets } from './offset-lookup.js';

/** The first and the next offset of each partition. */
export async function fetchTopicOffsets(
  requests: AdminRequests,
  topic: string,
): Promise<(SeekEntry & { high: string; low: string })[]> {
  assertName('topic', topic);
  return requests.atLeaders(topic, async () => {
    const high = await lookUpOffsets(requests.cluster, topic, LATEST);
    const low = await lookUpOffsets(requests.cluster, topic, EARLIEST);
    return high.map(({ partition, offset }, index) => ({
      partition,
      offset: String(offset),
      high: String(offset),
      low: String(low[index]?.offset ?? -1n),
    }));
  });
}

/** The first offset of each partition at or after `timestamp` (milliseconds); its end, if there is none. */
export async function fetchTopicOffsetsByTimestamp(
  requests: AdminRequests,
  topic: string,
  timestamp?: number,
): Promise<SeekEntry[]> {
  assertName('topic', topic);
  return requests.atLeaders(topic, async () => {
    const end = await lookUpOffsets(requests.cluster, topic, LATEST);
    const found = timestamp === undefined ? end : await lookUpOffsets(requests.cluster, topic, BigInt(timestamp));
    return found.map(({ partition, offset }, index) => ({
      partition,
      offset: String(offset < 0n ? (end[index]?.offset ?? -1n) : offset),
    }));
  });
}
