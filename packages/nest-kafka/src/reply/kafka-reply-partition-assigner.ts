import type { ConsumerConfig } from '../driver/kafka-types.js';
import { decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.js';
import { type ReplyMember, spreadReplyPartitions } from './spread-reply-partitions.js';

type PartitionAssigner = NonNullable<ConsumerConfig['partitionAssigners']>[number];
type Assigner = ReturnType<PartitionAssigner>;
type Cluster = Parameters<PartitionAssigner>[0]['cluster'];

/** Knows which reply partitions it has: a client. */
export interface AssignmentHolder {
  getConsumerAssignments(): Record<string, number>;
}

/**
 * The assigner of reply groups. It speaks Nest's `NestReplyPartitionAssigner` protocol, so that replicas on the built-in
 * transport and on this one share a group; it does not extend that class, because it cannot be loaded without KafkaJS.
 */
export class KafkaReplyPartitionAssigner implements Assigner {
  readonly name = 'NestReplyPartitionAssigner';
  readonly version = 1;

  constructor(
    private readonly client: AssignmentHolder,
    private readonly config: { cluster: Pick<Cluster, 'findTopicPartitionMetadata'> },
  ) {}

  /** What this member tells the group when it joins: its topics, and the partitions it wants to keep. */
  protocol({ topics }: { topics: string[] }): ReturnType<Assigner['protocol']> {
    const userData = Buffer.from(JSON.stringify({ previousAssignment: this.getPreviousAssignment() }));
    return { name: this.name, metadata: encodeSubscription(this.version, { topics, userData }) };
  }

  /** As the leader: decides for all members. */
  async assign(group: Parameters<Assigner['assign']>[0]): ReturnType<Assigner['assign']> {
    const members = group.members.map(({ memberId, memberMetadata }) => readMember(memberId, memberMetadata));
    const partitions = new Map(
      group.topics.map(topic => [
        topic,
        this.config.cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    );
    const spread = spreadReplyPartitions(members, partitions);
    return [...spread].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: encodeAssignment(this.version, assignment),
    }));
  }

  getPreviousAssignment(): Record<string, number> {
    return this.client.getConsumerAssignments();
  }
}

function readMember(memberId: string, metadata: Buffer): ReplyMember {
  const { topics, userData } = decodeSubscription(metadata);
  return { memberId, topics: new Set(topics), previous: readPrevious(userData) };
}

/** User data comes from other processes: what is not a map of partitions is no claim. */
function readPrevious(userData: Buffer): Record<string, number> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(userData.toString());
  } catch {
    return {};
  }
  const previous = (parsed as { previousAssignment?: unknown } | null)?.previousAssignment;
  if (typeof previous !== 'object' || previous === null) {
    return {};
  }
  return Object.fromEntries(Object.entries(previous).filter(([, partition]) => Number.isInteger(partition)));
}
