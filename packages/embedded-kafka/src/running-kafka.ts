import type { GroupStatus, PartitionLag } from './direct/group-status.js';
import type { RecordInit, RecordPlace } from './direct/produce-directly.js';
import type { IsolationLevel, StoredRecord } from './direct/stored-records.js';
import type { UntilConsumedOptions } from './events/consumption.js';
import type { BrokerEvents } from './events/event-stream.js';
import type { Faults } from './faults/fault.js';
import type { TopicOptions } from './options/topic-options.js';

/** One broker of the cluster. */
export interface NodeStatus {
  readonly id: number;
  readonly address: string;
  readonly rack: string | null;
  readonly isRunning: boolean;
}

/** A topic of the cluster. */
export interface TopicStatus {
  readonly name: string;
  /** How many it has. */
  readonly partitions: number;
  /** What was set for it, by the names of Kafka's topic configurations. */
  readonly configs: Readonly<Record<string, string>>;
}

/** What a broker that was started can do, in this thread or in one of its own. */
export interface RunningKafka extends AsyncDisposable {
  /** Addresses for a client's `brokers` or `bootstrap.servers`, e.g. `['127.0.0.1:40211']`. */
  readonly brokers: string[];

  /**
   * As `brokers`, for the clients of one listener.
   * @throws EmbeddedKafkaError UNKNOWN_LISTENER
   */
  addresses(listener: string): string[];

  /** Lets chosen requests fail, see `Fault`. */
  readonly faults: Faults;

  /** All that happens, as it happens. */
  readonly events: BrokerEvents;

  /**
   * Waits until a group has committed everything that is there, as a `read_committed` consumer sees it.
   * @throws EmbeddedKafkaError NOT_CONSUMED when it takes too long, with what is left, or UNKNOWN_TOPIC
   */
  untilConsumed(group: string, options?: UntilConsumedOptions): Promise<void>;

  /**
   * Creates a topic.
   * @throws EmbeddedKafkaError INVALID_OPTIONS, or TOPIC_REFUSED, e.g. because it exists
   */
  createTopic(topic: string | TopicOptions): Promise<void>;

  /** The topics, in the order in which they were created. */
  readonly topics: TopicStatus[];

  /**
   * Deletes a topic with its records and the offsets that groups committed for it.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC
   */
  deleteTopic(name: string): Promise<void>;

  /**
   * All records of a topic, partition by partition, in the order of their offsets: what a consumer with this isolation
   * level would get. Markers of transactions are not records.
   * @param isolationLevel default `read_committed`: without records of aborted transactions, and of open ones; only
   *   `read_uncommitted` also shows what follows the first open one
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, or UNREADABLE_RECORDS if a compressed batch is broken
   */
  records(name: string, isolationLevel?: IsolationLevel): Promise<StoredRecord[]>;

  /**
   * Compacts a topic now: of the records with one key the last one stays. The topic needs `compact` in its
   * `cleanup.policy`; then the broker does so by itself too, when a segment is full and half of the log is new.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC or NOT_COMPACTED
   */
  compact(name: string): Promise<void>;

  /**
   * Deletes what `retention.ms` and `retention.bytes` of its topic say is too old or too much, now. The broker does so by
   * itself as well: by size when a segment is full, by time within five minutes of it, as Kafka does.
   */
  applyRetention(): Promise<void>;

  /** Cuts all connections, as a failing network would; clients may connect again at once. */
  dropConnections(): void;

  /** The brokers of the cluster, in the order of their ids. */
  readonly nodes: NodeStatus[];

  /**
   * Ends a node, as if its process were killed: its connections are cut, in-sync replicas on other nodes take over what it
   * led, with a higher leader epoch, and it leaves the in-sync sets. What has no other in-sync replica has no leader until
   * the node is back. Nothing happens if it is not running.
   * @throws EmbeddedKafkaError UNKNOWN_NODE
   */
  stopNode(id: number): Promise<void>;

  /**
   * Starts a stopped node again, on the port that it had. It is in sync at once, but leads only what nobody else does.
   * @throws EmbeddedKafkaError UNKNOWN_NODE, or LISTEN_FAILED if the port is taken meanwhile
   */
  startNode(id: number): Promise<void>;

  /**
   * Lets another in-sync replica lead a partition: clients that ask the former leader are sent on.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, UNKNOWN_PARTITION, UNKNOWN_NODE or CANNOT_LEAD
   */
  moveLeader(topic: string, partition: number, nodeId: number): Promise<void>;

  /** The node that leads a partition; -1 if none does. @throws EmbeddedKafkaError UNKNOWN_TOPIC or UNKNOWN_PARTITION */
  leaderOf(topic: string, partition: number): number;

  /** The node that coordinates a consumer group; -1 if none does. */
  groupCoordinatorOf(groupId: string): number;

  /** The node that coordinates a transactional id; -1 if none does. */
  transactionCoordinatorOf(transactionalId: string): number;

  /**
   * Lets another node coordinate a group, and with it all groups of the same partition of `__consumer_offsets`. Who waits
   * at the former one is told NOT_COORDINATOR; members and offsets are kept.
   * @throws EmbeddedKafkaError UNKNOWN_NODE or CANNOT_LEAD
   */
  moveGroupCoordinator(groupId: string, nodeId: number): Promise<void>;

  /**
   * As `moveGroupCoordinator`, for a transactional id; open transactions go on.
   * @throws EmbeddedKafkaError UNKNOWN_NODE or CANNOT_LEAD
   */
  moveTransactionCoordinator(transactionalId: string, nodeId: number): Promise<void>;

  /** Cuts all connections and frees the ports. May be called again; it leaves no handle and no timer behind. */
  stop(): Promise<void>;

  /**
   * Writes records without a client, uncompressed and in one batch a partition, as `acks=all` does.
   * @returns where each of them lies, in their order
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, UNKNOWN_PARTITION, INVALID_RECORDS, or PRODUCE_REFUSED by Kafka's rules
   */
  produce(topic: string, records: readonly RecordInit[]): Promise<RecordPlace[]>;

  /** The groups, of both protocols. */
  readonly groups: GroupStatus[];

  /** How far a group has come, for each partition that it committed an offset of; empty if there is no such group. */
  lag(group: string): PartitionLag[];

  /** Deletes a group with its offsets; members are put out, and join again if they are alive. Nothing happens without such a group. */
  deleteGroup(group: string): Promise<void>;

  /**
   * Takes everything away that clients have made, and faults: topics, groups with their members and offsets. Members that are alive
   * join again. Connections, nodes, users, ACLs and configurations of brokers stay.
   */
  reset(): Promise<void>;

  /** Where the control interface is, e.g. `http://127.0.0.1:40212`; undefined without the option `control`. */
  readonly controlUrl: string | undefined;
}
