import { KafkaJSDeleteTopicRecordsError, type DeleteRecordsFailure } from '../errors/admin-errors.js';
import { KafkaJSBrokerNotFound } from '../errors/connection-errors.js';
import { createProtocolError } from '../errors/protocol-errors.js';
import { DeleteRecordsApi } from '../wire/apis.js';
import { DEFAULT_TIMEOUT, type AdminRequests } from './admin-requests.js';
import type { SeekEntry } from './admin-types.js';
import { assertArray, assertName } from './argument-check.js';
import { fetchTopicOffsets } from './topic-offsets.js';

/**
 * Deletes every record before the offset of each partition; "-1" is its end.
 * @throws KafkaJSDeleteTopicRecordsError with the partitions that were refused; the others are done.
 */
export async function deleteTopicRecords(
  requests: AdminRequests,
  { topic, partitions }: { topic: string; partitions: SeekEntry[] },
): Promise<void> {
  assertName('topic', topic);
  assertArray('partitions', partitions);
  const bounds = await fetchTopicOffsets(requests, topic);
  for (const { partition, offset } of partitions) {
    const low = bounds.find(known => known.partition === partition)?.low;
    if (low !== undefined && offset !== '-1' && BigInt(offset) < BigInt(low)) {
      requests.logger.warn(
        'The requested offset is before the earliest offset maintained on the partition - ' +
          'no records will be deleted from this partition',
        { topic, partition, offset },
      );
    }
  }
  let outstanding: readonly SeekEntry[] = partitions;
  await requests.attempt(async () => {
    await requests.cluster.metadata([topic], { retry: false });
    const failures = await deleteOnce(requests, topic, outstanding);
    outstanding = failures;
    if (failures.length > 0) {
      throw new KafkaJSDeleteTopicRecordsError({ topic, partitions: failures });
    }
  });
}

async function deleteOnce(
  { cluster }: AdminRequests,
  topic: string,
  partitions: readonly SeekEntry[],
): Promise<DeleteRecordsFailure[]> {
  const failures: DeleteRecordsFailure[] = [];
  const byLeader = Map.groupBy(partitions, ({ partition }) => cluster.leaderOf(topic, partition));
  for (const { partition, offset } of byLeader.get(undefined) ?? []) {
    const error = new KafkaJSBrokerNotFound(
      `Could not find the leader for the partition ${partition} of topic "${topic}"`,
      { retriable: false },
    );
    failures.push({ partition, offset, error });
  }
  byLeader.delete(undefined);
  // Nothing is deleted anywhere if a partition does not exist.
  if (failures.length > 0) {
    return failures;
  }
  await Promise.all(
    [...byLeader].map(async ([nodeId, ofNode]) => {
      const wanted = ofNode.map(({ partition, offset }) => ({ partitionIndex: partition, offset: BigInt(offset) }));
      const response = await cluster.request(
        nodeId as number,
        'default',
        DeleteRecordsApi,
        [{ name: topic, partitions: wanted }],
        DEFAULT_TIMEOUT,
      );
      for (const { partitionIndex, errorCode } of response.topics.flatMap(result => result.partitions)) {
        if (errorCode !== 0) {
          const offset = ofNode.find(({ partition }) => partition === partitionIndex)?.offset ?? '';
          const error = createProtocolError(errorCode, `Topic "${topic}", partition ${partitionIndex}`);
          failures.push({ partition: partitionIndex, offset, error });
        }
      }
    }),
  );
  return failures;
}
