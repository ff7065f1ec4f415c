import { ErrorCode } from '../protocol/errors.js';
import { unregisterBrokerCodec } from '../protocol/generated/unregister-broker.js';
import { defineApi } from './api.js';

/**
 * UnregisterBroker, v0.
 *
 * - BROKER_ID_NOT_REGISTERED for a node that there is not.
 * - One that is stopped is told to clients nowhere, so nothing is left to be done; it registers again when it starts.
 * - One that runs is refused with INVALID_REQUEST: Kafka would take its registration from under it.
 */
export const unregisterBroker = defineApi(unregisterBrokerCodec, {
  handle({ brokerId }, { broker }) {
    const node = broker.cluster.node(brokerId);
    if (node === undefined) {
      const errorMessage = `Broker ID ${brokerId} is not currently registered`;
      return { errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED, errorMessage };
    }
    if (node.isUp) {
      return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: `Broker ${brokerId} is running: stop it first` };
    }
    return { errorCode: ErrorCode.NONE, errorMessage: null };
  },
});
