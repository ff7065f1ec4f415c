import { produceConversations } from './00-produce.conversations.js';
import { fetchConversations } from './01-fetch.conversations.js';
import { listOffsetsConversations } from './02-list-offsets.conversations.js';
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
import { apiVersionsConversations } from './18-api-versions.conversations.js';
import { createTopicsConversations } from './19-create-topics.conversations.js';
import { deleteTopicsConversations } from './20-delete-topics.conversations.js';
import { initProducerIdConversations } from './22-init-producer-id.conversations.js';
import { describeConfigsConversations } from './32-describe-configs.conversations.js';
import { createPartitionsConversations } from './37-create-partitions.conversations.js';
import { deleteGroupsConversations } from './42-delete-groups.conversations.js';
import { offsetDeleteConversations } from './47-offset-delete.conversations.js';
import { describeClusterConversations } from './60-describe-cluster.conversations.js';
import type { Conversation } from '../conversation.js';

/** Every conversation, by the file that it stands in. */
export const conversationFiles: ReadonlyMap<string, readonly Conversation[]> = new Map([
  ['00-produce', produceConversations],
  ['01-fetch', fetchConversations],
  ['02-list-offsets', listOffsetsConversations],
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
  ['18-api-versions', apiVersionsConversations],
  ['19-create-topics', createTopicsConversations],
  ['20-delete-topics', deleteTopicsConversations],
  ['22-init-producer-id', initProducerIdConversations],
  ['32-describe-configs', describeConfigsConversations],
  ['37-create-partitions', createPartitionsConversations],
  ['42-delete-groups', deleteGroupsConversations],
  ['47-offset-delete', offsetDeleteConversations],
  ['60-describe-cluster', describeClusterConversations],
]);
