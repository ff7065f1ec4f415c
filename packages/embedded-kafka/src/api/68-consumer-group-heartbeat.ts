import { ErrorCode } from '../protocol/errors.js';
import { consumerGroupHeartbeatCodec } from '../protocol/generated/consumer-group-heartbeat.js';
import { defineApi } from './api.js';

/**
 * ConsumerGroupHeartbeat: v0-1
 *
 * Joining (epoch 0), staying, leaving (-1, and -2 for a static member that will be back) of members whose partitions the
 * broker assigns (KIP-848); see src/group/consumer.
 * - The assignment is told when it has changed, to who joins, and to who sends all of its fields.
 * - UNSUPPORTED_VERSION while the feature `group.version` is off.
 * - v1+ subscriptions by RE2 patterns, and the client makes its member id itself (KIP-1082).
 */
export const consumerGroupHeartbeat = defineApi(consumerGroupHeartbeatCodec, {
  handle(request, { version, clientId, connection, broker }) {
    if (!broker.features.hasConsumerProtocol) {
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, memberEpoch: 0, heartbeatIntervalMs: 0 };
    }
    const client = { clientId: clientId ?? '', clientHost: connection.clientHost };
    return broker.groups.consumerHeartbeat(request, client, version >= 1);
  },
});
