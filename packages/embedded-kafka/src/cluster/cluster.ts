import { randomBytes } from 'node:crypto';
import type { SegmentStores } from '../log/segment-store.js';
import { ErrorCode } from '../protocol/errors.js';
import type { BrokerNode, ClusterNode } from './broker-node.js';
import type { ClusterListener } from './cluster-listener.js';
import { coordinatorPartitionOf, CoordinatorPartitions } from './coordinator-partitions.js';
import type { Partition } from './partition.js';
import { NO_LEADER, type ReplicaChange, type ReplicaSet } from './replica-set.js';
import { TopicConfigs, topicConfigFaults, type TopicConfigDefaults } from './topic-configs.js';
import { collisionKey, topicNameFault } from './topic-name.js';
import { Topic } from './topic.js';

/** More would make every Metadata answer a burden; Kafka has no such limit, but memory has. */
const MAX_PARTITIONS_PER_TOPIC = 10_000;
const MAX_PARTITIONS = 200_000;
/** The log of Kafka's controllers. */
const METADATA_TOPIC = '__cluster_metadata';

/** Where a cluster is kept beyond the process. */
export interface ClusterStorage {
  readonly clusterId: string;
  readonly stores: SegmentStores;
}

/** What is known of a partition of an earlier process. */
export interface KeptReplicas {
  readonly replicas: readonly number[];
  /** The last one that is known; -1 if there is none. */
  readonly leaderEpoch: number;
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

interface Node extends ClusterNode {
  isUp: boolean;
}

const COORDINATOR_TYPES = ['group', 'transaction'] as const;

/** What a coordinator answers for. */
export type CoordinatorType = (typeof COORDINATOR_TYPES)[number];

/**
 * Nodes, topics, and who leads what.
 * Invariants: `topicsByName` and `topicsById` hold the same topics; the nodes do not change once there is a topic, except
 * that they go down and come up.
 */
export class Cluster {
  readonly id: string;
  readonly listeners = new Set<ClusterListener>();
  private readonly members: Node[] = [];
  private coordinatorListener: (type: CoordinatorType, partition: number) => void = () => undefined;
  private coordinatorPartitions: Record<CoordinatorType, CoordinatorPartitions> | undefined;
  /** Rises whenever a topic comes, goes, or gets partitions. */
  revision = 0;
  private readonly topicsByName = new Map<string, Topic>();
  private readonly topicsById = new Map<string, Topic>();
  private readonly collisionKeys = new Map<string, string>();
  private partitionCount = 0;
  /** Where the next topic's leaders begin, so that topics of one partition are spread as well. */
  private nextPlace = 0;

  constructor(
    private readonly defaultPartitions: number,
    private readonly defaultReplicationFactor = 1,
    private readonly topicDefaults?: TopicConfigDefaults,
    private readonly storage?: ClusterStorage,
  ) {
    this.id = storage?.clusterId ?? newId();
  }

  /** To be called for each node before the first topic is created. */
  addNode(node: ClusterNode): BrokerNode {
    const member = { ...node, isUp: true };
    this.members.push(member);
    return member;
  }

  /** All nodes, those that are down too. */
  get nodes(): readonly BrokerNode[] {
    return this.members;
  }

  /** The nodes that clients are told of. */
  get nodesUp(): readonly BrokerNode[] {
    return this.members.filter(({ isUp }) => isUp);
  }

  /**
   * The node that clients are told to send admin requests to, -1 if none is up. With KRaft it is any broker, and every
   * other one does as well: they forward.
   */
  get controllerId(): number {
    return this.members.find(({ isUp }) => isUp)?.id ?? NO_LEADER;
  }

  /** Cuts a node off: others take over what it led. */
  nodeWentDown(id: number): void {
    this.setUp(id, false);
    this.changeAll(replicas => replicas.nodeWentDown(id));
  }

  /** The node is back and in sync again; it leads only what nobody else does. */
  nodeCameUp(id: number): void {
    this.setUp(id, true);
    this.changeAll(replicas => replicas.nodeCameUp(id));
  }

  /** Calls `listener` when the partition that coordinates groups or transactional ids gets another leader, or loses it. */
  onCoordinatorChange(listener: (type: CoordinatorType, partition: number) => void): void {
    this.coordinatorListener = listener;
  }

  /** @throws RangeError unless the node can lead it */
  moveCoordinator(type: CoordinatorType, key: string, nodeId: number): void {
    this.changeCoordinators(type, coordinatorPartitionOf(key), replicas => replicas.moveLeader(nodeId));
  }

  /** Who leads the groups or transactional ids that this one belongs to. */
  coordinator(type: CoordinatorType, key: string): ReplicaSet {
    return this.coordinators[type].of(key);
  }

