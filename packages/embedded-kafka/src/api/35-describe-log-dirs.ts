import type { Topic } from '../cluster/topic.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeLogDirsCodec } from '../protocol/generated/describe-log-dirs.js';
import { logDirectory } from '../storage/log-directory.js';
import { defineApi } from './api.js';

/**
 * DescribeLogDirs, v1-4.
 *
 * - Tells of the replicas that the node has how large they are, of all topics or of those partitions that are asked for.
 *   What is not there is left out.
 * - v4: how much room there is (KIP-827); without `dataDir` that is the machine's memory.
 */
export const describeLogDirs = defineApi(describeLogDirsCodec, {
  handle({ topics }, { broker, node }) {
    const { path, totalBytes, usableBytes } = logDirectory(broker);
    const wanted = new Map<string, Set<number>>();
    for (const { topic, partitions } of topics ?? []) {
      wanted.set(topic, new Set([...(wanted.get(topic) ?? []), ...partitions]));
    }
    const replicasOf = ({ name, partitions }: Topic) =>
      partitions
        .filter(
          ({ index, replicas }) => replicas.includes(node.id) && (topics === null || wanted.get(name)?.has(index)),
        )
        .map(({ index, log }) => ({
          partitionIndex: index,
          partitionSize: BigInt(log.bytes),
          offsetLag: 0n,
          isFutureKey: false,
        }));
    const found = Array.from(broker.cluster.topics, topic => ({ name: topic.name, partitions: replicasOf(topic) }));
    return {
      errorCode: ErrorCode.NONE,
      results: [
        {
          errorCode: ErrorCode.NONE,
          logDir: path,
          topics: found.filter(({ partitions }) => partitions.length > 0),
          totalBytes,
          usableBytes,
        },
      ],
    };
  },
});
