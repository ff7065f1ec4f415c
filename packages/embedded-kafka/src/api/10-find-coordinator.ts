import type { ClusterNode } from '../cluster/cluster.js';
import { ErrorCode } from '../protocol/errors.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { defineApi } from './api.js';

const GROUP = 0;
const TRANSACTION = 1;

/**
 * FindCoordinator, v0-6.
 *
 * - Groups (0) and transactional ids (1, v1+): the controller coordinates them all. v4+ asks for several keys at once.
 * - Share groups (2, v6+) do not exist here: INVALID_REQUEST, as for any other type.
 */
export const findCoordinator = defineApi(findCoordinatorCodec, {
  handle({ key, keyType, coordinatorKeys }, { version, broker }) {
    const isKnownType = keyType === GROUP || keyType === TRANSACTION;
    const coordinator = isKnownType ? found(broker.cluster.controller) : unknownType(keyType);
    if (version < 4) return { ...coordinator, key, coordinators: [] };
    return { coordinators: coordinatorKeys.map(each => ({ ...coordinator, key: each })) };
  },
});

interface Coordinator {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function found({ id, host, port }: ClusterNode): Coordinator {
  return { nodeId: id, host, port, errorCode: ErrorCode.NONE, errorMessage: null };
}

function unknownType(keyType: number): Coordinator {
  const errorMessage = `there are no coordinators of key type ${keyType} here, only of groups (0) and transactions (1)`;
  return { nodeId: -1, host: '', port: -1, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}
