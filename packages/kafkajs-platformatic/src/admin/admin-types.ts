import type { GroupDescription } from '../group/group-description.js';
import type { AclEntry, AclFilter, DeleteAclResponse, DescribeAclResponse } from './acl-types.js';
import type { ConfigResourceTypes, ConfigSource } from './resource-types.js';
import type { KafkaJSProtocolError } from '../errors/protocol-errors.js';
import type { PartitionMetadata } from '../cluster/cluster-metadata.js';
import type { RetryOptions } from '../config/retry-options.js';
import type { InstrumentationListener } from '../instrumentation/instrumentation-emitter.js';
import type { Logger } from '../logger/logger.js';

export interface AdminConfig {
  /** Default: the client's. */
  retry?: RetryOptions;
}

export interface IResourceConfigEntry {
  name: string;
  value: string;
}

export interface ReplicaAssignment {
  partition: number;
  replicas: number[];
}

export interface ITopicConfig {
  topic: string;
  /** Default: the broker's. */
  numPartitions?: number;
  /** Default: the broker's. */
  replicationFactor?: number;
  replicaAssignment?: ReplicaAssignment[];
  configEntries?: IResourceConfigEntry[];
}

export interface ITopicMetadata {
  name: string;
  partitions: PartitionMetadata[];
}

export interface SeekEntry {
  partition: number;
  offset: string;
}

export type FetchOffsetsPartition = SeekEntry & { metadata: string | null };

export interface ITopicPartitionConfig {
  topic: string;
  /** Partitions that the topic is to have. */
  count: number;
  /** Node ids of the replicas, for each new partition. */
  assignments?: number[][];
}

export interface PartitionReassignment {
  topic: string;
  partitionAssignment: ReplicaAssignment[];
}

export interface OngoingPartitionReassignment {
  partitionIndex: number;
  replicas: number[];
  addingReplicas?: number[];
  removingReplicas?: number[];
}

export interface OngoingTopicReassignment {
  topic: string;
  partitions: OngoingPartitionReassignment[];
}

export interface ListPartitionReassignmentsResponse {
  topics: OngoingTopicReassignment[];
}

export interface ResourceConfigQuery {
  type: ConfigResourceTypes;
  name: string;
  /** Default: all. */
  configNames?: string[];
}

export interface ConfigSynonyms {
  configName: string;
  configValue: string;
  configSource: ConfigSource;
}

export interface ConfigEntries {
  configName: string;
  configValue: string;
  isDefault: boolean;
  configSource: ConfigSource;
  isSensitive: boolean;
  readOnly: boolean;
  configSynonyms: ConfigSynonyms[];
}

export interface DescribeConfigResponse {
  resources: {
    configEntries: ConfigEntries[];
    errorCode: number;
    errorMessage: string;
    resourceName: string;
    resourceType: ConfigResourceTypes;
  }[];
  /** Milliseconds. */
  throttleTime: number;
}

export interface IResourceConfig {
  type: ConfigResourceTypes;
  name: string;
  configEntries: IResourceConfigEntry[];
}

export interface AlterConfigsResponse {
  resources: {
    errorCode: number;
    errorMessage: string | null;
    resourceType: ConfigResourceTypes;
    resourceName: string;
  }[];
}

/** What to do with one setting. `delete` brings back its default; `append` and `subtract` are for lists. */
export type ConfigChange =
  { name: string; operation: 'set' | 'append' | 'subtract'; value: string } | { name: string; operation: 'delete' };

export interface ConfigChanges {
  type: ConfigResourceTypes;
  name: string;
  changes: ConfigChange[];
}

export interface GroupOverview {
  groupId: string;
  protocolType: string;
}

export interface DeleteGroupsResult {
  groupId: string;
  errorCode?: number;
  error?: KafkaJSProtocolError;
}

export const adminEvents = {
  CONNECT: 'admin.connect',
  DISCONNECT: 'admin.disconnect',
  REQUEST: 'admin.network.request',
  REQUEST_TIMEOUT: 'admin.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'admin.network.request_queue_size',
} as const;
export type AdminEvents = typeof adminEvents;

/** KafkaJS's admin client. Timeouts in milliseconds. */
export interface Admin {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  listTopics(): Promise<string[]>;
  createTopics(options: {
    validateOnly?: boolean;
    waitForLeaders?: boolean;
    timeout?: number;
    topics: ITopicConfig[];
  }): Promise<boolean>;
  deleteTopics(options: { topics: string[]; timeout?: number }): Promise<void>;
  createPartitions(options: {
    validateOnly?: boolean;
    timeout?: number;
    topicPartitions: ITopicPartitionConfig[];
  }): Promise<boolean>;
  deleteTopicRecords(options: { topic: string; partitions: SeekEntry[] }): Promise<void>;
  fetchTopicMetadata(options?: { topics: string[] }): Promise<{ topics: ITopicMetadata[] }>;
  fetchTopicOffsets(topic: string): Promise<(SeekEntry & { high: string; low: string })[]>;
  fetchTopicOffsetsByTimestamp(topic: string, timestamp?: number): Promise<SeekEntry[]>;
  fetchOffsets(options: {
    groupId: string;
    topics?: string[];
    resolveOffsets?: boolean;
  }): Promise<{ topic: string; partitions: FetchOffsetsPartition[] }[]>;
  /** Beyond KafkaJS: `metadata` is kept with the offset, as a consumer's commit can say. */
  setOffsets(options: {
    groupId: string;
    topic: string;
    partitions: (SeekEntry & { metadata?: string | null })[];
  }): Promise<void>;
  resetOffsets(options: { groupId: string; topic: string; earliest: boolean }): Promise<void>;
  listGroups(): Promise<{ groups: GroupOverview[] }>;
  describeGroups(groupIds: string[]): Promise<{ groups: GroupDescription[] }>;
  deleteGroups(groupIds: string[]): Promise<DeleteGroupsResult[]>;
  describeConfigs(configs: {
    resources: ResourceConfigQuery[];
    includeSynonyms: boolean;
  }): Promise<DescribeConfigResponse>;
  alterConfigs(configs: { validateOnly: boolean; resources: IResourceConfig[] }): Promise<AlterConfigsResponse>;
  /** Changes what is named and leaves the rest; beyond KafkaJS (KIP-339). */
  incrementalAlterConfigs(configs: {
    resources: ConfigChanges[];
    validateOnly?: boolean;
  }): Promise<AlterConfigsResponse>;
  describeAcls(options: AclFilter): Promise<DescribeAclResponse>;
  deleteAcls(options: { filters: AclFilter[] }): Promise<DeleteAclResponse>;
  createAcls(options: { acl: AclEntry[] }): Promise<boolean>;
  alterPartitionReassignments(request: { topics: PartitionReassignment[]; timeout?: number }): Promise<void>;
  listPartitionReassignments(request: {
    topics?: { topic: string; partitions: number[] }[];
    timeout?: number;
  }): Promise<ListPartitionReassignmentsResponse>;
  describeCluster(): Promise<{
    brokers: { nodeId: number; host: string; port: number }[];
    controller: number | null;
    clusterId: string;
  }>;
  readonly events: AdminEvents;
  on<Payload>(eventName: AdminEvents[keyof AdminEvents], listener: InstrumentationListener<Payload>): () => void;
  logger(): Logger;
}
