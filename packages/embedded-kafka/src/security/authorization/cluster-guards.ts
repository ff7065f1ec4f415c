import { ErrorCode } from '../../protocol/errors.js';
import { alterClientQuotasCodec } from '../../protocol/generated/alter-client-quotas.js';
import { alterPartitionReassignmentsCodec } from '../../protocol/generated/alter-partition-reassignments.js';
import { alterReplicaLogDirsCodec } from '../../protocol/generated/alter-replica-log-dirs.js';
import { alterUserScramCredentialsCodec } from '../../protocol/generated/alter-user-scram-credentials.js';
import { alterShareGroupOffsetsCodec } from '../../protocol/generated/alter-share-group-offsets.js';
import { deleteShareGroupOffsetsCodec } from '../../protocol/generated/delete-share-group-offsets.js';
import { describeShareGroupOffsetsCodec } from '../../protocol/generated/describe-share-group-offsets.js';
import { shareAcknowledgeCodec } from '../../protocol/generated/share-acknowledge.js';
import { shareFetchCodec } from '../../protocol/generated/share-fetch.js';
import { shareGroupDescribeCodec } from '../../protocol/generated/share-group-describe.js';
import { shareGroupHeartbeatCodec } from '../../protocol/generated/share-group-heartbeat.js';
import { apiVersionsCodec } from '../../protocol/generated/api-versions.js';
import { createAclsCodec } from '../../protocol/generated/create-acls.js';
import { deleteAclsCodec } from '../../protocol/generated/delete-acls.js';
import { describeAclsCodec } from '../../protocol/generated/describe-acls.js';
import { describeClientQuotasCodec } from '../../protocol/generated/describe-client-quotas.js';
import { describeLogDirsCodec } from '../../protocol/generated/describe-log-dirs.js';
import { describeUserScramCredentialsCodec } from '../../protocol/generated/describe-user-scram-credentials.js';
import { electLeadersCodec } from '../../protocol/generated/elect-leaders.js';
import { getTelemetrySubscriptionsCodec } from '../../protocol/generated/get-telemetry-subscriptions.js';
import { listConfigResourcesCodec } from '../../protocol/generated/list-config-resources.js';
import { listPartitionReassignmentsCodec } from '../../protocol/generated/list-partition-reassignments.js';
import { pushTelemetryCodec } from '../../protocol/generated/push-telemetry.js';
import { saslAuthenticateCodec } from '../../protocol/generated/sasl-authenticate.js';
import { saslHandshakeCodec } from '../../protocol/generated/sasl-handshake.js';
import { unregisterBrokerCodec } from '../../protocol/generated/unregister-broker.js';
import { updateFeaturesCodec } from '../../protocol/generated/update-features.js';
import { addRaftVoterCodec } from '../../protocol/generated/add-raft-voter.js';
import { createDelegationTokenCodec } from '../../protocol/generated/create-delegation-token.js';
import { deleteShareGroupStateCodec } from '../../protocol/generated/delete-share-group-state.js';
import { describeDelegationTokenCodec } from '../../protocol/generated/describe-delegation-token.js';
import { describeQuorumCodec } from '../../protocol/generated/describe-quorum.js';
import { expireDelegationTokenCodec } from '../../protocol/generated/expire-delegation-token.js';
import { initializeShareGroupStateCodec } from '../../protocol/generated/initialize-share-group-state.js';
import { readShareGroupStateCodec } from '../../protocol/generated/read-share-group-state.js';
import { readShareGroupStateSummaryCodec } from '../../protocol/generated/read-share-group-state-summary.js';
import { removeRaftVoterCodec } from '../../protocol/generated/remove-raft-voter.js';
import { renewDelegationTokenCodec } from '../../protocol/generated/renew-delegation-token.js';
import { writeShareGroupStateCodec } from '../../protocol/generated/write-share-group-state.js';
import type { Access } from '../acl/access.js';
import { Operation } from '../acl/acl-binding.js';
import { free, whole, type GuardEntry } from './guard.js';

const { ALTER, CLUSTER_ACTION, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS } = Operation;

const errorCode = ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
const denied = { errorCode, errorMessage: 'Cluster authorization failed.' } as const;

const mayOnCluster =
  (operation: number) =>
  (access: Access): boolean =>
    access.cluster(operation);

interface StateTopic {
  readonly topicId: string;
  readonly partitions: readonly { readonly partition: number }[];
}

