import { produceConversations } from './00-produce.conversations.js';
import { produceCompressedConversations } from './00-produce-compressed.conversations.js';
import { produceInTransactionsConversations } from './00-produce-in-transactions.conversations.js';
import { fetchConversations } from './01-fetch.conversations.js';
import { fetchOfTransactionsConversations } from './01-fetch-of-transactions.conversations.js';
import { listOffsetsConversations } from './02-list-offsets.conversations.js';
import { listOffsetsOfTransactionsConversations } from './02-list-offsets-of-transactions.conversations.js';
import { metadataConversations } from './03-metadata.conversations.js';
import { offsetCommitConversations } from './08-offset-commit.conversations.js';
import { offsetFetchConversations } from './09-offset-fetch.conversations.js';
import { findCoordinatorConversations } from './10-find-coordinator.conversations.js';
import { joinGroupConversations } from './11-join-group.conversations.js';
import { heartbeatConversations } from './12-heartbeat.conversations.js';
import { leaveGroupConversations } from './13-leave-group.conversations.js';
import { syncGroupConversations } from './14-sync-group.conversations.js';
import { describeGroupsConversations } from './15-describe-groups.conversations.js';
import { listGroupsConversations } from './16-list-groups.conversations.js';
import { saslHandshakeConversations } from './17-sasl-handshake.conversations.js';
import { apiVersionsConversations } from './18-api-versions.conversations.js';
import { createTopicsConversations } from './19-create-topics.conversations.js';
import { deleteTopicsConversations } from './20-delete-topics.conversations.js';
import { deleteRecordsConversations } from './21-delete-records.conversations.js';
import { initProducerIdConversations } from './22-init-producer-id.conversations.js';
import { addPartitionsToTxnConversations } from './24-add-partitions-to-txn.conversations.js';
import { addOffsetsToTxnConversations } from './25-add-offsets-to-txn.conversations.js';
import { endTxnConversations } from './26-end-txn.conversations.js';
import { writeTxnMarkersConversations } from './27-write-txn-markers.conversations.js';
import { txnOffsetCommitConversations } from './28-txn-offset-commit.conversations.js';
import { describeConfigsConversations } from './32-describe-configs.conversations.js';
import { alterConfigsConversations } from './33-alter-configs.conversations.js';
import { alterReplicaLogDirsConversations, describeLogDirsConversations } from './35-log-dirs.conversations.js';
import { saslAuthenticateConversations } from './36-sasl-authenticate.conversations.js';
import { delegationTokensConversations } from './38-delegation-tokens.conversations.js';
import { createPartitionsConversations } from './37-create-partitions.conversations.js';
import { deleteGroupsConversations } from './42-delete-groups.conversations.js';
import { incrementalAlterConfigsConversations } from './44-incremental-alter-configs.conversations.js';
import { offsetDeleteConversations } from './47-offset-delete.conversations.js';
import { alterClientQuotasConversations, describeClientQuotasConversations } from './48-client-quotas.conversations.js';
import { userScramCredentialsConversations } from './50-user-scram-credentials.conversations.js';
import { describeQuorumConversations } from './55-describe-quorum.conversations.js';
import { updateFeaturesConversations } from './57-update-features.conversations.js';
import { describeClusterConversations } from './60-describe-cluster.conversations.js';
import { describeProducersConversations } from './61-describe-producers.conversations.js';
import { clusterMembersConversations } from './64-cluster-members.conversations.js';
import { describeTransactionsConversations } from './65-describe-transactions.conversations.js';
import { listTransactionsConversations } from './66-list-transactions.conversations.js';
import { consumerGroupHeartbeatConversations } from './68-consumer-group-heartbeat.conversations.js';
import { onlineMigrationConversations } from './68-online-migration.conversations.js';
import { consumerGroupDescribeConversations } from './69-consumer-group-describe.conversations.js';
import { offsetForLeaderEpochConversations } from './23-offset-for-leader-epoch.conversations.js';
import { electLeadersConversations } from './43-elect-leaders.conversations.js';
import {
  alterPartitionReassignmentsConversations,
  listPartitionReassignmentsConversations,
} from './45-partition-reassignments.conversations.js';
import { listConfigResourcesConversations, telemetryConversations } from './74-list-config-resources.conversations.js';
import { describeTopicPartitionsConversations } from './75-describe-topic-partitions.conversations.js';
import { shareGroupsConversations } from './76-share-groups.conversations.js';
import { shareGroupStateConversations } from './83-share-group-state.conversations.js';
import type { Conversation } from '../conversation.js';

