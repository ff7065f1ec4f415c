import type { Cluster } from '../cluster/cluster.js';
import type { Channel } from '../cluster/broker.js';
import {
  KafkaJSConnectionError,
  KafkaJSRequestTimeoutError,
  KafkaJSServerDoesNotSupportApiKey,
} from '../errors/connection-errors.js';
import { KafkaJSNonRetriableError } from '../errors/kafkajs-error.js';
import { createProtocolError, KafkaJSMemberIdRequired } from '../errors/protocol-errors.js';
import type { GroupState } from '../assigners/index.js';
import { describeGroup } from '../group/describe-group.js';
import type { GroupDescription } from '../group/group-description.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import type { WireApi } from '../wire/api.js';
import {
  ConsumerGroupHeartbeatApi,
  HeartbeatApi,
  JoinGroupApi,
  LeaveGroupApi,
  OffsetCommitApi,
  OffsetFetchApi,
  SyncGroupApi,
} from '../wire/apis.js';
import { ErrorCode, errorCodeOf } from './error-codes.js';

/** As whom a request is made. */
export interface GroupIdentity {
  readonly memberId: string;
  readonly generationId: number;
}

export interface JoinedGroup extends GroupIdentity {
  readonly leaderId: string;
  readonly protocolName: string;
  /** Empty unless this member leads. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

/** What a member of KIP-848 says; `null` stands for "as before". */
export interface ConsumerHeartbeat {
  readonly memberId: string;
  /** 0 to join, -1 to leave, -2 for a static member that will be back. */
  readonly memberEpoch: number;
  /** Milliseconds. */
  readonly rebalanceTimeout: number | null;
  readonly topics: readonly string[] | null;
  readonly rackId: string | null;
  readonly assignor: string | null;
  readonly owned: readonly PartitionsOfTopicId[] | null;
}

/** A heartbeat that only says that the member lives. */
export const UNCHANGED = { rebalanceTimeout: null, topics: null, rackId: null, assignor: null, owned: null } as const;

export interface PartitionsOfTopicId {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export interface ConsumerHeartbeatAnswer {
  readonly memberEpoch: number;
  /** Milliseconds. */
  readonly heartbeatInterval: number;
  /** `null`: as before. */
  readonly assignment: readonly PartitionsOfTopicId[] | null;
}

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface CommittedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
}

export interface MemberTimeouts {
  /** Milliseconds. */
  readonly sessionTimeout: number;
  /** Milliseconds. */
  readonly rebalanceTimeout: number;
}

const PROTOCOL_TYPE = 'consumer';
const ONE_ATTEMPT: RetryPolicy = { initialRetryTime: 0, maxRetryTime: 0, factor: 0, multiplier: 1, retries: 0 };
const COORDINATOR_LOST: ReadonlySet<number | undefined> = new Set([
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
]);

/**
 * The requests of one member to the coordinator of its group. One attempt each; a coordinator that moved or cannot be
 * reached is forgotten, so that the next request asks for the new one.
 *
 * JoinGroup and SyncGroup wait at the broker for the other members, so they have a connection of their own; heartbeats
 * and commits must never stand behind them. Nothing tells a broker that waits from a connection that has died without a
 * word, and nothing else goes over that one. So both are asked again after each `requestTimeout`, over a new connection: the
 * coordinator takes it for the same member, who waits on, and answers the latest.
 */
export class GroupCoordinator {
  readonly #cluster: Cluster;
  readonly #groupId: string;
  readonly #groupInstanceId: string | null;
  readonly #longestWait: number;

  /** @param longestWait for the other members of the group, milliseconds */
  constructor(cluster: Cluster, groupId: string, groupInstanceId: string | null, longestWait = 0) {
    this.#cluster = cluster;
    this.#groupId = groupId;
    this.#groupInstanceId = groupInstanceId;
    this.#longestWait = longestWait;
  }

  /** @param memberId '' before the first join; the coordinator's answer to that is a member id (KIP-394), asked again here */
  async join(
    memberId: string,
    timeouts: MemberTimeouts,
    protocols: readonly GroupState[],
    onMemberId: (memberId: string) => void,
  ): Promise<JoinedGroup> {
    try {
      return await this.#patiently(() => this.#join(memberId, timeouts, protocols));
    } catch (error) {
      if (!(error instanceof KafkaJSMemberIdRequired)) {
        throw error;
      }
      onMemberId(error.memberId);
      return this.#patiently(() => this.#join(error.memberId, timeouts, protocols));
    }
  }