/** For each partition whose state of share groups was asked for. */
const deniedState = (topics: readonly StateTopic[]) => ({
  results: topics.map(({ topicId, partitions }) => ({
    topicId,
    partitions: partitions.map(({ partition }) => ({
      partition,
      ...denied,
      stateEpoch: 0,
      leaderEpoch: 0,
      startOffset: 0n,
      stateBatches: [],
    })),
  })),
});

/** Who may administer the cluster, and what anybody may. */
export const clusterGuards: readonly GuardEntry[] = [
  free(apiVersionsCodec),
  // Off, whoever asks.
  free(createDelegationTokenCodec),
  free(renewDelegationTokenCodec),
  free(expireDelegationTokenCodec),
  free(describeDelegationTokenCodec),
  free(shareGroupHeartbeatCodec),
  free(shareGroupDescribeCodec),
  free(shareFetchCodec),
  free(shareAcknowledgeCodec),
  free(describeShareGroupOffsetsCodec),
  free(alterShareGroupOffsetsCodec),
  free(deleteShareGroupOffsetsCodec),
  free(saslHandshakeCodec),
  free(saslAuthenticateCodec),
  free(getTelemetrySubscriptionsCodec),
  free(pushTelemetryCodec),
  whole(describeAclsCodec, mayOnCluster(DESCRIBE), () => ({ ...denied, resources: [] })),
  whole(createAclsCodec, mayOnCluster(ALTER), ({ creations }) => ({ results: creations.map(() => denied) })),
  whole(deleteAclsCodec, mayOnCluster(ALTER), ({ filters }) => ({
    filterResults: filters.map(() => ({ ...denied, matchingAcls: [] })),
  })),
  whole(describeUserScramCredentialsCodec, mayOnCluster(DESCRIBE), ({ users }) => ({
    ...denied,
    results: (users ?? []).map(({ name: user }) => ({ user, ...denied, credentialInfos: [] })),
  })),
  whole(alterUserScramCredentialsCodec, mayOnCluster(ALTER), ({ deletions, upsertions }) => ({
    results: [...new Set([...deletions, ...upsertions].map(({ name }) => name))].map(user => ({ user, ...denied })),
  })),
  whole(describeClientQuotasCodec, mayOnCluster(DESCRIBE_CONFIGS), () => ({ ...denied, entries: null })),
  whole(alterClientQuotasCodec, mayOnCluster(ALTER_CONFIGS), ({ entries }) => ({
    entries: entries.map(({ entity }) => ({ ...denied, entity })),
  })),
  whole(describeLogDirsCodec, mayOnCluster(DESCRIBE), () => ({ errorCode, results: [] })),
  whole(alterReplicaLogDirsCodec, mayOnCluster(ALTER), ({ dirs }) => ({
    results: dirs.flatMap(({ topics }) =>
      topics.map(({ name, partitions }) => ({
        topicName: name,
        partitions: partitions.map(partitionIndex => ({ partitionIndex, errorCode })),
      })),
    ),
  })),
  whole(electLeadersCodec, mayOnCluster(ALTER), () => ({ errorCode, replicaElectionResults: [] })),
  whole(alterPartitionReassignmentsCodec, mayOnCluster(ALTER), () => ({ ...denied, responses: [] })),
  whole(listPartitionReassignmentsCodec, mayOnCluster(DESCRIBE), () => ({ ...denied, topics: [] })),
  whole(updateFeaturesCodec, mayOnCluster(ALTER), () => ({ ...denied, results: [] })),
  whole(unregisterBrokerCodec, mayOnCluster(ALTER), () => denied),
  whole(describeQuorumCodec, mayOnCluster(DESCRIBE), () => ({ ...denied, topics: [], nodes: [] })),
  whole(addRaftVoterCodec, mayOnCluster(ALTER), () => denied),
  whole(removeRaftVoterCodec, mayOnCluster(ALTER), () => denied),
  whole(initializeShareGroupStateCodec, mayOnCluster(CLUSTER_ACTION), ({ topics }) => deniedState(topics)),
  whole(readShareGroupStateCodec, mayOnCluster(CLUSTER_ACTION), ({ topics }) => deniedState(topics)),
  whole(writeShareGroupStateCodec, mayOnCluster(CLUSTER_ACTION), ({ topics }) => deniedState(topics)),
  whole(deleteShareGroupStateCodec, mayOnCluster(CLUSTER_ACTION), ({ topics }) => deniedState(topics)),
  whole(readShareGroupStateSummaryCodec, mayOnCluster(CLUSTER_ACTION), ({ topics }) => deniedState(topics)),
  whole(listConfigResourcesCodec, mayOnCluster(DESCRIBE_CONFIGS), () => ({ errorCode, configResources: [] })),
];
