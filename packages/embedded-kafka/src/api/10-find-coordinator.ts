import { endpointOf } from '../cluster/broker-node.js';
import type { Cluster, CoordinatorType } from '../cluster/cluster.js';
import { ErrorCode } from '../protocol/errors.js';
import { findCoordinatorCodec } from '../protocol/generated/find-coordinator.js';
import { defineApi } from './api.js';

/** Key types of the protocol. */
const TYPES: ReadonlyMap<number, CoordinatorType> = new Map([
  [0, 'group'],
  [1, 'transaction'],
]);

/**
 * FindCoordinator, v0-6.
 *
 * - Groups (0) and transactional ids (1, v1+): the leader of the partition that the key's hash tells, as any node knows it;
 *   COORDINATOR_NOT_AVAILABLE while there is none. v4+ asks for several keys at once.
 * - Share groups (2, v6+) do not exist here: INVALID_REQUEST, as for any other type.
 */
export const findCoordinator = defineApi(findCoordinatorCodec, {
  handle({ key, keyType, coordinatorKeys }, { version, broker, connection }) {
    const type = TYPES.get(keyType);
    const find = (each: string): Coordinator =>
      type ? coordinatorOf(broker.cluster, type, each, connection.listener) : unknownType(keyType);
    if (version < 4) return { ...find(key), key, coordinators: [] };
    return { coordinators: coordinatorKeys.map(each => ({ ...find(each), key: each })) };
  },
});

interface Coordinator {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const nobody = { nodeId: -1, host: '', port: -1 };

function coordinatorOf(cluster: Cluster, type: CoordinatorType, key: string, listener: string): Coordinator {
  const node = cluster.node(cluster.coordinator(type, key).leaderId);
  if (!node) return { ...nobody, errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, errorMessage: null };
  return { nodeId: node.id, ...endpointOf(node, listener), errorCode: ErrorCode.NONE, errorMessage: null };
}

function unknownType(keyType: number): Coordinator {
  const errorMessage = `there are no coordinators of key type ${keyType} here, only of groups (0) and transactions (1)`;
  return { ...nobody, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}
