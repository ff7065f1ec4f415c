import { Cluster } from '../cluster/cluster.js';
import type { ResolvedClientConfig } from '../config/resolved-config.js';
import { anything, optionFaults, throwFaults } from '../config/option-check.js';
import { resolveRetryPolicy, retryFaults } from '../config/retry-options.js';
import { InstrumentationEmitter, type InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import { networkInstrumentation } from '../instrumentation/network-instrumentation.js';
import type { Logger } from '../logger/logger.js';
import { createAcls, deleteAcls, describeAcls } from './acls.js';
import { AdminRequests } from './admin-requests.js';
import { adminEvents, type Admin, type AdminConfig, type AdminEvents } from './admin-types.js';
import { alterConfigs, describeConfigs } from './configs.js';
import { incrementalAlterConfigs } from './incremental-configs.js';
import { fetchOffsets, resetOffsets, setOffsets } from './group-offsets.js';
import { deleteGroups, describeGroups, listGroups } from './groups.js';
import { alterPartitionReassignments, listPartitionReassignments } from './reassignments.js';
import { deleteTopicRecords } from './record-deletion.js';
import { fetchTopicOffsets, fetchTopicOffsetsByTimestamp } from './topic-offsets.js';
import { createPartitions, createTopics, deleteTopics, fetchTopicMetadata } from './topics.js';

type Options<Name extends keyof Admin> = Admin[Name] extends (...args: infer Args) => unknown ? Args : never;
type Result<Name extends keyof Admin> = Admin[Name] extends (...args: never) => infer Returned ? Returned : never;

/**
 * KafkaJS's admin client. Every call is repeated by the retry policy while its errors are retriable; what each one does
 * stands in the file of its subject. A wrong argument is a rejection that names it, before anything is sent.
 */
export class KafkaAdmin implements Admin {
  readonly events: AdminEvents = adminEvents;
  readonly #cluster: Cluster;
  readonly #requests: AdminRequests;
  readonly #logger: Logger;
  readonly #emitter: InstrumentationEmitter;

  /** @throws KafkaJSConfigurationError listing every fault of `config`. */
  constructor(client: ResolvedClientConfig, config: AdminConfig = {}) {
    throwFaults('AdminConfig', [
      ...optionFaults<AdminConfig>(config, { retry: anything }),
      ...retryFaults(config?.retry),
    ]);
    const retry = resolveRetryPolicy(config.retry, client.retry);
    this.#logger = client.logger.namespace('Admin');
    this.#emitter = new InstrumentationEmitter('admin', adminEvents, this.#logger);
    this.#cluster = new Cluster({ ...client, retry }, { network: networkInstrumentation(this.#emitter, adminEvents) });
    this.#requests = new AdminRequests(this.#cluster, retry, this.#logger);
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    this.#emitter.emit(adminEvents.CONNECT, null);
  }

  async disconnect(): Promise<void> {
    await this.#cluster.disconnect();
    this.#emitter.emit(adminEvents.DISCONNECT, null);
  }

  on<Payload>(eventName: AdminEvents[keyof AdminEvents], listener: InstrumentationListener<Payload>): () => void {
    return this.#emitter.on(eventName, listener);
  }

  logger(): Logger {
    return this.#logger;
  }

  async listTopics(): Promise<string[]> {
    return (await this.#cluster.listTopics()).map(({ name }) => name);
  }

  async describeCluster(): Result<'describeCluster'> {
    const { brokers, controllerId, clusterId } = await this.#cluster.metadata([]);
    return {
      brokers: brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
      controller: controllerId < 0 ? null : controllerId,
      clusterId: clusterId ?? '',
    };
  }

  async createTopics(...[options]: Options<'createTopics'>): Result<'createTopics'> {
    return createTopics(this.#requests, options);
  }

  async deleteTopics(...[options]: Options<'deleteTopics'>): Result<'deleteTopics'> {
    return deleteTopics(this.#requests, options);
  }

  async createPartitions(...[options]: Options<'createPartitions'>): Result<'createPartitions'> {
    return createPartitions(this.#requests, options);
  }

  async fetchTopicMetadata(...[options]: Options<'fetchTopicMetadata'>): Result<'fetchTopicMetadata'> {
    return fetchTopicMetadata(this.#requests, options?.topics ?? []);
  }

  async deleteTopicRecords(...[options]: Options<'deleteTopicRecords'>): Result<'deleteTopicRecords'> {
    return deleteTopicRecords(this.#requests, options);
  }

  async fetchTopicOffsets(...[topic]: Options<'fetchTopicOffsets'>): Result<'fetchTopicOffsets'> {
    return fetchTopicOffsets(this.#requests, topic);
  }

  async fetchTopicOffsetsByTimestamp(
    ...[topic, timestamp]: Options<'fetchTopicOffsetsByTimestamp'>
  ): Result<'fetchTopicOffsetsByTimestamp'> {
    return fetchTopicOffsetsByTimestamp(this.#requests, topic, timestamp);
  }

  async fetchOffsets(...[options]: Options<'fetchOffsets'>): Result<'fetchOffsets'> {
    return fetchOffsets(this.#requests, options);
  }

  async setOffsets(...[options]: Options<'setOffsets'>): Result<'setOffsets'> {
    return setOffsets(this.#requests, options);
  }

  async resetOffsets(...[options]: Options<'resetOffsets'>): Result<'resetOffsets'> {
    return resetOffsets(this.#requests, options);
  }

  async listGroups(): Result<'listGroups'> {
    return listGroups(this.#requests);
  }

  async describeGroups(...[groupIds]: Options<'describeGroups'>): Result<'describeGroups'> {
    return describeGroups(this.#requests, groupIds);
  }

  async deleteGroups(...[groupIds]: Options<'deleteGroups'>): Result<'deleteGroups'> {
    return deleteGroups(this.#requests, groupIds);
  }

  async describeConfigs(...[options]: Options<'describeConfigs'>): Result<'describeConfigs'> {
    return describeConfigs(this.#requests, options);
  }

  async alterConfigs(...[options]: Options<'alterConfigs'>): Result<'alterConfigs'> {
    return alterConfigs(this.#requests, options);
  }

  async incrementalAlterConfigs(...[options]: Options<'incrementalAlterConfigs'>): Result<'incrementalAlterConfigs'> {
    return incrementalAlterConfigs(this.#requests, options);
  }

  async describeAcls(...[filter]: Options<'describeAcls'>): Result<'describeAcls'> {
    return describeAcls(this.#requests, filter);
  }

  async createAcls(...[options]: Options<'createAcls'>): Result<'createAcls'> {
    return createAcls(this.#requests, options);
  }

  async deleteAcls(...[options]: Options<'deleteAcls'>): Result<'deleteAcls'> {
    return deleteAcls(this.#requests, options);
  }

  async alterPartitionReassignments(
    ...[options]: Options<'alterPartitionReassignments'>
  ): Result<'alterPartitionReassignments'> {
    return alterPartitionReassignments(this.#requests, options);
  }

  async listPartitionReassignments(
    ...[options]: Options<'listPartitionReassignments'>
  ): Result<'listPartitionReassignments'> {
    return listPartitionReassignments(this.#requests, options);
  }
}
