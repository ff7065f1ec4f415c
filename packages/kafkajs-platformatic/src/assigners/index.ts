import { cooperativeSticky } from './cooperative-sticky-assigner.js';
import { roundRobin } from './round-robin-assigner.js';

export { AssignerProtocol } from './assigner-protocol.js';
export type { Assignment, MemberAssignment, MemberMetadata } from './assigner-protocol.js';
export type {
  Assigner,
  AssignerCluster,
  GroupMember,
  GroupMemberAssignment,
  GroupState,
  PartitionAssigner,
} from './partition-assigner.js';

export const PartitionAssigners = { roundRobin, cooperativeSticky };
