import type { Broker } from './broker.js';
import { ClusterNodes } from './cluster-nodes.js';
import type { Endpoint } from './cluster/broker-node.js';
import { Cluster, type CoordinatorType } from './cluster/cluster.js';
import type { Partition } from './cluster/partition.js';
import { createBroker } from './create-broker.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import { untilConsumed, type UntilConsumedOptions } from './events/consumption.js';
import type { BrokerEvents } from './events/event-stream.js';
import { FaultInjector } from './faults/fault-injector.js';
import { readRecords, UnreadableBatchError, type LogRecord } from './log/record-reader.js';
import type { EmbeddedKafkaOptions } from './options/embedded-kafka-options.js';
import { resolveOptions } from './options/resolved-options.js';
import { configPairs, topicFaults, toTopicOptions, type TopicOptions } from './options/topic-options.js';
import { errorName } from './protocol/errors.js';
import { restore } from './storage/restoration.js';

/** Which transactions' records are shown, by Kafka's names. */
export type IsolationLevel = 'read_committed' | 'read_uncommitted';

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

/** A record as it lies in a partition. */
export interface StoredRecord extends LogRecord {
  readonly partition: number;
}

/**
 * A Kafka broker in this process, for development and tests: any Kafka client connects to it.
 *
 *     await using kafka = await EmbeddedKafka.start({ topics: ['orders'] });
 *     const client = new Kafka({ brokers: kafka.brokers });
 *
 * What it keeps is in memory and gone after `stop`, unless the option `dataDir` says where else.
 */
