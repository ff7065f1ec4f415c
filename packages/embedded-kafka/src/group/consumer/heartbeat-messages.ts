import type { TopicPartitions } from './partition-map.js';

/** The fields of ConsumerGroupHeartbeat. What is null has not changed since the member's last heartbeat. */
export interface ConsumerHeartbeatRequest {
  readonly groupId: string;
  readonly memberId: string;
  /** 0 joins, -1 leaves, -2 leaves and will be back (static members). */
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  /** -1 if it has not changed. */
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  /** What the member owns. */
  readonly topicPartitions: readonly TopicPartitions[] | null;
}

export interface ConsumerHeartbeatResponse {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** Null if it is as before. */
  readonly assignment: { readonly topicPartitions: readonly TopicPartitions[] } | null;
}

export function heartbeatError(errorCode: number, errorMessage: string): ConsumerHeartbeatResponse {
  return { errorCode, errorMessage, memberId: null, memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null };
}
