import { ErrorCode } from '../protocol/errors.js';
import { MalformedMessageError } from '../protocol/malformed-message-error.js';
import { ClassicGroup } from './classic-group.js';
import { newClassicSide } from './consumer/classic-side.js';
import { ConsumerGroupError } from './consumer/consumer-group-error.js';
import { ConsumerGroup } from './consumer/consumer-group.js';
import { ConsumerMember } from './consumer/consumer-member.js';
import { readAssignment, readSubscription, writeAssignment } from './consumer/embedded-consumer-protocol.js';
import type { TopicDirectory } from './consumer/topic-directory.js';
import type { GroupMember } from './group-member.js';
import { joinError, syncError } from './group-messages.js';
import type { Rebalancer } from './rebalancer.js';

/*
 * Groups that go over to the other protocol while they have members (KIP-848; `group.consumer.migration.policy`, which is
 * bidirectional as by Apache Kafka's default):
 *
 *   classic ──first member of the consumer protocol joins──▶ consumer, its old members classic ones
 *   consumer ──last member of the consumer protocol is gone──▶ classic, which rebalances
 *
 * Invariants: generation and epoch go on counting from each other; a member keeps what it was assigned, so that it goes on
 * reading until its next rebalance; offsets stay.
 */

const GROUP_PROTOCOL_TYPE = 'consumer';

/**
 * A consumer group with the members of a classic one, which stays as it is: it is to be replaced when the new member is in.
 * @throws ConsumerGroupError GROUP_ID_NOT_FOUND if its members cannot be understood
 */
export function upgraded(group: ClassicGroup, directory: TopicDirectory): ConsumerGroup {
  const refuse = (reason: string): ConsumerGroupError =>
    new ConsumerGroupError(
      ErrorCode.GROUP_ID_NOT_FOUND,
      `Cannot upgrade classic group ${group.id} to consumer group because ${reason}.`,
    );
  if (group.protocolType !== GROUP_PROTOCOL_TYPE) {
    throw refuse('the group does not use the consumer embedded protocol');
  }
  const consumers = new ConsumerGroup(group.id, group.offsets);
  consumers.epoch = group.generationId;
  consumers.assignmentEpoch = group.generationId;
  const protocolName = group.protocolName ?? group.selectProtocol();
  try {
    for (const member of group.members.values()) {
      const { topics, rackId } = readSubscription(member.metadataFor(protocolName));
      const assigned = readAssignment(member.assignment, directory);
      if (assigned === undefined) {
        throw refuse(
          'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade',
        );
      }
      const upgradedMember = Object.assign(new ConsumerMember(member.memberId), {
        instanceId: member.groupInstanceId,
        rackId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        subscribedNames: [...new Set(topics)],
        epoch: group.generationId,
        previousEpoch: group.generationId,
        assigned,
        target: assigned,
        classic: newClassicSide(member.sessionTimeoutMs, member.protocols),
      });
      consumers.add(upgradedMember);
    }
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    throw refuse('the embedded consumer protocol is malformed');
  }
  consumers.topicsSeen = consumers.topicsNow(directory);
  consumers.revisionSeen = directory.revision;
  return consumers;
}

/** Whoever waits in a classic group that has become a consumer group has to join again. */
export function sendOn(group: ClassicGroup): void {
  for (const member of group.members.values()) {
    member.answerJoin(joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId));
    member.answerSync(syncError(ErrorCode.REBALANCE_IN_PROGRESS));
  }
}

/**
 * A stable classic group with the members of a consumer group, all of which are classic ones. Their sessions run; nobody has
 * told them of a rebalance yet.
 */
export function downgraded(
  group: ConsumerGroup,
  now: () => number,
  directory: TopicDirectory,
  rebalancer: Rebalancer,
): ClassicGroup {
  const classicGroup = new ClassicGroup(group.id, now, group.offsets);
  for (const member of group.members.values()) {
    const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs, classic } = member;
    if (classic === undefined) throw new Error(`Member ${memberId} of group ${group.id} is no classic one`);
    classicGroup.add(
      rebalancer.createMember(classicGroup, {
        memberId,
        groupInstanceId: instanceId,
        clientId,
        clientHost,
        sessionTimeoutMs: classic.sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocolType: GROUP_PROTOCOL_TYPE,
        protocols: classic.protocols,
      }),
    );
  }
  classicGroup.transitionTo('PreparingRebalance');
  classicGroup.generationId = group.epoch - 1;
  classicGroup.startNextGeneration();
  classicGroup.transitionTo('Stable');
  for (const member of classicGroup.members.values()) {
    const target = group.members.get(member.memberId)?.target ?? new Map<never, never>();
    member.assignment = writeAssignment(target, directory, versionOf(member, classicGroup));
    member.keepAlive();
  }
  return classicGroup;
}

function versionOf(member: GroupMember, { protocolName }: ClassicGroup): number {
  return readSubscription(member.metadataFor(protocolName)).version;
}
