import { heartbeatCodec } from '../protocol/generated/heartbeat.js';
import { defineApi } from './api.js';

/**
 * Heartbeat: v0-4
 *
 * Keeps the member's session; REBALANCE_IN_PROGRESS tells it to join again. v3+ static members.
 */
export const heartbeat = defineApi(heartbeatCodec, {
  handle: (request, { broker }) => ({ errorCode: broker.groups.heartbeat(request) }),
});