  async sync(
    identity: GroupIdentity,
    protocolName: string,
    assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[],
  ): Promise<Buffer> {
    const { generationId, memberId } = identity;
    const response = await this.#patiently(() =>
      this.#call(
        'group',
        SyncGroupApi,
        this.#groupId,
        generationId,
        memberId,
        this.#groupInstanceId,
        PROTOCOL_TYPE,
        protocolName,
        [...assignments],
      ),
    );
    return response.assignment;
  }

  async heartbeat({ generationId, memberId }: GroupIdentity): Promise<void> {
    await this.#call('commit', HeartbeatApi, this.#groupId, generationId, memberId, this.#groupInstanceId);
  }

  /** Joins, stays in and leaves a group of KIP-848. */
  async consumerHeartbeat(beat: ConsumerHeartbeat): Promise<ConsumerHeartbeatAnswer> {
    const response = await this.#call(
      'commit',
      ConsumerGroupHeartbeatApi,
      this.#groupId,
      beat.memberId,
      beat.memberEpoch,
      this.#groupInstanceId,
      beat.rackId,
      beat.rebalanceTimeout ?? -1,
      beat.topics === null ? null : [...beat.topics],
      null,
      beat.assignor,
      beat.owned?.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] })) ?? null,
    ).catch((error: unknown) => {
      throw error instanceof KafkaJSServerDoesNotSupportApiKey ? withoutConsumerProtocol(error) : error;
    });
    return {
      memberEpoch: response.memberEpoch,
      heartbeatInterval: response.heartbeatIntervalMs,
      assignment: response.assignment?.topicPartitions ?? null,
    };
  }

  async leave(memberId: string): Promise<void> {
    await this.#call('commit', LeaveGroupApi, this.#groupId, [
      { memberId, groupInstanceId: this.#groupInstanceId, reason: 'the consumer was stopped' },
    ]);
  }

  async commit(identity: GroupIdentity, offsets: readonly OffsetToCommit[]): Promise<CommittedPartition[]> {
    const response = await this.#call(
      'commit',
      OffsetCommitApi,
      this.#groupId,
      identity.generationId,
      identity.memberId,
      this.#groupInstanceId,
      byTopic(offsets).map(([name, partitions]) => ({
        name,
        partitions: partitions.map(({ partition, offset, metadata }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: -1,
          committedMetadata: metadata,
        })),
      })),
    );
    const committed = response.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => ({ topic: name, partition: partitionIndex, errorCode })),
    );
    if (committed.some(({ errorCode }) => COORDINATOR_LOST.has(errorCode))) {
      this.#cluster.forgetCoordinator('group', this.#groupId);
    }
    return committed;
  }

  /**
   * Committed offsets; partitions without one are left out. Waits out pending transactional commits (KIP-447).
   * @throws KafkaJSProtocolError for the first partition or group that has an error
   */
  async committedOffsets(
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<OffsetToCommit[]> {
    const response = await this.#call(
      'commit',
      OffsetFetchApi,
      [
        {
          groupId: this.#groupId,
          memberId: null,
          memberEpoch: -1,
          topics: byTopic(partitions).map(([name, list]) => ({
            name,
            partitionIndexes: list.map(({ partition }) => partition),
          })),
        },
      ],
      true,
    );
    const committed: OffsetToCommit[] = [];
    for (const group of response.groups) {
      this.#check(group.errorCode, `Committed offsets of group "${this.#groupId}"`);
      for (const topic of group.topics) {
        for (const { partitionIndex, committedOffset, metadata, errorCode } of topic.partitions) {
          this.#check(errorCode, `Committed offset of ${topic.name}[${partitionIndex}]`);
          if (committedOffset >= 0n) {
            committed.push({
              topic: topic.name,
              partition: partitionIndex,
              offset: committedOffset,
              metadata: metadata ?? null,
            });
          }
        }
      }
    }
    return committed;
  }

  async describe(): Promise<GroupDescription> {
    try {
      return await describeGroup(this.#groupId, (api, ...args) => this.#call('commit', api, ...args));
    } catch (error) {
      if (COORDINATOR_LOST.has(errorCodeOf(error))) {
        this.#cluster.forgetCoordinator('group', this.#groupId);
      }
      throw error;
    }
  }

  async #join(memberId: string, timeouts: MemberTimeouts, protocols: readonly GroupState[]): Promise<JoinedGroup> {
    const response = await this.#call(
      'group',
      JoinGroupApi,
      this.#groupId,
      timeouts.sessionTimeout,
      timeouts.rebalanceTimeout,
      memberId,
      this.#groupInstanceId,
      PROTOCOL_TYPE,
      protocols.map(({ name, metadata }) => ({ name, metadata })),
      '',
    );
    return {
      memberId: response.memberId,
      generationId: response.generationId,
      leaderId: response.leader,
      protocolName: response.protocolName ?? '',
      members: response.members,
    };
  }

  async #patiently<Response>(ask: () => Promise<Response>): Promise<Response> {
    const end = performance.now() + this.#longestWait;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof KafkaJSRequestTimeoutError) || performance.now() >= end) {
          throw error;
        }
      }
    }
  }

  #check(errorCode: number, context: string): void {
    if (errorCode === ErrorCode.NONE) {
      return;
    }
    if (COORDINATOR_LOST.has(errorCode)) {
      this.#cluster.forgetCoordinator('group', this.#groupId);
    }
    throw createProtocolError(errorCode, context);
  }

  async #call<Args extends readonly unknown[], Response>(
    channel: Channel,
    api: WireApi<Args, Response>,
    ...args: Args
  ): Promise<Response> {
    const node = await this.#cluster.findCoordinator('group', this.#groupId, ONE_ATTEMPT);
    try {
      return await this.#cluster.request(node, channel, api, ...args);
    } catch (error) {
      if (
        COORDINATOR_LOST.has(errorCodeOf(error)) ||
        error instanceof KafkaJSConnectionError ||
        error instanceof KafkaJSRequestTimeoutError
      ) {
        this.#cluster.forgetCoordinator('group', this.#groupId);
      }
      throw error;
    }
  }
}

function withoutConsumerProtocol(cause: KafkaJSServerDoesNotSupportApiKey): KafkaJSNonRetriableError {
  return new KafkaJSNonRetriableError(
    'The broker does not speak the group protocol of KIP-848. Set groupProtocol to "classic", with ' +
      'partitionAssigners [PartitionAssigners.cooperativeSticky] for incremental rebalances, or use Apache Kafka 4.0 or newer.',
    { cause },
  );
}

function byTopic<T extends { readonly topic: string }>(partitions: readonly T[]): [string, T[]][] {
  const topics = new Map<string, T[]>();
  for (const partition of partitions) {
    const known = topics.get(partition.topic);
    if (known === undefined) {
      topics.set(partition.topic, [partition]);
    } else {
      known.push(partition);
    }
  }
  return [...topics];
}
