import { randomBytes } from 'node:crypto';
import { ErrorCode } from '../protocol/errors.js';
import type { Partition } from './partition.js';
import { TopicConfigs, topicConfigFaults } from './topic-configs.js';
import { collisionKey, topicNameFault } from './topic-name.js';
import { Topic } from './topic.js';

/** More would make every Metadata answer a burden; Kafka has no such limit, but memory has. */
const MAX_PARTITIONS_PER_TOPIC = 10_000;
const MAX_PARTITIONS = 200_000;
/** The log of Kafka's controllers. */
const METADATA_TOPIC = '__cluster_metadata';

/** A broker as clients see it in Metadata. */
export interface ClusterNode {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** A topic to be created. */
export interface TopicSpec {
  readonly name: string;
  /** -1 for the cluster's default. */
  readonly partitions: number;
  /** -1 for the cluster's default. */
  readonly replicationFactor: number;
  /** Node ids of each partition, in which case the two numbers above are not used. Empty for none. */
  readonly assignments: readonly (readonly number[])[];
  readonly configs: readonly (readonly [name: string, value: string | null])[];
}

export interface ClusterRefusal {
  readonly errorCode: number;
  readonly reason: string;
}

const refuse = (errorCode: number, reason: string): ClusterRefusal => ({ errorCode, reason });

/** Nodes and topics. Invariant: `topics` and `topicsById` hold the same topics. */
export class Cluster {
  readonly id = newId();
  readonly nodes: ClusterNode[] = [];
  private readonly topicsByName = new Map<string, Topic>();
  private readonly topicsById = new Map<string, Topic>();
  private readonly collisionKeys = new Map<string, string>();
  private partitionCount = 0;

  constructor(private readonly defaultPartitions: number) {}

  /** The node that answers for the cluster: admin requests, coordinators. */
  get controller(): ClusterNode {
    const [first] = this.nodes;
    if (first === undefined) throw new Error('The cluster has no node yet: the broker is not started');
    return first;
  }

  get topics(): Iterable<Topic> {
    return this.topicsByName.values();
  }

  topic(name: string): Topic | undefined {
    return this.topicsByName.get(name);
  }

  topicById(id: string): Topic | undefined {
    return this.topicsById.get(id);
  }

  partition(topic: string, index: number): Partition | undefined {
    return this.topicsByName.get(topic)?.partitions[index];
  }

  node(id: number): ClusterNode | undefined {
    return this.nodes.find(node => node.id === id);
  }

  /** `dryRun`: checks as if it created. */
  createTopic(spec: TopicSpec, dryRun = false): Topic | ClusterRefusal {
    const refusal = this.topicRefusal(spec);
    if (refusal) return refusal;
    const configs = spec.configs.map(([name, value]) => [name, value ?? ''] as const);
    const topic = new Topic(spec.name, newId(), new TopicConfigs(new Map(configs)));
    for (const replicas of this.replicaLists(spec)) topic.addPartition(replicas);
    if (dryRun) return topic;
    this.topicsByName.set(topic.name, topic);
    this.topicsById.set(topic.id, topic);
    this.collisionKeys.set(collisionKey(topic.name), topic.name);
    this.partitionCount += topic.partitions.length;
    return topic;
  }

  deleteTopic(topic: Topic): void {
    this.topicsByName.delete(topic.name);
    this.topicsById.delete(topic.id);
    this.collisionKeys.delete(collisionKey(topic.name));
    this.partitionCount -= topic.partitions.length;
    for (const partition of topic.partitions) partition.remove();
  }

  /** Raises a topic's number of partitions to `count`. `assignments`: node ids of the new ones, or null to choose. */
  addPartitions(
    topic: Topic,
    count: number,
    assignments: readonly (readonly number[])[] | null,
    dryRun = false,
  ): ClusterRefusal | undefined {
    const current = topic.partitions.length;
    if (count <= current) {
      return refuse(
        ErrorCode.INVALID_PARTITIONS,
        count === current
          ? `Topic already has ${current} partition(s).`
          : `The topic ${topic.name} currently has ${current} partition(s); ${count} would not be an increase.`,
      );
    }
    const added = count - current;
    if (assignments !== null && assignments.length !== added) {
      return refuse(
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
      );
    }
    const refusal = this.countRefusal(topic.name, count, added) ?? this.assignmentRefusal(assignments ?? []);
    if (refusal || dryRun) return refusal;
    for (let index = 0; index < added; index++) {
      topic.addPartition(assignments?.[index] ?? this.chooseReplicas(current + index, topic.replicationFactor));
    }
    this.partitionCount += added;
    return undefined;
  }

