import { ErrorCode } from '../../protocol/errors.js';
import { offsetCommitCodec } from '../../protocol/generated/offset-commit.js';
import { offsetDeleteCodec } from '../../protocol/generated/offset-delete.js';
import { offsetFetchCodec } from '../../protocol/generated/offset-fetch.js';
import { txnOffsetCommitCodec } from '../../protocol/generated/txn-offset-commit.js';
import { Operation } from '../acl/acl-binding.js';
import { eachTopic, filtered, inOrder, refusedPartitions, whole } from './guard.js';
import { refusedWith } from './group-guards.js';

const { READ, WRITE, DELETE, DESCRIBE } = Operation;
const GROUP_DENIED = ErrorCode.GROUP_AUTHORIZATION_FAILED;
const TOPIC_DENIED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;

const nothing = { committedOffset: -1n, committedLeaderEpoch: -1, metadata: '' } as const;

/** Who may commit, read and delete offsets. */
export const offsetGuards = [
  inOrder(
    whole(
      offsetCommitCodec,
      (access, { groupId }) => access.group(READ, groupId),
      refusedWith(offsetCommitCodec, GROUP_DENIED),
    ),
    eachTopic(offsetCommitCodec, (access, { name }) => access.topic(READ, name), refusedPartitions(TOPIC_DENIED)),
  ),
  inOrder(
    whole(
      offsetFetchCodec,
      (access, { groupId, groups }) => groups.length > 0 || access.group(DESCRIBE, groupId),
      refusedWith(offsetFetchCodec, GROUP_DENIED),
    ),
    // The topics that a client may not describe: dropped from a list of all, refused where it asked for them.
    filtered(offsetFetchCodec, (answer, access, request) => ({
      ...answer,
      topics: (answer.topics ?? [])
        .filter(({ name }) => request.topics !== null || access.topic(DESCRIBE, name))
        .map(topic =>
          access.topic(DESCRIBE, topic.name)
            ? topic
            : {
                ...topic,
                partitions: topic.partitions.map(({ partitionIndex }) => ({
                  ...nothing,
                  partitionIndex,
                  errorCode: TOPIC_DENIED,
                })),
              },
        ),
      groups: (answer.groups ?? []).map(group => {
        if (!access.group(DESCRIBE, group.groupId)) {
          return { groupId: group.groupId, topics: [], errorCode: GROUP_DENIED };
        }
        const wantsAll = request.groups.find(({ groupId }) => groupId === group.groupId)?.topics === null;
        return {
          ...group,
          topics: group.topics
            .filter(({ name = '' }) => !wantsAll || access.topic(DESCRIBE, name))
            .map(topic =>
              access.topic(DESCRIBE, topic.name ?? '')
                ? topic
                : {
                    ...topic,
                    partitions: topic.partitions.map(({ partitionIndex }) => ({
                      ...nothing,
                      partitionIndex,
                      errorCode: TOPIC_DENIED,
                    })),
                  },
            ),
        };
      }),
    })),
  ),
  inOrder(
    whole(
      offsetDeleteCodec,
      (access, { groupId }) => access.group(DELETE, groupId),
      () => ({ errorCode: GROUP_DENIED, topics: [] }),
    ),
    eachTopic(offsetDeleteCodec, (access, { name }) => access.topic(READ, name), refusedPartitions(TOPIC_DENIED)),
  ),
  inOrder(
    whole(
      txnOffsetCommitCodec,
      (access, { transactionalId }) => access.transactionalId(WRITE, transactionalId),
      refusedWith(txnOffsetCommitCodec, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
    ),
    whole(
      txnOffsetCommitCodec,
      (access, { groupId }) => access.group(READ, groupId),
      refusedWith(txnOffsetCommitCodec, GROUP_DENIED),
    ),
    eachTopic(txnOffsetCommitCodec, (access, { name }) => access.topic(READ, name), refusedPartitions(TOPIC_DENIED)),
  ),
];
