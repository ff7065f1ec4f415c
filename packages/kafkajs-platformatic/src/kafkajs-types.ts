/** Names of KafkaJS's types that stand for something which has another place here. */
import type { GroupDescription } from './group/group-description.js';
import type { SASLOptions } from './config/sasl-options.js';
import type { ConsumerEventPayloads } from './consumer/consumer-events.js';
import type { EachBatchPayload, EachMessagePayload, TopicOffsets } from './consumer/consumer-types.js';
import type { DeleteGroupsFailure, DeleteRecordsFailure } from './errors/admin-errors.js';
import type { PartitionMetadata } from './cluster/cluster-metadata.js';
import type { InstrumentationEvent } from './instrumentation/instrumentation-emitter.js';
import type { RequestTimes } from './wire/network-events.js';
import type { AuthenticationProvider } from './wire/sasl-exchange.js';

export type SASLMechanism = SASLOptions['mechanism'];
export type AuthenticationProviderArgs = Parameters<AuthenticationProvider>[0];
export type Authenticator = ReturnType<AuthenticationProvider>;
export interface SaslAuthenticateArgs<Parsed> {
  request: { encode: () => Buffer | Promise<Buffer> };
  response?: { decode: (rawResponse: Buffer) => Buffer | Promise<Buffer>; parse: (data: Buffer) => Parsed };
}

export interface Offsets {
  topics: TopicOffsets[];
}
export interface GroupDescriptions {
  groups: GroupDescription[];
}
export type ConsumerEachMessagePayload = EachMessagePayload;
export type ConsumerEachBatchPayload = EachBatchPayload;
export type IMemberAssignment = Record<string, number[]>;
export interface ISerializer<T> {
  encode(value: T): Buffer;
  decode(buffer: Buffer): T | null;
}

export type RemoveInstrumentationEventListener<_EventName> = () => void;
export type ConnectEvent = InstrumentationEvent<null>;
export type DisconnectEvent = InstrumentationEvent<null>;
/** Times in milliseconds, `size` of the response in bytes. */
export type RequestEvent = InstrumentationEvent<RequestTimes & { readonly duration: number; readonly size: number }>;
export type RequestTimeoutEvent = InstrumentationEvent<RequestTimes>;
export type RequestQueueSizeEvent = InstrumentationEvent<{ broker: string; clientId: string; queueSize: number }>;

type ConsumerEvent<Name extends keyof ConsumerEventPayloads> = InstrumentationEvent<ConsumerEventPayloads[Name]>;
export type ConsumerHeartbeatEvent = ConsumerEvent<'consumer.heartbeat'>;
export type ConsumerCommitOffsetsEvent = ConsumerEvent<'consumer.commit_offsets'>;
export type ConsumerGroupJoinEvent = ConsumerEvent<'consumer.group_join'>;
export type ConsumerFetchStartEvent = ConsumerEvent<'consumer.fetch_start'>;
export type ConsumerFetchEvent = ConsumerEvent<'consumer.fetch'>;
export type ConsumerStartBatchProcessEvent = ConsumerEvent<'consumer.start_batch_process'>;
export type ConsumerEndBatchProcessEvent = ConsumerEvent<'consumer.end_batch_process'>;
export type ConsumerCrashEvent = ConsumerEvent<'consumer.crash'>;
export type ConsumerRebalancingEvent = ConsumerEvent<'consumer.rebalancing'>;
/** Spelt as in KafkaJS. */
export type ConsumerReceivedUnsubcribedTopicsEvent = ConsumerEvent<'consumer.received_unsubscribed_topics'>;

export type KafkaJSDeleteGroupsErrorGroups = DeleteGroupsFailure;
export type KafkaJSDeleteTopicRecordsErrorPartition = DeleteRecordsFailure;
export interface KafkaJSDeleteTopicRecordsErrorTopic {
  topic: string;
  partitions: KafkaJSDeleteTopicRecordsErrorPartition[];
}
export interface KafkaJSErrorMetadata {
  retriable?: boolean;
  topic?: string;
  partitionId?: number;
  metadata?: PartitionMetadata;
}
export interface KafkaJSOffsetOutOfRangeMetadata {
  topic: string;
  partition: number;
}
export interface KafkaJSNumberOfRetriesExceededMetadata {
  retryCount: number;
  /** Milliseconds. */
  retryTime: number;
}
export interface KafkaJSConnectionErrorMetadata {
  broker?: string;
  code?: string;
}
export interface KafkaJSRequestTimeoutErrorMetadata {
  broker: string;
  clientId: string;
  correlationId: number;
  createdAt: number;
  sentAt: number;
  pendingDuration: number;
}
export interface KafkaJSTopicMetadataNotLoadedMetadata {
  topic: string;
}
export interface KafkaJSStaleTopicMetadataAssignmentMetadata {
  topic: string;
  unknownPartitions: PartitionMetadata[];
}
export interface KafkaJSServerDoesNotSupportApiKeyMetadata {
  apiKey: number;
  apiName: string;
}
