export type { Standstill } from './standstill.js';
export { Consumer } from './consumer.js';
export { CONSUMER_EVENTS } from './consumer-events.js';
export type {
  BatchProcessPayload,
  ConsumerEventName,
  ConsumerEventPayloads,
  ConsumerEvents,
  HandlerFailedPayload,
} from './consumer-events.js';
export type * from './consumer-types.js';
export type { GroupDescription } from '../group/group-description.js';
