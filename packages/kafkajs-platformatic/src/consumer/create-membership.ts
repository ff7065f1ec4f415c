import type { Assigner } from '../assigners/index.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Logger } from '../logger/logger.js';
import { ConsumerProtocolMember } from './consumer-protocol-member.js';
import type { ConsumerOptions } from './consumer-options.js';
import type { GroupCoordinator } from './group-coordinator.js';
import { GroupLeader } from './group-leader.js';
import { GroupMember } from './group-member.js';
import type { Membership, MembershipPorts } from './membership.js';
import { OwnedTopics } from './owned-topics.js';

export interface MembershipContext {
  readonly cluster: Cluster;
  readonly coordinator: GroupCoordinator;
  readonly assigners: readonly Assigner[];
  readonly options: ConsumerOptions;
  readonly logger: Logger;
}

/** The member that speaks the group protocol of the options. */
export function createMembership(context: MembershipContext, ports: MembershipPorts): Membership {
  const { cluster, coordinator, assigners, logger } = context;
  const options = { ...context.options, isStatic: context.options.groupInstanceId !== null };
  const ownLogger = logger.namespace('ConsumerGroup');
  if (options.groupProtocol === 'consumer') {
    return new ConsumerProtocolMember(coordinator, new OwnedTopics(cluster), options, ports, ownLogger);
  }
  const leader = new GroupLeader(cluster, assigners, options.allowAutoTopicCreation, logger);
  return new GroupMember(coordinator, leader, assigners, options, ports, ownLogger);
}
