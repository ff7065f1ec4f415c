import { ErrorCode } from '../protocol/errors.js';
import { alterReplicaLogDirsCodec } from '../protocol/generated/alter-replica-log-dirs.js';
import { logDirectory } from '../storage/log-directory.js';
import { defineApi } from './api.js';

/**
 * AlterReplicaLogDirs, v1-2.
 *
 * - There is one directory, and it has every replica already: to ask for it changes nothing. Any other is LOG_DIR_NOT_FOUND.
 * - A partition that is named for several directories goes to the last one.
 */
export const alterReplicaLogDirs = defineApi(alterReplicaLogDirsCodec, {
  handle({ dirs }, { broker, node }) {
    const { path } = logDirectory(broker);
    const topics = new Map<string, Map<number, number>>();
    for (const dir of dirs) {
      for (const { name, partitions } of dir.topics) {
        for (const index of partitions) {
          const results = topics.get(name) ?? new Map<number, number>();
          topics.set(name, results.set(index, dir.path === path ? here(name, index) : ErrorCode.LOG_DIR_NOT_FOUND));
        }
      }
    }
    return {
      results: Array.from(topics, ([topicName, partitions]) => ({
        topicName,
        partitions: Array.from(partitions, ([partitionIndex, errorCode]) => ({ partitionIndex, errorCode })),
      })),
    };

    function here(topic: string, index: number): number {
      const partition = broker.cluster.partition(topic, index);
      if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      return partition.replicas.includes(node.id) ? ErrorCode.NONE : ErrorCode.REPLICA_NOT_AVAILABLE;
    }
  },
});