/** Every conversation, by the file that it stands in. */
export const conversationFiles: ReadonlyMap<string, readonly Conversation[]> = new Map([
  ['00-produce', produceConversations],
  ['00-produce-compressed', produceCompressedConversations],
  ['00-produce-in-transactions', produceInTransactionsConversations],
  ['01-fetch', fetchConversations],
  ['01-fetch-of-transactions', fetchOfTransactionsConversations],
  ['02-list-offsets', listOffsetsConversations],
  ['02-list-offsets-of-transactions', listOffsetsOfTransactionsConversations],
  ['03-metadata', metadataConversations],
  ['08-offset-commit', offsetCommitConversations],
  ['09-offset-fetch', offsetFetchConversations],
  ['10-find-coordinator', findCoordinatorConversations],
  ['11-join-group', joinGroupConversations],
  ['12-heartbeat', heartbeatConversations],
  ['13-leave-group', leaveGroupConversations],
  ['14-sync-group', syncGroupConversations],
  ['15-describe-groups', describeGroupsConversations],
  ['16-list-groups', listGroupsConversations],
  ['17-sasl-handshake', saslHandshakeConversations],
  ['18-api-versions', apiVersionsConversations],
  ['19-create-topics', createTopicsConversations],
  ['20-delete-topics', deleteTopicsConversations],
  ['21-delete-records', deleteRecordsConversations],
  ['22-init-producer-id', initProducerIdConversations],
  ['23-offset-for-leader-epoch', offsetForLeaderEpochConversations],
  ['24-add-partitions-to-txn', addPartitionsToTxnConversations],
  ['25-add-offsets-to-txn', addOffsetsToTxnConversations],
  ['26-end-txn', endTxnConversations],
  ['27-write-txn-markers', writeTxnMarkersConversations],
  ['28-txn-offset-commit', txnOffsetCommitConversations],
  ['32-describe-configs', describeConfigsConversations],
  ['33-alter-configs', alterConfigsConversations],
  ['34-alter-replica-log-dirs', alterReplicaLogDirsConversations],
  ['35-describe-log-dirs', describeLogDirsConversations],
  ['36-sasl-authenticate', saslAuthenticateConversations],
  ['37-create-partitions', createPartitionsConversations],
  ['38-delegation-tokens', delegationTokensConversations],
  ['42-delete-groups', deleteGroupsConversations],
  ['44-incremental-alter-configs', incrementalAlterConfigsConversations],
  ['47-offset-delete', offsetDeleteConversations],
  ['48-describe-client-quotas', describeClientQuotasConversations],
  ['49-alter-client-quotas', alterClientQuotasConversations],
  ['50-user-scram-credentials', userScramCredentialsConversations],
  ['55-describe-quorum', describeQuorumConversations],
  ['57-update-features', updateFeaturesConversations],
  ['60-describe-cluster', describeClusterConversations],
  ['61-describe-producers', describeProducersConversations],
  ['64-cluster-members', clusterMembersConversations],
  ['65-describe-transactions', describeTransactionsConversations],
  ['66-list-transactions', listTransactionsConversations],
  ['68-consumer-group-heartbeat', consumerGroupHeartbeatConversations],
  ['68-online-migration', onlineMigrationConversations],
  ['69-consumer-group-describe', consumerGroupDescribeConversations],
  ['43-elect-leaders', electLeadersConversations],
  ['45-alter-partition-reassignments', alterPartitionReassignmentsConversations],
  ['46-list-partition-reassignments', listPartitionReassignmentsConversations],
  ['71-telemetry', telemetryConversations],
  ['74-list-config-resources', listConfigResourcesConversations],
  ['75-describe-topic-partitions', describeTopicPartitionsConversations],
  ['76-share-groups', shareGroupsConversations],
  ['83-share-group-state', shareGroupStateConversations],
]);
