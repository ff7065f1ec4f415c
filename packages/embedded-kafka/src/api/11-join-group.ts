import { joinGroupCodec } from '../protocol/generated/join-group.js';
import type { JoinResponse } from '../group/group-messages.js';
import { defineApi } from './api.js';

/**
 * JoinGroup: v0-9
 *
 * Parked until the group's join phase is over; see src/group/group-state.ts.
 * - v0 has no rebalance timeout: the session timeout stands for it.
 * - v4+ a new dynamic member gets MEMBER_ID_REQUIRED and its id, and joins again with it (KIP-394).
 * - v5+ static members (KIP-345). v7+ protocol type in the answer, protocol name nullable (KIP-559).
 * - v9 skipAssignment tells a static leader that came back that nothing is to be assigned (KIP-814).
 */
export const joinGroup = defineApi(joinGroupCodec, {
  handle(request, { version, clientId, connection, broker }) {
    const answer = broker.groups.join(
      { ...request, rebalanceTimeoutMs: version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs },
      { clientId: clientId ?? '', clientHost: connection.clientHost, signal: connection.signal },
      { memberIdRequired: version >= 4, canSkipAssignment: version >= 9 },
    );
    if (version >= 7) return answer;
    return answer instanceof Promise ? answer.then(withProtocolName) : withProtocolName(answer);
  },
});

/** Before v7 the protocol name cannot be null. */
function withProtocolName<Answer extends JoinResponse | null>(answer: Answer): Answer {
  return answer === null ? answer : { ...answer, protocolName: answer.protocolName ?? '' };
}
