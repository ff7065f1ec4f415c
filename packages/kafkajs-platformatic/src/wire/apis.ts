import { libraryApi } from './api.js';
import * as pk from './platformatic.js';

/** Every API that this client sends through the library's own codecs. Produce and Fetch have codecs of ours, ApiVersions a parser. */

export { ApiVersionsApi } from './api-versions-api.js';

export const MetadataApi = libraryApi('Metadata', true, pk.metadataV12.api, [
  pk.metadataV11.api,
  pk.metadataV10.api,
  pk.metadataV9.api,
  pk.metadataV8.api,
  pk.metadataV7.api,
  pk.metadataV6.api,
  pk.metadataV5.api,
  pk.metadataV4.api,
  pk.metadataV3.api,
  pk.metadataV2.api,
  pk.metadataV1.api,
]);

export const FindCoordinatorApi = libraryApi('FindCoordinator', true, pk.findCoordinatorV6.api, [
  pk.findCoordinatorV5.api,
  pk.findCoordinatorV4.api,
  pk.findCoordinatorV3.api,
  pk.findCoordinatorV2.api,
  pk.findCoordinatorV1.api,
]);

export const ListOffsetsApi = libraryApi('ListOffsets', true, pk.listOffsetsV9.api, [
  pk.listOffsetsV8.api,
  pk.listOffsetsV7.api,
  pk.listOffsetsV6.api,
  pk.listOffsetsV5.api,
  pk.listOffsetsV4.api,
  pk.listOffsetsV3.api,
  pk.listOffsetsV2.api,
  pk.listOffsetsV1.api,
]);

export const JoinGroupApi = libraryApi('JoinGroup', false, pk.joinGroupV9.api, [
  pk.joinGroupV8.api,
  pk.joinGroupV7.api,
  pk.joinGroupV6.api,
  pk.joinGroupV5.api,
  pk.joinGroupV4.api,
  pk.joinGroupV3.api,
  pk.joinGroupV2.api,
  pk.joinGroupV1.api,
]);

export const SyncGroupApi = libraryApi('SyncGroup', false, pk.syncGroupV5.api, [
  pk.syncGroupV4.api,
  pk.syncGroupV3.api,
  pk.syncGroupV2.api,
  pk.syncGroupV1.api,
  pk.syncGroupV0.api,
]);

export const HeartbeatApi = libraryApi('Heartbeat', false, pk.heartbeatV4.api, [
  pk.heartbeatV3.api,
  pk.heartbeatV2.api,
  pk.heartbeatV1.api,
  pk.heartbeatV0.api,
]);

/** KIP-848. Version 1 lets the member choose its id (KIP-1082); a broker of version 0 takes it as well. */
export const ConsumerGroupHeartbeatApi = libraryApi('ConsumerGroupHeartbeat', false, pk.consumerGroupHeartbeatV1.api, [
  pk.consumerGroupHeartbeatV0.api,
]);

export const LeaveGroupApi = libraryApi('LeaveGroup', false, pk.leaveGroupV5.api, [
  pk.leaveGroupV4.api,
  pk.leaveGroupV3.api,
  pk.leaveGroupV2.api,
  pk.leaveGroupV1.api,
  pk.leaveGroupV0.api,
]);

export const OffsetCommitApi = libraryApi('OffsetCommit', true, pk.offsetCommitV9.api, [
  pk.offsetCommitV8.api,
  pk.offsetCommitV7.api,
  pk.offsetCommitV6.api,
  pk.offsetCommitV5.api,
  pk.offsetCommitV4.api,
  pk.offsetCommitV3.api,
  pk.offsetCommitV2.api,
]);

// Before version 8 a response has no `groups`; brokers since Apache Kafka 3.0 speak 8.
export const OffsetFetchApi = libraryApi('OffsetFetch', true, pk.offsetFetchV9.api, [pk.offsetFetchV8.api]);

export const InitProducerIdApi = libraryApi('InitProducerId', false, pk.initProducerIdV5.api, [
  pk.initProducerIdV4.api,
  pk.initProducerIdV3.api,
  pk.initProducerIdV2.api,
  pk.initProducerIdV1.api,
  pk.initProducerIdV0.api,
]);

export const CreateTopicsApi = libraryApi('CreateTopics', true, pk.createTopicsV7.api, [
  pk.createTopicsV6.api,
  pk.createTopicsV5.api,
  pk.createTopicsV4.api,
  pk.createTopicsV3.api,
  pk.createTopicsV2.api,
]);

export const DeleteTopicsApi = libraryApi('DeleteTopics', true, pk.deleteTopicsV6.api, [
  pk.deleteTopicsV5.api,
  pk.deleteTopicsV4.api,
  pk.deleteTopicsV3.api,
  pk.deleteTopicsV2.api,
  pk.deleteTopicsV1.api,
]);