export class EmbeddedKafka {
  private isStopped = false;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly broker: Broker,
    private readonly clusterNodes: ClusterNodes,
  ) {}

  /**
   * Starts a broker; it serves clients when the promise resolves.
   * @throws EmbeddedKafkaError INVALID_OPTIONS with all faults, LISTEN_FAILED, or TOPIC_REFUSED
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const resolved = resolveOptions(options);
    const { listeners, brokers, logger } = resolved;
    const broker = createBroker(resolved);
    const kafka = new EmbeddedKafka(broker, new ClusterNodes(broker));
    try {
      await kafka.clusterNodes.open(listeners, brokers);
      if (broker.storage) restore(broker, broker.storage.state);
      for (const topic of resolved.topics) if (!broker.cluster.topic(topic.name)) kafka.create(topic);
      broker.storage?.directory.whenSafe(undefined);
    } catch (error) {
      await kafka.stop();
      throw error;
    }
    logger.info(`EmbeddedKafka listens on ${kafka.brokers.join(', ')}`);
    return kafka;
  }

  /** Addresses for a client's `brokers` or `bootstrap.servers`, e.g. `['127.0.0.1:40211']`. */
  get brokers(): string[] {
    return this.broker.cluster.nodes.map(addressOf);
  }

  /**
   * As `brokers`, for the clients of one listener.
   * @throws EmbeddedKafkaError UNKNOWN_LISTENER
   */
  addresses(listener: string): string[] {
    return this.broker.cluster.nodes.map(({ endpoints = new Map<string, Endpoint>() }) => {
      const endpoint = endpoints.get(listener);
      if (!endpoint) throw new EmbeddedKafkaError('UNKNOWN_LISTENER', [listener, [...endpoints.keys()]]);
      return addressOf(endpoint);
    });
  }

  /** Lets chosen requests fail, see `Fault`. */
  get faults(): Pick<FaultInjector, 'inject' | 'clear'> {
    return this.broker.faults;
  }

  /** All that happens, as it happens. */
  get events(): BrokerEvents {
    return this.broker.events;
  }

  /**
   * Waits until a group has committed everything that is there, as a `read_committed` consumer sees it.
   * @throws EmbeddedKafkaError NOT_CONSUMED when it takes too long, with what is left, or UNKNOWN_TOPIC
   */
  async untilConsumed(group: string, options: UntilConsumedOptions = {}): Promise<void> {
    this.assertRunning('untilConsumed');
    await untilConsumed(this.broker, group, options);
  }

  /**
   * Creates a topic.
   * @throws EmbeddedKafkaError INVALID_OPTIONS, or TOPIC_REFUSED, e.g. because it exists
   */
  async createTopic(topic: string | TopicOptions): Promise<void> {
    this.assertRunning('createTopic');
    const options = toTopicOptions(topic);
    const faults = topicFaults(options);
    if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_OPTIONS', [faults]);
    this.create(options);
  }

  /** The topics, in the order in which they were created. */
  get topics(): TopicStatus[] {
    return Array.from(this.broker.cluster.topics, ({ name, partitions, configs }) => ({
      name,
      partitions: partitions.length,
      configs: Object.fromEntries(configs.overrides),
    }));
  }

  /**
   * Deletes a topic with its records and the offsets that groups committed for it.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC
   */
  async deleteTopic(name: string): Promise<void> {
    this.assertRunning('deleteTopic');
    const { cluster, groups } = this.broker;
    cluster.deleteTopic(this.topic(name));
    groups.offsets.forgetTopic(name);
  }

  /**
   * All records of a topic, partition by partition, in the order of their offsets: what a consumer with this isolation
   * level would get. Markers of transactions are not records.
   * @param isolationLevel default `read_committed`: without records of aborted transactions, and of open ones; only
   *   `read_uncommitted` also shows what follows the first open one
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, or UNREADABLE_RECORDS if a compressed batch is broken
   */
  async records(name: string, isolationLevel: IsolationLevel = 'read_committed'): Promise<StoredRecord[]> {
    this.assertRunning('records');
    const { partitions } = this.topic(name);
    return partitions.flatMap(({ index, log }) => {
      try {
        const batches = isolationLevel === 'read_committed' ? log.committedBatches() : log.dataBatches();
        return Array.from(batches, readRecords)
          .flat()
          .filter(({ offset }) => offset >= log.startOffset)
          .map(record => ({ partition: index, ...record }));
      } catch (cause) {
        if (!(cause instanceof UnreadableBatchError)) throw cause;
        throw new EmbeddedKafkaError('UNREADABLE_RECORDS', [name, index, cause.message], { cause });
      }
    });
  }

  /**
   * Compacts a topic now: of the records with one key the last one stays. The topic needs `compact` in its
   * `cleanup.policy`; then the broker does so by itself too, when a segment is full and half of the log is new.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC or NOT_COMPACTED
   */
  async compact(name: string): Promise<void> {
    this.assertRunning('compact');
    const topic = this.topic(name);
    if (!topic.configs.isCompacted)
      throw new EmbeddedKafkaError('NOT_COMPACTED', [name, topic.configs.value('cleanup.policy')]);
    this.broker.maintenance.compact(topic);
  }

  /**
   * Deletes what `retention.ms` and `retention.bytes` of its topic say is too old or too much, now. The broker does so by
   * itself as well: by size when a segment is full, by time within five minutes of it, as Kafka does.
   */
  async applyRetention(): Promise<void> {
    this.assertRunning('applyRetention');
    this.broker.maintenance.applyRetention();
  }

  /** Cuts all connections, as a failing network would; clients may connect again at once. */
  dropConnections(): void {
    this.clusterNodes.dropConnections();
  }

  /** The brokers of the cluster, in the order of their ids. */
  get nodes(): NodeStatus[] {
    return this.broker.cluster.nodes.map(node => ({
      id: node.id,
      address: addressOf(node),
      rack: node.rack,
      isRunning: node.isUp,
    }));
  }

  /**
   * Ends a node, as if its process were killed: its connections are cut, in-sync replicas on other nodes take over what it
   * led, with a higher leader epoch, and it leaves the in-sync sets. What has no other in-sync replica has no leader until
   * the node is back. Nothing happens if it is not running.
   * @throws EmbeddedKafkaError UNKNOWN_NODE
   */
  async stopNode(id: number): Promise<void> {
    this.assertRunning('stopNode');
    this.assertNode(id);
    await this.clusterNodes.stop(id);
  }

  /**
   * Starts a stopped node again, on the port that it had. It is in sync at once, but leads only what nobody else does.
   * @throws EmbeddedKafkaError UNKNOWN_NODE, or LISTEN_FAILED if the port is taken meanwhile
   */
  async startNode(id: number): Promise<void> {
    this.assertRunning('startNode');
    this.assertNode(id);
    await this.clusterNodes.start(id);
  }

  /**
   * Lets another in-sync replica lead a partition: clients that ask the former leader are sent on.
   * @throws EmbeddedKafkaError UNKNOWN_TOPIC, UNKNOWN_PARTITION, UNKNOWN_NODE or CANNOT_LEAD
   */
  async moveLeader(topic: string, partition: number, nodeId: number): Promise<void> {
    this.assertRunning('moveLeader');
    this.assertNode(nodeId);
    const moved = this.partition(topic, partition);
    moved.change(replicas => {
      if (!replicas.canLead(nodeId)) {
        throw new EmbeddedKafkaError('CANNOT_LEAD', [`${topic}-${partition}`, nodeId, replicas.candidates]);
      }
      return replicas.moveLeader(nodeId);
    });
  }

  /** The node that leads a partition; -1 if none does. @throws EmbeddedKafkaError UNKNOWN_TOPIC or UNKNOWN_PARTITION */
  leaderOf(topic: string, partition: number): number {
    return this.partition(topic, partition).leaderId;
  }

  /** The node that coordinates a consumer group; -1 if none does. */
  groupCoordinatorOf(groupId: string): number {
    return this.broker.cluster.coordinator('group', groupId).leaderId;
  }

  /** The node that coordinates a transactional id; -1 if none does. */
  transactionCoordinatorOf(transactionalId: string): number {
    return this.broker.cluster.coordinator('transaction', transactionalId).leaderId;
  }

  /**
   * Lets another node coordinate a group, and with it all groups of the same partition of `__consumer_offsets`. Who waits
   * at the former one is told NOT_COORDINATOR; members and offsets are kept.
   * @throws EmbeddedKafkaError UNKNOWN_NODE or CANNOT_LEAD
   */
  async moveGroupCoordinator(groupId: string, nodeId: number): Promise<void> {
    this.moveCoordinator('moveGroupCoordinator', 'group', groupId, nodeId);
  }

  /**
   * As `moveGroupCoordinator`, for a transactional id; open transactions go on.
   * @throws EmbeddedKafkaError UNKNOWN_NODE or CANNOT_LEAD
   */
  async moveTransactionCoordinator(transactionalId: string, nodeId: number): Promise<void> {
    this.moveCoordinator('moveTransactionCoordinator', 'transaction', transactionalId, nodeId);
  }

  /** Cuts all connections and frees the ports. May be called again; it leaves no handle and no timer behind. */
  stop(): Promise<void> {
    this.isStopped = true;
    this.stopping ??= (async () => {
      this.broker.faults.clear();
      await this.clusterNodes.close();
      this.broker.maintenance.close();
      this.broker.transactions.close();
      this.broker.groups.close();
      this.broker.storage?.directory.close();
      this.broker.events.close();
    })();
    return this.stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private create({ name, partitions = -1, replicationFactor = -1, configs }: TopicOptions): void {
    const { cluster } = this.broker;
    const created = cluster.createTopic({
      name,
      partitions,
      replicationFactor,
      assignments: [],
      configs: configPairs(configs),
    });
    if ('errorCode' in created) {
      throw new EmbeddedKafkaError('TOPIC_REFUSED', [name, errorName(created.errorCode), created.reason]);
    }
  }

  private topic(name: string): NonNullable<ReturnType<Cluster['topic']>> {
    const { cluster } = this.broker;
    const topic = cluster.topic(name);
    if (!topic) throw new EmbeddedKafkaError('UNKNOWN_TOPIC', [name, Array.from(cluster.topics, each => each.name)]);
    return topic;
  }

  private partition(topic: string, index: number): Partition {
    const { partitions } = this.topic(topic);
    const partition = partitions[index];
    if (!partition) throw new EmbeddedKafkaError('UNKNOWN_PARTITION', [topic, index, partitions.length]);
    return partition;
  }

  private moveCoordinator(operation: string, type: CoordinatorType, key: string, nodeId: number): void {
    this.assertRunning(operation);
    this.assertNode(nodeId);
    const { cluster } = this.broker;
    const replicas = cluster.coordinator(type, key);
    if (!replicas.canLead(nodeId)) {
      throw new EmbeddedKafkaError('CANNOT_LEAD', [
        `the ${type}s like ${JSON.stringify(key)}`,
        nodeId,
        replicas.candidates,
      ]);
    }
    cluster.moveCoordinator(type, key, nodeId);
  }

  private assertNode(id: number): void {
    const { cluster } = this.broker;
    if (!cluster.node(id)) throw new EmbeddedKafkaError('UNKNOWN_NODE', [id, cluster.nodes.map(node => node.id)]);
  }

  private assertRunning(operation: string): void {
    if (this.isStopped) throw new EmbeddedKafkaError('STOPPED', [operation]);
  }
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
