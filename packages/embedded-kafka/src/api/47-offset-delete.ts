import { ErrorCode } from '../protocol/errors.js';
import { offsetDeleteCodec } from '../protocol/generated/offset-delete.js';
import { defineApi } from './api.js';

/**
 * OffsetDelete: v0
 *
 * Deletes committed offsets of topics that the group's members do not read (KIP-496).
 */
export const offsetDelete = defineApi(offsetDeleteCodec, {
  handle({ groupId, topics }, { broker }) {
    const isKnown = (topic: string, partition: number): boolean =>
      broker.cluster.partition(topic, partition) !== undefined;
    const errorCode = broker.groups.offsets.beginDelete(groupId);
    if (errorCode !== ErrorCode.NONE) return { errorCode, throttleTimeMs: 0, topics: [] };
    return {
      errorCode,
      throttleTimeMs: 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: isKnown(name, partitionIndex)
            ? broker.groups.offsets.delete(groupId, name, partitionIndex)
            : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        })),
      })),
    };
  },
});
