import type { FetchRequestInit } from '../../../src/protocol/generated/fetch.js';
import type { ProduceRequestInit } from '../../../src/protocol/generated/produce.js';
import type { TopicHandle } from '../talk.js';

export const ZERO_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
/** An id that no topic has. */
export const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAZw';

export interface ProduceChoices {
  readonly acks?: number;
  readonly partition?: number;
  readonly transactionalId?: string | null;
}

/** One partition's records, with the topic by name and by id: each version takes the one it knows. */
export function produceRequest(
  { name, id }: TopicHandle,
  records: Buffer | null,
  { acks = -1, partition = 0, transactionalId = null }: ProduceChoices = {},
): ProduceRequestInit {
  return {
    transactionalId,
    acks,
    timeoutMs: 5_000,
    topicData: [{ name, topicId: id, partitionData: [{ index: partition, records }] }],
  };
}

export interface FetchChoices extends Partial<FetchRequestInit> {
  readonly offset?: bigint;
  readonly partition?: number;
  readonly partitionMaxBytes?: number;
  readonly currentLeaderEpoch?: number;
}

/** One partition, answered at once. */
export function fetchRequest({ name, id }: TopicHandle, choices: FetchChoices = {}): FetchRequestInit {
  const { offset = 0n, partition = 0, partitionMaxBytes = 1 << 20, currentLeaderEpoch = -1, ...others } = choices;
  return {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      {
        topic: name,
        topicId: id,
        partitions: [{ partition, fetchOffset: offset, partitionMaxBytes, currentLeaderEpoch }],
      },
    ],
    ...others,
  };
}
