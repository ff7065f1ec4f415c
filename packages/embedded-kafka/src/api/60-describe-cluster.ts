import { endpointOf } from '../cluster/broker-node.js';
import { ErrorCode } from '../protocol/errors.js';
import { describeClusterCodec } from '../protocol/generated/describe-cluster.js';
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_REQUESTED } from './authorized-operations.js';
import { defineApi } from './api.js';

const BROKERS = 1;
const CONTROLLERS = 2;

/**
 * DescribeCluster, v0-2.
 *
 * - Brokers only: asking for controllers (v1+) is MISMATCHED_ENDPOINT_TYPE, as at any broker, and any
 *   other type UNSUPPORTED_ENDPOINT_TYPE. None is ever fenced.
 */
export const describeCluster = defineApi(describeClusterCodec, {
  handle({ endpointType, includeClusterAuthorizedOperations }, { broker, connection }) {
    const { id, controllerId, nodesUp } = broker.cluster;
    if (endpointType !== BROKERS) {
      return {
        errorCode:
          endpointType === CONTROLLERS ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
        errorMessage: `endpoints of type ${endpointType} are not known to a broker, only brokers (${BROKERS}) are`,
        clusterId: '',
        brokers: [],
      };
    }
    return {
      errorCode: ErrorCode.NONE,
      endpointType,
      clusterId: id,
      controllerId,
      brokers: nodesUp.map(node => ({
        brokerId: node.id,
        ...endpointOf(node, connection.listener),
        rack: node.rack,
        isFenced: false,
      })),
      clusterAuthorizedOperations: includeClusterAuthorizedOperations ? CLUSTER_OPERATIONS : OPERATIONS_NOT_REQUESTED,
    };
  },
});
