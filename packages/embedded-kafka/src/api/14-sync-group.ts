import { syncError } from '../group/group-messages.js';
import { ErrorCode } from '../protocol/errors.js';
import { syncGroupCodec } from '../protocol/generated/sync-group.js';
import { defineApi } from './api.js';

/**
 * SyncGroup: v0-5
 *
 * A follower's is parked until the leader's brings the assignment.
 * - v3+ static members. v5+ protocol type and name are compulsory and checked (KIP-559).
 */
export const syncGroup = defineApi(syncGroupCodec, {
  handle(request, { version, clientId, connection, broker }) {
    if (version >= 5 && (request.protocolType === null || request.protocolName === null)) {
      return syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }
    const { clientHost, signal } = connection;
    return broker.groups.sync(request, { clientId: clientId ?? '', clientHost, signal });
  },
});
