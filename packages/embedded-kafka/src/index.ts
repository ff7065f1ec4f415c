export type { Clock, Timer } from './clock.js';
export { ManualClock } from './manual-clock.js';
export type { KafkaRelease } from './api/kafka-release.js';
export {
  EmbeddedKafka,
  type IsolationLevel,
  type NodeStatus,
  type StoredRecord,
  type TopicStatus,
} from './embedded-kafka.js';
export type { EmbeddedKafkaOptions } from './options/embedded-kafka-options.js';
export type { NodeOptions } from './options/node-options.js';
export type { BrokerProperties } from './options/properties/property-value.js';
export type { TopicOptions } from './options/topic-options.js';
export { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
export type { EmbeddedKafkaErrorCode } from './errors/error-catalogue.js';
export type { BrokerEvent, BrokerEventType } from './events/broker-event.js';
export type { UntilConsumedOptions } from './events/consumption.js';
export type { BrokerEvents } from './events/event-stream.js';
export type { Fault, InjectedFault } from './faults/fault.js';
export type { LogRecord, RecordHeader } from './log/record-reader.js';
export type { Logger } from './logger.js';
export type { AclOptions, AuthorizerOptions } from './security/acl/acl-options.js';
export type { ListenerOptions, ListenerTlsOptions, SecurityProtocol } from './security/listener-options.js';
export type { VerifyToken } from './security/sasl/oauth-bearer-exchange.js';
export type { SaslMechanismName } from './security/sasl/sasl-mechanisms.js';
export type { BearerToken } from './security/sasl/unsecured-jws.js';
