import type { ProduceResponsePartition } from '../wire/produce-api.js';

const MESSAGE_TOO_LARGE = 10;
const RECORD_LIST_TOO_LARGE = 18;

/** What the broker said of a batch that it refused, and the next step where Kafka does not name it. */
export function refusalOf({ errorCode, errorMessage }: ProduceResponsePartition): string | null {
  if (errorCode !== MESSAGE_TOO_LARGE && errorCode !== RECORD_LIST_TOO_LARGE) {
    return errorMessage;
  }
  const step =
    'raise max.message.bytes of the topic (default: message.max.bytes of the brokers, 1048588), compress, or send less';
  return errorMessage === null ? step : `${errorMessage}; ${step}`;
}