export const DescribeGroupsApi = libraryApi('DescribeGroups', true, pk.describeGroupsV5.api, [
  pk.describeGroupsV4.api,
  pk.describeGroupsV3.api,
  pk.describeGroupsV2.api,
  pk.describeGroupsV1.api,
  pk.describeGroupsV0.api,
]);

/** Of groups of KIP-848. */
export const ConsumerGroupDescribeApi = libraryApi('ConsumerGroupDescribe', true, pk.consumerGroupDescribeV0.api, []);

// Versions from 4 on are for brokers (KIP-890).
export const AddPartitionsToTxnApi = libraryApi('AddPartitionsToTxn', true, pk.addPartitionsToTxnV3.api, [
  pk.addPartitionsToTxnV2.api,
  pk.addPartitionsToTxnV1.api,
  pk.addPartitionsToTxnV0.api,
]);

export const AddOffsetsToTxnApi = libraryApi('AddOffsetsToTxn', false, pk.addOffsetsToTxnV4.api, [
  pk.addOffsetsToTxnV3.api,
  pk.addOffsetsToTxnV2.api,
  pk.addOffsetsToTxnV1.api,
  pk.addOffsetsToTxnV0.api,
]);

// Version 5 belongs to transactions of KIP-890, which brokers before 4.0 do not know.
export const EndTxnApi = libraryApi('EndTxn', false, pk.endTxnV4.api, [
  pk.endTxnV3.api,
  pk.endTxnV2.api,
  pk.endTxnV1.api,
  pk.endTxnV0.api,
]);

export const TxnOffsetCommitApi = libraryApi('TxnOffsetCommit', true, pk.txnOffsetCommitV4.api, [
  pk.txnOffsetCommitV3.api,
  pk.txnOffsetCommitV2.api,
  pk.txnOffsetCommitV1.api,
  pk.txnOffsetCommitV0.api,
]);

/** InitProducerId with the identity that is to be replaced by its next epoch (KIP-360). */
export const BumpProducerEpochApi = libraryApi('InitProducerId', false, pk.initProducerIdV5.api, [
  pk.initProducerIdV4.api,
  pk.initProducerIdV3.api,
]);

export const CreatePartitionsApi = libraryApi('CreatePartitions', true, pk.createPartitionsV3.api, [
  pk.createPartitionsV2.api,
  pk.createPartitionsV1.api,
  pk.createPartitionsV0.api,
]);

export const DeleteRecordsApi = libraryApi('DeleteRecords', true, pk.deleteRecordsV2.api, [
  pk.deleteRecordsV1.api,
  pk.deleteRecordsV0.api,
]);

export const DescribeConfigsApi = libraryApi('DescribeConfigs', true, pk.describeConfigsV4.api, [
  pk.describeConfigsV3.api,
  pk.describeConfigsV2.api,
  pk.describeConfigsV1.api,
]);

export const AlterConfigsApi = libraryApi('AlterConfigs', true, pk.alterConfigsV2.api, [
  pk.alterConfigsV1.api,
  pk.alterConfigsV0.api,
]);

export const IncrementalAlterConfigsApi = libraryApi(
  'IncrementalAlterConfigs',
  true,
  pk.incrementalAlterConfigsV1.api,
  [pk.incrementalAlterConfigsV0.api],
);

export const ListGroupsApi = libraryApi('ListGroups', false, pk.listGroupsV5.api, [
  pk.listGroupsV4.api,
  pk.listGroupsV3.api,
  pk.listGroupsV2.api,
  pk.listGroupsV1.api,
  pk.listGroupsV0.api,
]);

export const DeleteGroupsApi = libraryApi('DeleteGroups', true, pk.deleteGroupsV2.api, [
  pk.deleteGroupsV1.api,
  pk.deleteGroupsV0.api,
]);

export const DescribeAclsApi = libraryApi('DescribeAcls', false, pk.describeAclsV3.api, [
  pk.describeAclsV2.api,
  pk.describeAclsV1.api,
]);

export const CreateAclsApi = libraryApi('CreateAcls', true, pk.createAclsV3.api, [
  pk.createAclsV2.api,
  pk.createAclsV1.api,
]);

export const DeleteAclsApi = libraryApi('DeleteAcls', true, pk.deleteAclsV3.api, [
  pk.deleteAclsV2.api,
  pk.deleteAclsV1.api,
]);

export const AlterPartitionReassignmentsApi = libraryApi(
  'AlterPartitionReassignments',
  true,
  pk.alterPartitionReassignmentsV0.api,
  [],
);

export const ListPartitionReassignmentsApi = libraryApi(
  'ListPartitionReassignments',
  false,
  pk.listPartitionReassignmentsV0.api,
  [],
);
