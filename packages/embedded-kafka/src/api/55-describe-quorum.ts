import { endpointOf } from '../cluster/broker-node.js';
import { ZERO_UUID } from '../protocol/defaults.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeQuorumCodec } from '../protocol/generated/describe-quorum.js';
import { defineApi } from './api.js';

const METADATA_TOPIC = '__cluster_metadata';

/**
 * DescribeQuorum, v0-2 (KIP-595).
 *
 * - The one partition of `__cluster_metadata` has the controller for its leader and all nodes for voters. Nobody votes here: the
 *   metadata is in the process, and all of it is committed at once.
 * - UNKNOWN_TOPIC_OR_PARTITION for any other partition, and for that one beside another.
 * - v2: the voters' addresses. There is no listener of controllers, so it is the one that the client came to.
 */
export const describeQuorum = defineApi(describeQuorumCodec, {
  handle({ topics }, { version, broker, connection }) {
    const { cluster, clock, features } = broker;
    const [topic] = topics;
    const isMetadata =
      topics.length === 1 &&
      topic?.topicName === METADATA_TOPIC &&
      topic.partitions.length === 1 &&
      topic.partitions[0]?.partitionIndex === 0;
    const errorMessage = version >= 2 ? 'This server does not host this topic-partition.' : '';
    if (!isMetadata) {
      return {
        errorCode: ErrorCode.NONE,
        errorMessage: '',
        topics: topics.map(({ topicName, partitions }) => ({
          topicName,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            errorMessage,
            leaderId: 0,
            leaderEpoch: 0,
            highWatermark: 0n,
            currentVoters: [],
            observers: [],
          })),
        })),
        nodes: [],
      };
    }
    const changes = features.epoch;
    const now = BigInt(Math.floor(clock.now()));
    const currentVoters = cluster.nodes.map(({ id, isUp }) => ({
      replicaId: id,
      replicaDirectoryId: ZERO_UUID,
      logEndOffset: changes,
      lastFetchTimestamp: isUp && version >= 1 ? now : -1n,
      lastCaughtUpTimestamp: isUp && version >= 1 ? now : -1n,
    }));
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      topics: [
        {
          topicName: METADATA_TOPIC,
          partitions: [
            {
              partitionIndex: 0,
              errorCode: ErrorCode.NONE,
              errorMessage: '',
              leaderId: cluster.controllerId,
              leaderEpoch: 1,
              highWatermark: changes,
              currentVoters,
              observers: [],
            },
          ],
        },
      ],
      nodes:
        version < 2
          ? []
          : cluster.nodes.map(node => ({
              nodeId: node.id,
              listeners: [{ name: 'CONTROLLER', ...endpointOf(node, connection.listener) }],
            })),
    };
  },
});
