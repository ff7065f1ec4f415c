import type { KafkaConfig } from '../driver/kafka-types.js';
import type { KafkaTransportOptions } from './transport-options.js';

const DEFAULT_BROKER = 'localhost:9092';
const DEFAULT_CLIENT_ID = 'nestjs-consumer';
const DEFAULT_GROUP_ID = 'nestjs-group';

/** Under which names a client or server meets the brokers. */
export interface Identity {
  brokers: KafkaConfig['brokers'];
  clientId: string;
  groupId: string;
}

/**
 * The names in the options, or the built-in transport's defaults. Client and group id get a suffix for the role, so that
 * a client and a server of one application with the same options do not meet in one group.
 */
export function identityOf(options: KafkaTransportOptions, rolePostfix: string): Identity {
  const { client, consumer, postfixId = rolePostfix } = options;
  return {
    brokers: client?.brokers ?? [DEFAULT_BROKER],
    clientId: (client?.clientId || DEFAULT_CLIENT_ID) + postfixId,
    groupId: (consumer?.groupId || DEFAULT_GROUP_ID) + postfixId,
  };
}
