import { InvalidPatternError, LinearPattern } from '../../patterns/linear-pattern.js';
import { ErrorCode } from '../../protocol/errors.js';
import { ConsumerGroupError } from './consumer-group-error.js';
import { AWAY_EPOCH, type SubscribedPattern } from './consumer-member.js';
import type { ConsumerHeartbeatRequest } from './heartbeat-messages.js';

export const JOIN_EPOCH = 0;
export const LEAVE_EPOCH = -1;

const invalid = (message: string): ConsumerGroupError => new ConsumerGroupError(ErrorCode.INVALID_REQUEST, message);

/**
 * Refuses what no member may send, whatever its group is like.
 * @param memberIdRequired version 1 and up: the client makes its member id itself (KIP-1082)
 * @throws ConsumerGroupError
 */
export function validateHeartbeat(
  request: ConsumerHeartbeatRequest,
  memberIdRequired: boolean,
  assignors: readonly string[],
): void {
  const { memberEpoch, memberId, serverAssignor } = request;
  if (memberId === '' && (memberIdRequired || memberEpoch > 0 || memberEpoch === LEAVE_EPOCH)) {
    throw invalid("MemberId can't be empty.");
  }
  if (request.groupId === '') throw invalid("GroupId can't be empty.");
  if (request.instanceId === '') throw invalid("InstanceId can't be empty.");
  if (request.rackId === '') throw invalid("RackId can't be empty.");
  if (memberEpoch === JOIN_EPOCH) validateJoin(request);
  if (memberEpoch === AWAY_EPOCH && request.instanceId === null) {
    throw invalid('Only a static member can leave for a while (epoch -2): InstanceId is missing.');
  }
  if (memberEpoch < AWAY_EPOCH) throw invalid(`MemberEpoch ${memberEpoch} is invalid.`);
  if (serverAssignor !== null && !assignors.includes(serverAssignor)) {
    throw new ConsumerGroupError(
      ErrorCode.UNSUPPORTED_ASSIGNOR,
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${assignors.join(', ')}.`,
    );
  }
}

function validateJoin({
  rebalanceTimeoutMs,
  topicPartitions,
  subscribedTopicNames,
  subscribedTopicRegex,
}: ConsumerHeartbeatRequest): void {
  if (rebalanceTimeoutMs === -1) throw invalid('RebalanceTimeoutMs must be provided in the first request.');
  if (topicPartitions === null || topicPartitions.length > 0) {
    throw invalid('TopicPartitions must be empty when a member joins.');
  }
  if (subscribedTopicNames === null && subscribedTopicRegex === null) {
    throw invalid('SubscribedTopicNames or SubscribedTopicRegex must be set when a member joins.');
  }
}

/**
 * Reads a subscription's pattern; an empty one stands for none.
 * @throws ConsumerGroupError
 */
export function readPattern(source: string): SubscribedPattern {
  if (source === '') return { source, pattern: undefined };
  try {
    return { source, pattern: new LinearPattern(source) };
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error;
    throw new ConsumerGroupError(
      ErrorCode.INVALID_REGULAR_EXPRESSION,
      `SubscribedTopicRegex \`${source}\` cannot be used: ${error.message}.`,
    );
  }
}