  private get coordinators(): Record<CoordinatorType, CoordinatorPartitions> {
    this.coordinatorPartitions ??= {
      group: new CoordinatorPartitions(this.nodeIds, this.isUp),
      transaction: new CoordinatorPartitions(this.nodeIds, this.isUp),
    };
    return this.coordinatorPartitions;
  }

  private get nodeIds(): readonly number[] {
    return this.members.map(({ id }) => id);
  }

  private changeCoordinators(type: CoordinatorType, index: number, how: (replicas: ReplicaSet) => ReplicaChange): void {
    const { hasNewLeader } = how(this.coordinators[type].partitions[index]!);
    if (hasNewLeader) this.coordinatorListener(type, index);
  }

  private readonly isUp = (id: number): boolean => this.node(id)?.isUp === true;

  private setUp(id: number, isUp: boolean): void {
    const member = this.members.find(node => node.id === id);
    if (member === undefined) throw new RangeError(`There is no node ${id}`);
    member.isUp = isUp;
  }

  private changeAll(how: (replicas: ReplicaSet) => ReplicaChange): void {
    for (const type of COORDINATOR_TYPES) {
      this.coordinators[type].partitions.forEach((_, index) => this.changeCoordinators(type, index, how));
    }
    for (const topic of this.topics) for (const partition of topic.partitions) partition.change(how);
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

  node(id: number): BrokerNode | undefined {
    return this.members.find(node => node.id === id);
  }

  /** `dryRun`: checks as if it created. */
  createTopic(spec: TopicSpec, dryRun = false): Topic | ClusterRefusal {
    const refusal = this.topicRefusal(spec);
    if (refusal) return refusal;
    const configs = spec.configs.map(([name, value]) => [name, value ?? ''] as const);
    const topic = this.newTopic(spec.name, newId(), new Map(configs));
    for (const replicas of this.replicaLists(spec)) topic.addPartition(replicas, this.isUp);
    if (dryRun) return topic;
    this.enter(topic);
    this.topicChanged(topic);
    return topic;
  }

  /** Takes up a topic of an earlier process again, with the records that are stored. */
  restoreTopic(
    name: string,
    id: string,
    configs: ReadonlyMap<string, string>,
    partitions: readonly KeptReplicas[],
  ): void {
    const topic = this.newTopic(name, id, configs);
    for (const { replicas, leaderEpoch } of partitions) topic.addPartition(replicas, this.isUp, leaderEpoch);
    this.enter(topic);
  }

  private newTopic(name: string, id: string, configs: ReadonlyMap<string, string>): Topic {
    const topicConfigs = new TopicConfigs(configs, this.topicDefaults);
    const topic: Topic = new Topic(name, id, topicConfigs, this.storage?.stores, partition => {
      for (const listener of this.listeners) listener.replicasChanged?.(topic, partition);
    });
    return topic;
  }

  private enter(topic: Topic): void {
    this.topicsByName.set(topic.name, topic);
    this.topicsById.set(topic.id, topic);
    this.collisionKeys.set(collisionKey(topic.name), topic.name);
    this.partitionCount += topic.partitions.length;
    this.revision++;
  }

  /** To be called when a topic's configuration was altered. */
  topicChanged(topic: Topic): void {
    for (const listener of this.listeners) listener.topicChanged(topic);
  }

  deleteTopic(topic: Topic): void {
    this.topicsByName.delete(topic.name);
    this.topicsById.delete(topic.id);
    this.collisionKeys.delete(collisionKey(topic.name));
    this.partitionCount -= topic.partitions.length;
    this.revision++;
    for (const partition of topic.partitions) partition.remove();
    for (const listener of this.listeners) listener.topicDeleted(topic);
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
      const replicas = assignments?.[index] ?? this.chooseReplicas(current + index, topic.replicationFactor);
      topic.addPartition(replicas, this.isUp);
    }
    this.partitionCount += added;
    this.revision++;
    this.topicChanged(topic);
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

  /** Why partitions cannot lie on these nodes, if so. */
  assignmentRefusal(assignments: readonly (readonly number[])[]): ClusterRefusal | undefined {
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
    const factor = spec.replicationFactor === -1 ? this.defaultReplicationFactor : spec.replicationFactor;
    const place = this.nextPlace++;
    return Array.from({ length: count }, (_, index) => this.chooseReplicas(place + index, factor));
  }

  /** Leaders go round the nodes; nodes that are down get replicas only if there are too few others. */
  private chooseReplicas(place: number, factor: number): number[] {
    const up = this.nodesUp;
    const candidates = up.length >= factor ? up : [...up, ...this.members.filter(({ isUp }) => !isUp)];
    return Array.from({ length: factor }, (_, replica) => candidates[(place + replica) % candidates.length]!.id);
  }
}

/** A random uuid in the protocol's text form. */
function newId(): string {
  return randomBytes(16).toString('base64url');
}
