import { inspect } from 'node:util';
import type { Broker } from './broker.js';
import { ClusterNodes } from './cluster-nodes.js';
import type { Endpoint } from './cluster/broker-node.js';
import type { CoordinatorType } from './cluster/cluster.js';
import type { Partition } from './cluster/partition.js';
import type { Topic } from './cluster/topic.js';
import type { ControlServer } from './control/control-server.js';
import { createBroker } from './create-broker.js';
import { groupLag, groupStatus, type GroupStatus, type PartitionLag } from './direct/group-status.js';
import { produceDirectly, type RecordInit, type RecordPlace } from './direct/produce-directly.js';
import { deleteGroup, reset } from './direct/reset.js';
import { storedRecords, type IsolationLevel, type StoredRecord } from './direct/stored-records.js';
import { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
import { untilConsumed, type UntilConsumedOptions } from './events/consumption.js';
import type { BrokerEvents } from './events/event-stream.js';
import type { Faults } from './faults/fault.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { configPairs, topicFaults, toTopicOptions, type TopicOptions } from './options/topic-options.js';
import { errorName } from './protocol/errors.js';
import type { NodeStatus, RunningKafka, TopicStatus } from './running-kafka.js';
import { restore } from './storage/restoration.js';

/** The broker in this thread: what its methods say stands in `RunningKafka`. */
export class InProcessKafka implements RunningKafka {
  private isStopped = false;
  private stopping: Promise<void> | undefined;
  private control: ControlServer | undefined;

  private constructor(
    private readonly broker: Broker,
    private readonly clusterNodes: ClusterNodes,
  ) {}

  /** @throws EmbeddedKafkaError LISTEN_FAILED, or TOPIC_REFUSED */
  static async start(resolved: ResolvedOptions): Promise<InProcessKafka> {
    const { listeners, brokers, logger } = resolved;
    const broker = createBroker(resolved);
    const kafka = new InProcessKafka(broker, new ClusterNodes(broker));
    try {
      await kafka.clusterNodes.open(listeners, brokers);
      if (broker.storage) restore(broker, broker.storage.state);
      for (const topic of resolved.topics) if (!broker.cluster.topic(topic.name)) kafka.create(topic);
      broker.storage?.directory.whenSafe(undefined);
      if (resolved.control) {
        // Few want it, and all would pay for loading it.
        const control = await import('./control/control-server.js');
        kafka.control = await control.ControlServer.open(resolved.control, { kafka, clock: resolved.clock, logger });
      }
    } catch (error) {
      await kafka.stop();
      throw error;
    }
    logger.info(`EmbeddedKafka listens on ${kafka.brokers.join(', ')}`);
    return kafka;
  }

  /** What logs show: its parts know passwords and keys. */
  toJSON(): { brokers: string[] } {
    return { brokers: this.brokers };
  }

  [inspect.custom](): string {
    return `EmbeddedKafka ${inspect(this.toJSON())}`;
  }

  get brokers(): string[] {
    return this.broker.cluster.nodes.map(addressOf);
  }

  addresses(listener: string): string[] {
    return this.broker.cluster.nodes.map(({ endpoints = new Map<string, Endpoint>() }) => {
      const endpoint = endpoints.get(listener);
      if (!endpoint) throw new EmbeddedKafkaError('UNKNOWN_LISTENER', [listener, [...endpoints.keys()]]);
      return addressOf(endpoint);
    });
  }

  get faults(): Faults {
    return this.broker.faults;
  }

  get events(): BrokerEvents {
    return this.broker.events;
  }

  async untilConsumed(group: string, options: UntilConsumedOptions = {}): Promise<void> {
    this.assertRunning('untilConsumed');
    await untilConsumed(this.broker, group, options);
  }

  async createTopic(topic: string | TopicOptions): Promise<void> {
    this.assertRunning('createTopic');
    const options = toTopicOptions(topic);
    const faults = topicFaults(options);
    if (faults.length > 0) throw new EmbeddedKafkaError('INVALID_OPTIONS', [faults]);
    this.create(options);
  }

  get topics(): TopicStatus[] {
    return Array.from(this.broker.cluster.topics, ({ name, partitions, configs }) => ({
      name,
      partitions: partitions.length,
      configs: Object.fromEntries(configs.overrides),
    }));
  }

  async deleteTopic(name: string): Promise<void> {
    this.assertRunning('deleteTopic');
    const { cluster, groups } = this.broker;
    cluster.deleteTopic(this.topic(name));
    groups.offsets.forgetTopic(name);
  }

  async records(name: string, isolationLevel: IsolationLevel = 'read_committed'): Promise<StoredRecord[]> {
    this.assertRunning('records');
    return storedRecords(this.topic(name), isolationLevel);
  }

  async produce(topic: string, records: readonly RecordInit[]): Promise<RecordPlace[]> {
    this.assertRunning('produce');
    return produceDirectly(this.broker, this.topic(topic), records);
  }

  get groups(): GroupStatus[] {
    return groupStatus(this.broker);
  }

  lag(group: string): PartitionLag[] {
    return groupLag(this.broker, group);
  }

  async deleteGroup(group: string): Promise<void> {
    this.assertRunning('deleteGroup');
    deleteGroup(this.broker, group);
  }

  async reset(): Promise<void> {
    this.assertRunning('reset');
    reset(this.broker);
  }

  get controlUrl(): string | undefined {
    return this.control?.url;
  }

  async compact(name: string): Promise<void> {
    this.assertRunning('compact');
    const topic = this.topic(name);
    if (!topic.configs.isCompacted)
      throw new EmbeddedKafkaError('NOT_COMPACTED', [name, topic.configs.value('cleanup.policy')]);
    this.broker.maintenance.compact(topic);
  }

  async applyRetention(): Promise<void> {
    this.assertRunning('applyRetention');
    this.broker.maintenance.applyRetention();
  }

  dropConnections(): void {
    this.clusterNodes.dropConnections();
  }

  get nodes(): NodeStatus[] {
    return this.broker.cluster.nodes.map(node => ({
      id: node.id,
      address: addressOf(node),
      rack: node.rack,
      isRunning: node.isUp,
    }));
  }

  async stopNode(id: number): Promise<void> {
    this.assertRunning('stopNode');
    this.assertNode(id);
    await this.clusterNodes.stop(id);
  }

  async startNode(id: number): Promise<void> {
    this.assertRunning('startNode');
    this.assertNode(id);
    await this.clusterNodes.start(id);
  }

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

  leaderOf(topic: string, partition: number): number {
    return this.partition(topic, partition).leaderId;
  }

  groupCoordinatorOf(groupId: string): number {
    return this.broker.cluster.coordinator('group', groupId).leaderId;
  }

  transactionCoordinatorOf(transactionalId: string): number {
    return this.broker.cluster.coordinator('transaction', transactionalId).leaderId;
  }

  async moveGroupCoordinator(groupId: string, nodeId: number): Promise<void> {
    this.moveCoordinator('moveGroupCoordinator', 'group', groupId, nodeId);
  }

  async moveTransactionCoordinator(transactionalId: string, nodeId: number): Promise<void> {
    this.moveCoordinator('moveTransactionCoordinator', 'transaction', transactionalId, nodeId);
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.stopping ??= (async () => {
      this.broker.faults.clear();
      await this.control?.close();
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

  private topic(name: string): Topic {
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