  private topicRefusal(spec: TopicSpec): ClusterRefusal | undefined {
    const nameFault = topicNameFault(spec.name);
    if (nameFault) return refuse(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${nameFault}`);
    if (spec.name === METADATA_TOPIC) {
      return refuse(ErrorCode.INVALID_REQUEST, `Topic '${spec.name}' is Kafka's own and cannot be created.`);
    }
    if (this.topicsByName.has(spec.name)) {
      return refuse(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${spec.name}' already exists.`);
    }
    const colliding = this.collisionKeys.get(collisionKey(spec.name));
    if (colliding !== undefined) {
      return refuse(
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        `Topic '${spec.name}' collides with existing topic: ${colliding}`,
      );
    }
    const configFaults = topicConfigFaults(spec.configs);
    if (configFaults.length > 0) return refuse(ErrorCode.INVALID_CONFIG, configFaults.join('; '));
    return this.partitionsRefusal(spec);
  }

  private partitionsRefusal(spec: TopicSpec): ClusterRefusal | undefined {
    if (spec.assignments.length > 0) {
      if (spec.replicationFactor !== -1 || spec.partitions !== -1) {
        return refuse(
          ErrorCode.INVALID_REQUEST,
          'Partitions and replication factor must be -1 if a manual partition assignment is specified.',
        );
      }
      return this.assignmentRefusal(spec.assignments);
    }
    if (spec.partitions === 0 || spec.partitions < -1) {
      return refuse(ErrorCode.INVALID_PARTITIONS, 'Number of partitions was set to an invalid non-positive value.');
    }
    if (spec.replicationFactor === 0 || spec.replicationFactor < -1) {
      return refuse(
        ErrorCode.INVALID_REPLICATION_FACTOR,
        'Replication factor must be larger than 0, or -1 to use the default value.',
      );
    }
    if (spec.replicationFactor > this.nodes.length) {
      return refuse(
        ErrorCode.INVALID_REPLICATION_FACTOR,
        `Unable to replicate the partition ${spec.replicationFactor} time(s): there are only ${this.nodes.length} broker(s).`,
      );
    }
    const count = spec.partitions === -1 ? this.defaultPartitions : spec.partitions;
    return this.countRefusal(spec.name, count, count);
  }

  private countRefusal(name: string, count: number, added: number): ClusterRefusal | undefined {
    if (count > MAX_PARTITIONS_PER_TOPIC || this.partitionCount + added > MAX_PARTITIONS) {
      return refuse(
        ErrorCode.POLICY_VIOLATION,
        `Topic '${name}' cannot have ${count} partitions: this broker keeps at most ${MAX_PARTITIONS_PER_TOPIC} a topic and ${MAX_PARTITIONS} in all.`,
      );
    }
    return undefined;
  }

  private assignmentRefusal(assignments: readonly (readonly number[])[]): ClusterRefusal | undefined {
    for (const replicas of assignments) {
      if (replicas.length === 0 || new Set(replicas).size !== replicas.length) {
        return refuse(
          ErrorCode.INVALID_REPLICA_ASSIGNMENT,
          `A manual partition assignment needs distinct brokers, got [${replicas.join(', ')}].`,
        );
      }
      if (replicas.length !== assignments[0]?.length) {
        return refuse(
          ErrorCode.INVALID_REPLICA_ASSIGNMENT,
          'All partitions of a manual assignment need the same number of replicas.',
        );
      }
      const unknown = replicas.find(id => this.node(id) === undefined);
      if (unknown !== undefined) {
        return refuse(
          ErrorCode.INVALID_REPLICA_ASSIGNMENT,
          `The manual partition assignment includes broker ${unknown}, but no such broker is registered.`,
        );
      }
    }
    return undefined;
  }

  private replicaLists(spec: TopicSpec): (readonly number[])[] {
    if (spec.assignments.length > 0) return [...spec.assignments];
    const count = spec.partitions === -1 ? this.defaultPartitions : spec.partitions;
    const factor = spec.replicationFactor === -1 ? 1 : spec.replicationFactor;
    return Array.from({ length: count }, (_, index) => this.chooseReplicas(index, factor));
  }

  /** Leaders go round the nodes. */
  private chooseReplicas(index: number, factor: number): number[] {
    return Array.from({ length: factor }, (_, replica) => {
      const node = this.nodes[(index + replica) % this.nodes.length];
      return (node ?? this.controller).id;
    });
  }
}

/** A random uuid in the protocol's text form. */
function newId(): string {
  return randomBytes(16).toString('base64url');
}
