import type { FetchRequestInit } from '../../src/protocol/generated/fetch.js';

export interface FetchChoices {
  readonly maxWaitMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly offset?: bigint;
  readonly partition?: number;
  readonly partitionMaxBytes?: number;
  readonly leaderEpoch?: number;
  readonly topicId?: string;
  readonly isolationLevel?: number;
}

/** A fetch of one partition. */
export function fetchOf(topic: string, choices: FetchChoices = {}): FetchRequestInit {
  return {
    maxWaitMs: choices.maxWaitMs ?? 0,
    minBytes: choices.minBytes ?? 1,
    maxBytes: choices.maxBytes ?? 1_000_000,
    isolationLevel: choices.isolationLevel ?? 0,
    topics: [
      {
        topic,
        topicId: choices.topicId,
        partitions: [
          {
            partition: choices.partition ?? 0,
            fetchOffset: choices.offset ?? 0n,
            partitionMaxBytes: choices.partitionMaxBytes ?? 1_000_000,
            currentLeaderEpoch: choices.leaderEpoch ?? -1,
          },
        ],
      },
    ],
  };
}
