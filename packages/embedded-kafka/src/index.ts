export { EmbeddedKafka, type IsolationLevel, type NodeStatus, type StoredRecord } from './embedded-kafka.js';
export type { EmbeddedKafkaOptions, NodeOptions, TopicOptions } from './embedded-kafka-options.js';
export { EmbeddedKafkaError } from './errors/embedded-kafka-error.js';
export type { EmbeddedKafkaErrorCode } from './errors/error-catalogue.js';
export type { Fault, InjectedFault } from './faults/fault.js';
export type { LogRecord, RecordHeader } from './log/record-reader.js';
export type { Logger } from './logger.js';
