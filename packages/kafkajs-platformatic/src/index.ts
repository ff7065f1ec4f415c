export { Kafka } from './kafka.js';
export type { BrokersFunction, ISocketFactory, ISocketFactoryArgs, KafkaConfig } from './config/client-config.js';
export type { RetryOptions } from './config/retry-options.js';
export type { Mechanism, OauthbearerProviderResponse, SASLOptions } from './config/sasl-options.js';

export { logLevel } from './logger/logger.js';
export type { LogEntry, logCreator, Logger, LoggerEntryContent } from './logger/logger.js';
export type { InstrumentationEvent } from './instrumentation/instrumentation-emitter.js';

export { CompressionCodecs, CompressionTypes } from './codec/compression.js';
export type { IHeaders, KafkaMessage, Message } from './codec/kafka-message.js';
export type { PartitionMetadata } from './cluster/cluster-metadata.js';

export { DefaultPartitioner, LegacyPartitioner, Partitioners } from './producer/partitioners/partitioners.js';
export type { ICustomPartitioner, PartitionerArgs } from './producer/partitioners/partitioner.js';
export type { Producer, ProducerConfig, ProducerEvents } from './producer/producer-types.js';
export type { ProducerBatch, ProducerRecord, RecordMetadata, TopicMessages } from './producer/producer-records.js';

export type { Transaction, TransactionOffsets } from './producer/transaction/transaction-types.js';

export { AssignerProtocol, PartitionAssigners } from './assigners/index.js';
export type {
  Assigner,
  Assignment,
  GroupMember,
  GroupMemberAssignment,
  GroupState,
  MemberAssignment,
  MemberMetadata,
  PartitionAssigner,
} from './assigners/index.js';
export { Consumer } from './consumer/consumer.js';
export type {
  Batch,
  ConsumerConfig,
  ConsumerRunConfig,
  ConsumerSubscribeTopic,
  ConsumerSubscribeTopics,
  EachBatchHandler,
  EachBatchPayload,
  EachMessageHandler,
  EachMessagePayload,
  OffsetsByTopicPartition,
  PartitionOffset,
  TopicOffsets,
  TopicPartition,
  TopicPartitionOffset,
  TopicPartitionOffsetAndMetadata,
  TopicPartitions,
} from './consumer/consumer-types.js';
export type { RetryIn } from './consumer/retry-in.js';
export type { ConsumerEvents } from './consumer/consumer-events.js';

export { TopicReader } from './reader/index.js';
export type { ReaderConfig, ReaderEvents, ReaderRunConfig, ReaderTopic } from './reader/index.js';

export type {
  Admin,
  AdminConfig,
  AdminEvents,
  AlterConfigsResponse,
  ConfigChange,
  ConfigChanges,
  ConfigEntries,
  ConfigSynonyms,
  DeleteGroupsResult,
  DescribeConfigResponse,
  FetchOffsetsPartition,
  GroupOverview,
  IResourceConfig,
  IResourceConfigEntry,
  ITopicConfig,
  ITopicMetadata,
  ITopicPartitionConfig,
  ListPartitionReassignmentsResponse,
  OngoingPartitionReassignment,
  OngoingTopicReassignment,
  PartitionReassignment,
  ReplicaAssignment,
  ResourceConfigQuery,
  SeekEntry,
} from './admin/admin-types.js';
export type { ConsumerGroupState, GroupDescription, MemberDescription } from './group/group-description.js';
export type {
  Acl,
  AclEntry,
  AclFilter,
  AclResource,
  DeleteAclFilterResponses,
  DeleteAclResponse,
  DescribeAclResource,
  DescribeAclResponse,
  MatchingAcl,
} from './admin/acl-types.js';
export {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ConfigSource,
  ResourcePatternTypes,
} from './admin/resource-types.js';

export {
  isKafkaJSError,
  KafkaJSAggregateError,
  KafkaJSError,
  KafkaJSNonRetriableError,
} from './errors/kafkajs-error.js';
export {
  isRebalancing,
  KafkaJSAlterPartitionReassignmentsError,
  KafkaJSCreateTopicError,
  KafkaJSMemberIdRequired,
  KafkaJSOffsetOutOfRange,
  KafkaJSProtocolError,
} from './errors/protocol-errors.js';
export {
  KafkaJSBrokerNotFound,
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSNoBrokerAvailableError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  KafkaJSServerDoesNotSupportApiKey,
} from './errors/connection-errors.js';
export {
  KafkaJSConfigurationError,
  KafkaJSCorruptBatchError,
  KafkaJSFetcherRebalanceError,
  KafkaJSGroupCoordinatorNotFound,
  KafkaJSInvalidLongError,
  KafkaJSInvalidVarIntError,
  KafkaJSInvariantViolation,
  KafkaJSLockTimeout,
  KafkaJSNotImplemented,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSPartialMessageError,
  KafkaJSTimeout,
  KafkaJSUnsupportedMagicByteInMessageSet,
} from './errors/client-errors.js';
export {
  KafkaJSMetadataNotLoaded,
  KafkaJSStaleTopicMetadataAssignment,
  KafkaJSTopicMetadataNotLoaded,
} from './errors/metadata-errors.js';
export { KafkaJSDeleteGroupsError, KafkaJSDeleteTopicRecordsError } from './errors/admin-errors.js';

export type {
  AuthenticationProviderArgs,
  Authenticator,
  ConnectEvent,
  ConsumerCommitOffsetsEvent,
  ConsumerCrashEvent,
  ConsumerEachBatchPayload,
  ConsumerEachMessagePayload,
  ConsumerEndBatchProcessEvent,
  ConsumerFetchEvent,
  ConsumerFetchStartEvent,
  ConsumerGroupJoinEvent,
  ConsumerHeartbeatEvent,
  ConsumerRebalancingEvent,
  ConsumerReceivedUnsubcribedTopicsEvent,
  ConsumerStartBatchProcessEvent,
  DisconnectEvent,
  GroupDescriptions,
  IMemberAssignment,
  ISerializer,
  KafkaJSConnectionErrorMetadata,
  KafkaJSDeleteGroupsErrorGroups,
  KafkaJSDeleteTopicRecordsErrorPartition,
  KafkaJSDeleteTopicRecordsErrorTopic,
  KafkaJSErrorMetadata,
  KafkaJSNumberOfRetriesExceededMetadata,
  KafkaJSOffsetOutOfRangeMetadata,
  KafkaJSRequestTimeoutErrorMetadata,
  KafkaJSServerDoesNotSupportApiKeyMetadata,
  KafkaJSStaleTopicMetadataAssignmentMetadata,
  KafkaJSTopicMetadataNotLoadedMetadata,
  Offsets,
  RemoveInstrumentationEventListener,
  RequestEvent,
  RequestQueueSizeEvent,
  RequestTimeoutEvent,
  SASLMechanism,
  SaslAuthenticateArgs,
} from './kafkajs-types.js';
